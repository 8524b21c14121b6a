/** `deno task notebooks`: executes the notebooks for a study, without a browser. */
import { Command } from "commander";
import { relative } from "@std/path";
import { ensureSetup } from "../setup/setup.ts";
import { StudyContext } from "../study/context.ts";
import { notebookPython, WITHOUT_JUPYTER } from "../study/notebooks.ts";
import { updateNotebooks } from "../study/outputs.ts";
import { saveSetting, studyFolder, studySetting } from "../study/setting.ts";
import { presetFor } from "../study/start.ts";
import { planStudy } from "../study/study.ts";

const { output } = new Command("deno task notebooks")
  .description(
    "Execute every notebook for a study, into results/<output>/notebooks/. The tracked notebooks " +
      "stay as they are. Runs of the study that are not finished are computed; executed notebooks " +
      "that are up to date are left.",
  )
  .option("--output <name>", "the study's folder in results/", "main")
  .exitOverride(({ exitCode }) => Deno.exit(exitCode === 0 ? 0 : 2))
  .parse(Deno.args, { from: "user" }).opts<{ output: string }>();

await ensureSetup();
const python = notebookPython();
if (python === undefined) {
  console.error(`notebooks: not executed, ${WITHOUT_JUPYTER}`);
  Deno.exit(1);
}
const setting = await studySetting({}, output);
await saveSetting(setting);
const context = new StudyContext(await presetFor(setting), setting.skipBad);
const folder = studyFolder(setting.name);
const runs = await planStudy(context, setting, folder);
const { paths } = await updateNotebooks(folder, runs, {
  python,
  onExecute: (name) => console.log(`executing ${name}`),
});
for (const path of paths) console.log(relative(Deno.cwd(), path));
