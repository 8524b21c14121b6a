/** `deno task notebooks`: executes the notebooks for a study, without a browser. */
import { Command } from "commander";
import { basename, join, relative } from "@std/path";
import { projectFolder } from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import {
  keepOutputs,
  notebookPython,
  planStudy,
  presetFor,
  quickStudy,
  saveSetting,
  StudyContext,
  studyFolder,
  studySetting,
  updateNotebooks,
  WITHOUT_JUPYTER,
} from "../study/mod.ts";
import { strict } from "./arguments.ts";

const { output, quick, keep } = strict(new Command("deno task notebooks"))
  .description(
    "Execute every notebook for a study, into results/<output>/notebooks/. Runs of the study that " +
      "are not finished are computed; executed notebooks that are up to date are left.",
  )
  .option("--output <name>", "the study's folder in results/; main, or quick with --quick")
  .option("--quick", "for a study of ten steps a row with the shipped weights: does all of it run?")
  .option(
    "--keep",
    "also write the outputs into the tracked notebooks; only embedded pictures are shown then",
  )
  .parse(Deno.args, { from: "user" }).opts<{ output?: string; quick?: true; keep?: true }>();

await ensureSetup();
const python = notebookPython();
if (python === undefined) {
  console.error(`notebooks: not executed, ${WITHOUT_JUPYTER}`);
  Deno.exit(1);
}
// Photographs that must not be published lie in the folder that UNIDIFF_DATA names.
if (keep) Deno.env.set("UNIDIFF_DATA", "");
const setting = quick
  ? { ...quickStudy, name: output ?? "quick" }
  : await studySetting({}, output ?? "main");
await saveSetting(setting);
const context = new StudyContext(await presetFor(setting), setting.skipBad);
const folder = studyFolder(setting.name);
const runs = await planStudy(context, setting, folder);
const { paths } = await updateNotebooks(folder, runs, {
  python,
  again: keep ?? false,
  onExecute: (name) => console.log(`executing ${name}`),
});
for (const path of paths) {
  if (keep) await keepOutputs(path, join(projectFolder, "notebooks", basename(path)));
  console.log(relative(Deno.cwd(), path));
}
Deno.exit(0);
