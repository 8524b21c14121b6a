import { join } from "@std/path";
import { exists, type Progress } from "../runtime/mod.ts";
import { StudyContext } from "./context.ts";
import { tunedPreset } from "./presets.ts";
import { type RowId, rowOf } from "./rows.ts";
import { presetFor } from "./start.ts";
import { doRuns, type Job } from "./do_runs.ts";
import { resolveRun, runName } from "./run_config.ts";
import type { RunPlan } from "./plan.ts";
import { studyProgress } from "./work.ts";
import type { PlannedRun, StudyConfig } from "./plan.ts";

/** All runs of a study: data set by data set, seed by seed, rows in order. */
export async function planStudy(
  context: StudyContext,
  config: StudyConfig,
  folder: string,
): Promise<PlannedRun[]> {
  return (await planJobs(context, config, folder)).map(({ run }) => run);
}

/**
 * Likewise, each run with the context that it is done in.
 *
 * With `look` false nobody asks which are finished: of thousands on a shared disk a process wants to
 * know of those alone that it turns to.
 */
export async function planJobs(
  context: StudyContext,
  config: StudyConfig,
  folder: string,
  look = true,
): Promise<Job[]> {
  const jobs: Job[] = [], started = look ? await startedRuns(folder) : new Set();
  for (const dataset of config.datasets) {
    for (const fraction of config.fractions) {
      for (let i = 0; i < config.seeds; i++) {
        const seed = (config.firstSeed ?? 0) + i;
        for (const row of config.rows) {
          const plan: RunPlan = { dataset, row: rowOf(row).id as RowId, seed, fraction };
          const own = await contextOf(context, config, plan);
          const resolved = await resolveRun(own, plan);
          const name = await runName(resolved), run = join(folder, "runs", name);
          const finished = started.has(name) && await exists(join(run, "evaluation.json"));
          jobs.push({ run: { plan, name, folder: run, config: resolved, finished }, context: own });
        }
      }
    }
  }
  return jobs;
}

/** Names of the run folders that are there. */
export async function startedRuns(folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  try {
    for await (const { name } of Deno.readDir(join(folder, "runs"))) names.add(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names;
}

/** The context of a run with what was chosen for its data set. */
async function contextOf(
  context: StudyContext,
  { chosen }: StudyConfig,
  { dataset }: RunPlan,
): Promise<StudyContext> {
  const own = chosen?.[(await context.dataSet(dataset)).name];
  return own === undefined ? context : context.with(tunedPreset(context.preset, own));
}

/** What {@link runStudy} did. */
export interface StudyResult {
  readonly runs: readonly PlannedRun[];
  /** Names of the runs that this call finished. */
  readonly done: readonly string[];
  /** Names of the runs that are not finished: another process holds them, or a stop was asked for. */
  readonly left: readonly string[];
  /** Whether a stop was asked for. */
  readonly stopped: boolean;
}

/** Options of {@link runStudy}. */
export interface StudyOptions {
  /** Data and model that were loaded before. */
  readonly context?: StudyContext;
  /** Where to show progress; a line of its own unless given. */
  readonly progress?: Progress;
  /** Asked at every step; true stops with a checkpoint. */
  readonly shouldStop?: () => boolean;
}

/**
 * Does every unfinished run of a study, one after the other, with one line of progress.
 *
 * Finished runs are not repeated. A stop leaves a checkpoint: `shouldStop` asks for it, or a file
 * `STOP` put into the study's folder (of use where a notebook's stop button would end the kernel).
 * Several processes may work on one study, on machines that share its folder: each claims a run
 * before it begins.
 */
export async function runStudy(
  config: StudyConfig,
  folder: string,
  options: StudyOptions = {},
): Promise<StudyResult> {
  const context = options.context ??
    new StudyContext(await presetFor(config), config.skipBad);
  const jobs = await planJobs(context, config, folder), runs = jobs.map(({ run }) => run);
  const line = options.progress ?? studyProgress(runs, context.preset);
  const stopFile = stopFileIn(folder);
  const shouldStop = () => (options.shouldStop?.() ?? false) || stopFile();
  const { done, left } = await doRuns(jobs, { progress: line, shouldStop });
  await line.done(
    left.length > 0 ? `${left.length} of ${runs.length} runs not finished` : undefined,
  );
  return { runs, done, left, stopped: shouldStop() };
}

/**
 * Whether a file `STOP` was put into a folder since it was last seen to be at `before`; one that lay
 * there then is history. Times of the folder's own disk are compared, no clock of this machine.
 */
export function stopFileIn(folder: string, before = stopTime(folder)): () => boolean {
  return () => {
    const now = stopTime(folder);
    return now !== 0 && now !== before;
  };
}

/** When the file `STOP` of a folder was written, in ms since 1970; 0 where there is none. */
export function stopTime(folder: string): number {
  try {
    return Deno.statSync(join(folder, "STOP")).mtime?.getTime() ?? 0;
  } catch {
    return 0;
  }
}
