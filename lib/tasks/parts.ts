/** What commands that train many runs share: the parts of a grid, checked, planned and computed. */
import { dirname, join } from "@std/path";
import { type DataSet, foldName, photographsOrDrawn, type Split } from "../data/mod.ts";
import {
  checkMemory,
  checkSetting,
  describeEstimate,
  type Job,
  memoryToUse,
  planJobs,
  type PlannedRun,
  presetFor,
  readPlan,
  runStudy,
  runWorkers,
  savePlan,
  stopFileIn,
  stopTime,
  StudyContext,
  studyFolder,
  type StudyPlan,
  type StudySetting,
  watchedRuns,
  weightFiles,
} from "../study/mod.ts";
import { trainingUse } from "../model/mod.ts";
import {
  describeBackend,
  isComplaint,
  Misnamed,
  projectFolder,
  startBackend,
} from "../runtime/mod.ts";
import { commandOf } from "./rights.ts";
import type { StopRequest } from "./signals.ts";

/** A study of a grid, whose parts share a folder. */
export interface StudyPart {
  readonly title: string;
  readonly setting: StudySetting;
}

/** A part whose data and weights are known to be there. */
export interface LoadedPart extends StudyPart {
  readonly context: StudyContext;
}

/** How a grid is computed. */
export interface ComputeOptions {
  readonly workers: number;
  readonly memoryLimit: number | undefined;
  readonly stop: StopRequest;
  /** Ends the command with the message of the project's own complaints. */
  readonly complain: (error: unknown) => never;
}

/** What ends a command with the message of a complaint; anything else keeps its trace. */
export function complaining(refuse: (message: string) => never): (error: unknown) => never {
  return (error) => {
    if (isComplaint(error)) refuse((error as Error).message);
    throw error;
  };
}

/** Data sets by name, drawn ones in place of photographs that are not here; says which are taken. */
export async function dataSetsHere(names: readonly string[]): Promise<Map<string, string>> {
  const found = await photographsOrDrawn(names);
  const taken = new Map(names.map((name, i) => [name, found[i] as string]));
  for (const [name, drawn] of taken) {
    if (drawn === name) continue;
    console.log(
      `${name}: no photographs here, the drawn set ${drawn} is taken in their place; ` +
        `"deno task data get ${name}" fetches the photographs`,
    );
  }
  return taken;
}

/** The parts with drawn sets in place of photographs that are not here. */
export async function withDataSets(parts: readonly StudyPart[]): Promise<StudyPart[]> {
  const taken = await dataSetsHere([
    ...new Set(parts.flatMap(({ setting }) => setting.datasets)),
  ]);
  return parts.map(({ title, setting }) => {
    const datasets = setting.datasets.map((name) => taken.get(name) ?? name);
    return { title, setting: { ...setting, datasets: [...new Set(datasets)] } };
  });
}

/**
 * Loads what the parts name, before any work; throws a plain error on what is wrong with it. Each set
 * must hold pictures in the splits that are trained and measured on.
 */
export async function loadParts(
  parts: readonly StudyPart[],
  splits: readonly Split[] = ["train", "test"],
): Promise<LoadedPart[]> {
  const loaded: LoadedPart[] = [], told = new Set<string>();
  for (const part of parts) {
    const { setting } = part;
    checkSetting(setting);
    const preset = await presetFor(setting);
    const context = loaded[0]?.context.with(preset) ?? new StudyContext(preset, setting.skipBad);
    const names = new Set<string>();
    for (const name of setting.datasets) {
      const set = await context.dataSet(name);
      tellSkipped(set, told);
      checkSet(set, splits);
      const key = set.fold === undefined ? set.name : `${set.name}, fold ${foldName(set.fold)}`;
      if (names.has(key)) {
        throw new Misnamed(
          `data sets: two are called "${set.name}"; tables tell sets by name, rename a folder`,
        );
      }
      names.add(key);
    }
    await weightFiles(preset);
    loaded.push({ ...part, context });
  }
  return loaded;
}

/** Says once what was left out of a data set. */
function tellSkipped({ name, skipped }: DataSet, told: Set<string>): void {
  if (skipped.length === 0 || told.has(name)) return;
  told.add(name);
  for (const { where, reason } of skipped.slice(0, 5)) {
    console.log(`left out ${where}: ${reason}`);
  }
  const bad = skipped.filter(({ mild }) => !mild).length, others = skipped.length - bad;
  const what = [
    ...(bad > 0 ? [`${bad} bad ${bad === 1 ? "line" : "lines"}`] : []),
    ...(others > 0 ? [`${others} ${others === 1 ? "file" : "files"} that no row uses`] : []),
  ];
  console.log(`left out ${what.join(" and ")} of ${name}; "deno task data check" lists them`);
}

/** How many pictures of a split are the least that can be trained or measured on. */
const LEAST: Readonly<Record<Split, number>> = { train: 4, validation: 2, test: 2 };

/** Throws where a set cannot be trained or measured on. */
export function checkSet(
  { name, records, splits: given }: DataSet,
  splits: readonly Split[],
): void {
  for (const split of splits) {
    const found = records.filter((record) => record.split === split).length;
    if (found >= LEAST[split]) continue;
    throw new Error(
      `data set "${name}": expected at least ${
        LEAST[split]
      } pictures in its ${split} split, found ${found}; ` +
        (given === "made"
          ? "add products"
          : 'correct "split", or leave it out of every row to have splits made by product'),
    );
  }
}

/** All runs of all parts, with what is finished now. */
export async function planParts(parts: readonly LoadedPart[]): Promise<PlannedRun[]> {
  return (await jobsOf(parts)).map(({ run }) => run);
}

/** Likewise, with what each is done with; see planJobs for `look`. */
export async function jobsOf(parts: readonly LoadedPart[], look = true): Promise<Job[]> {
  const all = await Promise.all(
    parts.map(({ context, setting }) =>
      planJobs(context, setting, studyFolder(setting.name), look)
    ),
  );
  return all.flat();
}

/**
 * Does what is not done yet; returns all runs, with what is finished now. Alone, this process goes part by
 * part; workers take run after run of all parts, so that none waits for the last run of a part.
 */
export async function computeParts(
  parts: readonly LoadedPart[],
  { workers, memoryLimit, stop, complain }: ComputeOptions,
): Promise<PlannedRun[]> {
  const jobs = await jobsOf(parts), before = jobs.map(({ run }) => run);
  if (tellFinished(parts, before)) return before;
  const folder = studyFolder(parts[0]!.setting.name), plan = await writeDown(folder, parts, jobs);
  const use = trainingUse(parts[0]!.context.preset.model);
  console.log(describeBackend(await startBackend(undefined, use).catch(complain)));
  await tellTruncated(parts);
  const limit = memoryToUse(memoryLimit, workers), stopFile = stopFileIn(folder);
  if (workers > 1) {
    await memoryOfParts(parts, limit).catch(complain);
    const command = commandOf("worker", join(projectFolder, "lib", "tasks", "worker.ts"), [plan]);
    await runWorkers(jobs, folder, { count: workers, command, use, shouldStop: stop.asked });
    return await planParts(parts);
  }
  for (const [i, part] of parts.entries()) {
    const { title, setting, context } = part, runs = await planParts([part]);
    if (stop.asked() || stopFile() || runs.every((run) => run.finished)) continue;
    await enoughMemory(context, runs, limit).catch(complain);
    if (parts.length > 1) console.log(`part ${i + 1} of ${parts.length}: ${title}`);
    await runStudy(setting, folder, { context, shouldStop: stop.asked });
  }
  return await planParts(parts);
}

/** Writes down what is being done, for workers and `deno task study status`; returns the file. */
function writeDown(
  folder: string,
  parts: readonly LoadedPart[],
  jobs: readonly Job[],
): Promise<string> {
  return savePlan(folder, {
    engine: "local",
    parts: parts.map(({ title, setting }) => ({ title, setting })),
    runs: watchedRuns(jobs),
    stop: stopTime(folder),
  });
}

/** The plan in a file that a process was started with; ends it where there is none. */
export async function planAt(path: string): Promise<StudyPlan> {
  const plan = await readPlan(dirname(path));
  if (plan) return plan;
  console.error(`${path}: not found, expected the plan of a study`);
  Deno.exit(2);
}

/** Says how many runs there are and how many are finished; returns whether all are. */
export function tellFinished(parts: readonly LoadedPart[], runs: readonly PlannedRun[]): boolean {
  const finished = runs.filter((run) => run.finished).length;
  const name = parts[0]?.setting.name;
  console.log(`study ${name}: ${runs.length} runs, ${finished} of them finished already`);
  return finished === runs.length;
}

/** Throws where a run of a part that is to be done cannot fit into memory; returns the jobs. */
export async function memoryOfParts(
  parts: readonly LoadedPart[],
  limit: ReturnType<typeof memoryToUse>,
  look = true,
): Promise<Job[]> {
  const all: Job[] = [];
  for (const part of parts) {
    const jobs = await jobsOf([part], look);
    await enoughMemory(part.context, jobs.map(({ run }) => run), limit);
    all.push(...jobs);
  }
  return all;
}

/** Throws where a run that is to be done cannot fit into memory. */
export async function enoughMemory(
  { preset }: StudyContext,
  runs: readonly PlannedRun[],
  limit: ReturnType<typeof memoryToUse>,
): Promise<void> {
  const rows = new Set(runs.filter((run) => !run.finished).map(({ plan }) => plan.row));
  const most = await checkMemory(preset, [...rows], limit);
  if (most && most.estimate.total > limit.bytes / 4) {
    console.log(`memory of a step of row ${most.row}: ${describeEstimate(most.estimate)}`);
  }
}

/** Says how many captions of each data set lose their end, once. */
export async function tellTruncated(parts: readonly LoadedPart[]): Promise<void> {
  const names = new Set<string>();
  for (const { context, setting } of parts) {
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
