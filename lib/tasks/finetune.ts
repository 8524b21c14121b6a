/** `deno task finetune`: a model of one's own, from a folder of captioned pictures. */
import { Command } from "commander";
import { relative } from "@std/path";
import {
  type Changes,
  checkMemory,
  checkSetting,
  checkUnclaimed,
  defaultStudy,
  finetune,
  memoryToUse,
  modelFolderOf,
  presetFor,
  presets,
  readAbout,
  rows,
  StudyContext,
  studyFolder,
  type StudySetting,
  updateReport,
} from "../study/mod.ts";
import { trainingUse } from "../model/mod.ts";
import { describeBackend, startBackend } from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import { change, count, gibibytes, refusing, strict } from "./arguments.ts";
import { checkSet } from "./parts.ts";
import { type PublishedGiven, publishedOf, withPublished } from "./published_options.ts";
import { stopOnSignal } from "./signals.ts";
import { tellError } from "./told.ts";

const command = strict(new Command("deno task finetune"))
  .description("Fine-tune the pretrained model on a folder of captioned pictures.")
  .requiredOption("--data <folder>", "a folder such as ./my-pictures, or the name of a data set")
  .option("--row <row>", `losses: ${Object.keys(rows).join(", ")}`, "A6")
  .option(
    "--preset <name>",
    `${Object.keys(presets).join(", ")} (default: mini, or sd15 with --clip)`,
  )
  .option("--steps <n>", "training steps; the preset's unless given", count)
  .option("--set <path=value>", "change a setting of the preset; may be repeated", change, {})
  .option(
    "--memory-limit <GiB>",
    "refuse a run that needs more; the device's own memory unless given",
    gibibytes,
  )
  .option("--output <name>", "the folder in results/", "my-model")
  .option("--skip-bad", "leave out bad lines and pictures instead of stopping")
  .addHelpText(
    "after",
    `
The model is written to results/<output>/model/, the run with its losses and measurements beside it,
and results/<output>/index.html tells how it did on test pictures beside the model it started from
(row A0). Ctrl-C stops with a checkpoint, the same command goes on; a finished model is not made
again.

Examples:
  deno task finetune --data ./my-pictures --output mine
  deno task finetune --data ./my-pictures --row A3 --steps 200 --output mine-200
  deno task generate "A red chair." --model mine
  deno task search "A red chair." --model mine --data ./my-pictures
`,
  );
withPublished(command);
const given = command.parse(Deno.args, { from: "user" }).opts<Given>();
const shown = (path: string) => relative(Deno.cwd(), path) || ".";

const setting = await refusing(command, () => settingOf(given));
const folder = studyFolder(setting.name);
await refusing(command, () => Promise.resolve().then(() => checkSetting(setting)));
const context = await checked(setting).catch(tellError);
await ensureSetup();
const before = await readAbout(modelFolderOf(setting.name));
if (before === undefined) {
  console.log(
    describeBackend(await startBackend(undefined, trainingUse(context.preset.model))),
  );
  await refusing(
    command,
    () => checkMemory(context.preset, setting.rows, memoryToUse(given.memoryLimit)),
  );
}
const stop = stopOnSignal();
const made = await finetune(setting, { context, shouldStop: stop.asked });
stop.release();
if (!made.finished) {
  console.error("stopped; the same command goes on from the checkpoint");
  Deno.exit(stop.code() || 1);
}
if (before !== undefined) console.log("it is finished already");
const { paths } = await updateReport(folder, made.runs);
console.log(`model:  ${shown(made.folder)}`);
console.log(`report: ${shown(paths.at(-1)!)}`);
console.log(`next:   deno task generate "a caption" --model ${setting.name}`);
Deno.exit(0);

interface Given extends PublishedGiven {
  memoryLimit?: number;
  data: string;
  row: string;
  preset?: string;
  steps?: number;
  set: Changes;
  output: string;
  skipBad?: boolean;
}

/** One row and the model that it starts from, on one data set. */
async function settingOf(
  { data, row, preset, steps, set, output, skipBad = false, ...more }: Given,
): Promise<StudySetting> {
  const changes = steps === undefined ? set : { ...set, "train.steps": steps };
  const rows = row === "A0" ? ["A0"] : [row, "A0"];
  const published = await publishedOf(more), name = preset ?? (published ? "sd15" : "mini");
  const start = { preset: name, ...(published ? { published } : {}) };
  return { ...defaultStudy, name: output, datasets: [data], rows, ...start, changes, skipBad };
}

async function checked(setting: StudySetting): Promise<StudyContext> {
  const context = new StudyContext(await presetFor(setting), setting.skipBad);
  const [name] = setting.datasets as [string], set = await context.dataSet(name);
  for (const { where, reason } of set.skipped.slice(0, 5)) {
    console.log(`left out ${where}: ${reason}`);
  }
  checkSet(set, ["train", "test"]);
  await context.startingPoint(); // names a missing file of weights before any work
  await checkUnclaimed(setting, context);
  return context;
}
