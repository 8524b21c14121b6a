/** `deno task setup`: sets up what is missing; see lib/runtime/setup/setup.ts. */
import { ensureSetup } from "../runtime/setup/mod.ts";

const { leftOut } = await ensureSetup();
if (leftOut === "") console.error("set-up: everything is there");
