/** `deno task setup`: sets up what is missing; see lib/runtime/setup/setup.ts. */
import { plainArguments } from "./plain_arguments.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";

// Parsed without a package: there may be none yet.
const quiet = plainArguments("setup", {
  about: "Set up what is missing: npm packages, a .venv with JupyterLab and TensorFlow, the addon.",
  options: { "--quiet": "say nothing where everything is there" },
}).includes("--quiet");
const { leftOut } = await ensureSetup();
if (leftOut === "" && !quiet) console.error("set-up: everything is there");
