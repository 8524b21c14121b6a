/** `deno task reproduce`: the main job, from data to tables, plots, pictures and notebooks. */
import { join, relative } from "@std/path";
import { ablationTable } from "../report/ablation.ts";
import { photographsOrDrawn } from "../data/find.ts";
import { plainRuns } from "../report/settings_table.ts";
import { toText } from "../report/text_table.ts";
import type { DataSet } from "../data/record.ts";
import { checkMemory, describeEstimate, memoryToUse } from "../memory/limit.ts";
import { describeBackend, startBackend } from "../runtime/backend.ts";
import { duration } from "../runtime/progress.ts";
import { projectFolder } from "../runtime/project.ts";
import { StudyContext } from "../study/context.ts";
import { notebookPython, WITHOUT_JUPYTER } from "../study/notebooks.ts";
import { updateNotebooks, updateReport } from "../study/outputs.ts";
import { dataSetsOf, recordsOf } from "../study/records.ts";
import { checkSetting, saveSetting, studyFolder, type StudySetting } from "../study/setting.ts";
import { presetFor, weightFiles } from "../study/start.ts";
import { type PlannedRun, planStudy, runStudy } from "../study/study.ts";
import { runWorkers } from "../study/workers.ts";
import { parseReproduce } from "./reproduce_options.ts";
import { ensureSetup } from "../setup/setup.ts";
import { stopOnSignal } from "./signals.ts";

const started = performance.now(), told = new Set<string>();
const { options: { parts: asked, workers, notebooks, memoryLimit }, refuse } = await parseReproduce(
  Deno.args,
);
const parts = await withDataSets(asked);
const { setting: { name } } = parts[0] as typeof parts[number];
const folder = studyFolder(name), shown = (path: string) => relative(Deno.cwd(), path);
const work: { title: string; setting: StudySetting; context: StudyContext }[] = [];
for (const part of parts) {
  work.push({ ...part, context: await checked(part.setting, work[0]?.context) });
}

await ensureSetup();
// Notebooks of a grid are about its first part.
await saveSetting(parts[0]!.setting);
const stop = stopOnSignal();
const runs = await compute();
stop.release();
const left = runs.filter(({ finished }) => !finished);
if (!stop.asked() && left.length < runs.length) await tell();
if (left.length > 0) {
  console.error(
    `${left.length} of ${runs.length} runs are not finished` +
      (stop.asked() ? "" : ": another process works on them, or a file STOP asked for an end") +
      `. The same command goes on from the checkpoints:\n  deno task reproduce ${
        Deno.args.join(" ")
      }`,
  );
}
console.log(`${left.length === 0 ? "done" : "ended"} in ${seconds()}`);
Deno.exit(left.length === 0 ? 0 : stop.code() || 1);

/** The parts with drawn sets in place of photographs that are not here; says which are taken. */
async function withDataSets(parts: typeof asked): Promise<typeof asked> {
  const names = [...new Set(parts.flatMap(({ setting }) => setting.datasets))];
  const found = await photographsOrDrawn(names).catch(complain);
  const taken = new Map(names.map((name, i) => [name, found[i] as string]));
  for (const [name, drawn] of taken) {
    if (drawn === name) continue;
    console.log(
      `${name}: no photographs here, the drawn set ${drawn} is taken in their place; ` +
        `"deno task data get ${name}" fetches the photographs`,
    );
  }
  return parts.map(({ title, setting }) => {
    const datasets = setting.datasets.map((name) => taken.get(name) ?? name);
    return { title, setting: { ...setting, datasets: [...new Set(datasets)] } };
  });
}

/** Loads what a part's setting names; what is wrong with it ends the command before any work. */
async function checked(setting: StudySetting, first?: StudyContext): Promise<StudyContext> {
  try {
    checkSetting(setting);
    const preset = await presetFor(setting);
    const context = first?.with(preset) ?? new StudyContext(preset, setting.skipBad);
    const names = new Set<string>();
    for (const name of setting.datasets) {
      const set = await context.dataSet(name);
      tellSkipped(set);
      checkSet(set);
      if (names.has(set.name)) {
        throw new Error(
          `data sets: two are called "${set.name}"; tables tell sets by name, rename a folder`,
        );
      }
      names.add(set.name);
    }
    await weightFiles(preset);
    return context;
  } catch (error) {
    return complain(error);
  }
}

/** Says once what was left out of a data set. */
function tellSkipped({ name, skipped }: DataSet): void {
  if (skipped.length === 0 || told.has(name)) return;
  told.add(name);
  for (const { where, reason } of skipped.slice(0, 5)) {
    console.log(`left out ${where}: ${reason}`);
  }
  const lines = skipped.length === 1 ? "line" : "lines";
  console.log(`left out ${skipped.length} bad ${lines} of ${name}`);
}

/** Throws where a set cannot be trained or measured on. */
function checkSet({ name, records, splits }: DataSet): void {
  for (const split of ["train", "test"] as const) {
    const found = records.filter((record) => record.split === split).length;
    if (found >= 2) continue;
    throw new Error(
      `data set "${name}": expected at least 2 pictures in its ${split} split, found ${found}; ` +
        (splits === "made"
          ? "add products"
          : 'correct "split", or leave it out of every row to have splits made by product'),
    );
  }
}

/** Ends with the message of a complaint; anything else is a fault in the program and keeps its trace. */
function complain(error: unknown): never {
  // The project's own complaints are plain errors.
  if (error instanceof Error && error.constructor === Error) refuse(error.message);
  throw error;
}

/** All runs of all parts, with what is finished now. */
async function planned(): Promise<PlannedRun[]> {
  const all = await Promise.all(
    work.map(({ context, setting }) => planStudy(context, setting, folder)),
  );
  return all.flat();
}

/** Does what is not done yet, part by part; returns all runs, with what is finished now. */
async function compute(): Promise<PlannedRun[]> {
  const before = await planned(), finished = before.filter((run) => run.finished).length;
  console.log(`study ${name}: ${before.length} runs, ${finished} of them finished already`);
  if (finished === before.length) return before;
  console.log(describeBackend(await startBackend().catch(complain)));
  await tellTruncated();
  for (const [i, { title, setting, context }] of work.entries()) {
    const runs = await planStudy(context, setting, folder);
    if (stop.asked() || runs.every((run) => run.finished)) continue;
    await enoughMemory(context, runs);
    if (work.length > 1) console.log(`part ${i + 1} of ${work.length}: ${title}`);
    if (workers === 1) await runStudy(setting, folder, { context, shouldStop: stop.asked });
    else {
      const script = join(projectFolder, "lib", "tasks", "worker.ts");
      const command = ["run", "--allow-all", "--no-prompt", script, JSON.stringify(setting)];
      await runWorkers(runs, context.preset, { count: workers, command, shouldStop: stop.asked });
    }
  }
  return await planned();
}

/** Ends the command where a run that is to be done cannot fit into memory. */
async function enoughMemory({ preset }: StudyContext, runs: readonly PlannedRun[]): Promise<void> {
  const rows = new Set(runs.filter((run) => !run.finished).map(({ plan }) => plan.row));
  const limit = memoryToUse(memoryLimit, workers);
  const most = await checkMemory(preset, [...rows], limit).catch(complain);
  if (most && most.estimate.total > limit.bytes / 4) {
    console.log(`memory of a step of row ${most.row}: ${describeEstimate(most.estimate)}`);
  }
}

/** Says how many captions of each data set lose their end, once. */
async function tellTruncated(): Promise<void> {
  const names = new Set<string>();
  for (const { context, setting } of work) {
    for (const name of setting.datasets.filter((name) => !names.has(name))) {
      names.add(name);
      const { captions, longer, context: length } = await context.truncation(name);
      if (longer === 0) continue;
      console.log(
        `${longer} of ${captions} captions of ${name} are longer than ${length} tokens and lose ` +
          "their end",
      );
    }
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
  const state = report.upToDate ? " (they were up to date)" : "";
  if (report.reproduced !== undefined) {
    console.log(`${report.reproduced} (${shown(join(folder, "tables", "reproduced.md"))})`);
  }
  console.log(`written to ${shown(folder)}${state}:`);
  for (const path of [...report.paths, ...executed]) console.log(`  ${shown(path)}`);
  console.log(`  ${shown(join(folder, "runs"))}: ${records.length} run folders`);
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
