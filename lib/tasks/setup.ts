/** `deno task setup`: sets up what is missing; see lib/setup/setup.ts. */
import { ensureSetup } from "../setup/setup.ts";

const { leftOut } = await ensureSetup();
if (leftOut === "") console.error("set-up: everything is there");
