/** `deno task reproduce`: the main job, from data to tables, plots, pictures and notebooks. */
import { relative } from "@std/path";
import { ablationTable, plainRuns, toText } from "../report/mod.ts";
import { describeOwner, duration } from "../runtime/mod.ts";
import {
  checkChoices,
  type Choices,
  choicesFile,
  chosenSettings,
  closing,
  dataSetsOf,
  holderOf,
  notebookPython,
  recordsOf,
  saveSetting,
  studyFolder,
  updateNotebooks,
  updateReport,
  WITHOUT_JUPYTER,
} from "../study/mod.ts";
import { onCluster } from "./on_cluster.ts";
import { complaining, computeParts, loadParts, planParts, withDataSets } from "./parts.ts";
import { parseReproduce } from "./reproduce_options.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import { asLine, tellError } from "./told.ts";
import { stopOnSignal } from "./signals.ts";

const started = performance.now();
const { options, refuse } = await parseReproduce(Deno.args);
const { parts: asked, choices, full, workers, notebooks, memoryLimit, cluster } = options;
const complain = complaining(refuse);
const parts = await withDataSets(asked).catch(tellError);
const { setting: { name } } = parts[0] as typeof parts[number];
const folder = studyFolder(name), shown = (path: string) => relative(Deno.cwd(), path);
const work = await loadParts(parts).catch(tellError);
const { context: first, setting: { datasets } } = work[0] as typeof work[number];
if (choices) await checkChoices(choices, first, datasets).catch(tellError);
if (full) await tellChosen(choices);

await ensureSetup();
// Notebooks of a grid are about its first part.
await saveSetting(parts[0]!.setting);
const stop = stopOnSignal();
let runs = cluster
  ? await onCluster(work, { ...cluster, stop }).catch(tellError)
  : await computeParts(work, { workers, memoryLimit, stop, complain });
stop.release();
let left = runs.filter(({ finished }) => !finished);
// Asked now: while the report is made another process may finish them.
const held = cluster || stop.asked() ? [] : await holders();
if (left.length > 0 && !cluster && !stop.asked() && held.length === 0) {
  runs = await planParts(work);
  left = runs.filter(({ finished }) => !finished);
}
const told = stop.asked() || left.length === runs.length || await tell().then(() => true, notTold);
if (left.length > 0) {
  console.error(
    `${left.length} of ${runs.length} runs are not finished${whyLeft()}. The same command ` +
      `goes on from the checkpoints:\n  deno task reproduce ${Deno.args.join(" ")}`,
  );
}
console.log(`${left.length === 0 ? "done" : "ended"} in ${seconds()}`);
Deno.exit(told && (left.length === 0 || cluster?.detach) ? 0 : stop.code() || 1);

/** Says that the report failed, not the runs; a fault in the program is thrown. */
function notTold(error: unknown): false {
  const line = asLine(error);
  if (line === undefined) throw error;
  console.error(
    `error: ${line}
The finished runs are kept; what is shown of them could not be made. The same ` +
      "command makes it.",
  );
  return false;
}

/** Who works on the runs that are left, where this command is not what stopped them. */
function whyLeft(): string {
  if (cluster) return `; "deno task study status ${name}" tells of the tasks`;
  if (stop.asked()) return "";
  return held.length > 0 ? `: held by ${held.join("; ")}` : ": a file STOP asked for an end";
}

/** Who works on what is left. */
async function holders(): Promise<string[]> {
  const all = await Promise.all(left.map(({ folder }) => holderOf(folder)));
  return [...new Set(all.filter((owner) => owner !== undefined).map(describeOwner))];
}

/** Says for each data set which learning rates all of its rows take. */
async function tellChosen(choices: Choices | undefined): Promise<void> {
  const where = shown(choicesFile);
  if (choices === undefined) {
    const preset = work[0]!.setting.preset;
    console.log(`learning rates: the preset's; nothing of preset ${preset} stands in ${where}`);
    return;
  }
  const chosen = chosenSettings(choices), names = new Set<string>();
  for (const dataset of work.flatMap(({ setting }) => setting.datasets)) {
    names.add((await first.dataSet(dataset)).name);
  }
  for (const name of names) {
    console.log(
      `learning rates on ${name}: ${name in chosen ? `as chosen in ${where}` : "the preset's"}`,
    );
  }
}

/** Brings tables, plots, samples and notebooks up to date, prints the tables and all paths. */
async function tell(): Promise<void> {
  const report = await updateReport(folder, runs);
  const executed = left.length === 0 ? await executeNotebooks() : [];
  const records = await recordsOf(folder, runs);
  for (const dataset of dataSetsOf(records)) {
    console.log(`\n${toText(ablationTable(plainRuns(records), dataset))}`);
  }
  const { reproduced, upToDate } = report, paths = [...report.paths, ...executed];
  console.log(closing(folder, { records, paths, reproduced, upToDate, shown }).join("\n"));
}

async function executeNotebooks(): Promise<readonly string[]> {
  if (!notebooks) return [];
  const python = notebookPython();
  if (python === undefined) {
    console.log(`notebooks: not executed, ${WITHOUT_JUPYTER}`);
    return [];
  }
  const onExecute = (name: string) => console.log(`executing ${name}`);
  return (await updateNotebooks(folder, runs, { python, timeout: 1200, onExecute })).paths;
}

function seconds(): string {
  return duration((performance.now() - started) / 1000);
}
