/** `deno task lab`: opens JupyterLab on notebooks/ with the Deno kernel; arguments go to JupyterLab. */
import { join } from "@std/path";
import { plainArguments } from "./plain_arguments.ts";
import { ensureSetup, jupyterEnvironment, jupyterProgram, placesOf } from "../runtime/setup/mod.ts";

plainArguments("lab", {
  about: "Open JupyterLab on notebooks/ with the Deno kernel.",
  usage: "[options of JupyterLab]",
  handsOn: true,
});
const { notebooks } = await ensureSetup();
if (!notebooks) Deno.exit(1); // set-up has said why
const places = placesOf();
const root = Deno.uid() === 0 ? ["--allow-root"] : [];
const { code } = await new Deno.Command(jupyterProgram(places), {
  args: ["lab", ...root, `--ServerApp.root_dir=${places.project}`, ...Deno.args],
  cwd: join(places.project, "notebooks"),
  env: jupyterEnvironment(places),
}).spawn().status;
Deno.exit(code);
