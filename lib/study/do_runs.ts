/** Doing runs that other processes, perhaps of other machines, do too: each once. */
import { join } from "@std/path";
import {
  type Claim,
  Claims,
  exists,
  type Held,
  isDiskFull,
  type Owner,
  ownerOf,
  pause,
  type Progress,
} from "../runtime/mod.ts";
import type { StudyContext } from "./context.ts";
import { failureOf, writeFailure } from "./failure.ts";
import { isMemoryFull, memoryFull } from "./memory/full.ts";
import type { PlannedRun } from "./plan.ts";
import { doRun } from "./run.ts";
import { labelOf, workDone, workOf } from "./work.ts";

/** A planned run and what it is done with. */
export interface Job {
  readonly run: PlannedRun;
  readonly context: StudyContext;
}

/** How {@link doRuns} works. */
export interface DoOptions {
  readonly progress: Progress;
  /** Asked at every step; true stops with a checkpoint. */
  readonly shouldStop: () => boolean;
  /**
   * Write down why a run fails, and go on with the others; otherwise its error is thrown. Runs whose
   * failure is written down are passed over.
   */
  readonly keepFailures?: boolean;
  /** Told of each run that begins and ends here. */
  readonly say?: (words: string) => void;
}

/** Names of the runs that {@link doRuns} finished, that failed, and that it left. */
export interface Did {
  readonly done: readonly string[];
  readonly failed: readonly string[];
  readonly left: readonly string[];
}

/** The name of a run's claim in its folder. */
export const CLAIM = "claim";

/** Processes that may end without a word while they work on a run; then it is the run. */
const MOST_DEATHS = 5;

/**
 * Does the unfinished ones of some runs in turn; each is claimed before.
 *
 * Runs that others hold are looked at again in the end, until their owners are known to be alive;
 * those of dead owners are taken over. Nothing is thrown for a run that another process holds.
 */
export async function doRuns(jobs: readonly Job[], options: DoOptions): Promise<Did> {
  using claims = new Claims();
  const { progress: line, shouldStop, keepFailures = false, say = () => {} } = options;
  const done: string[] = [], failed: string[] = [], left = new Set<string>();
  const runs = jobs.map(({ run }) => run), preset = jobs[0]?.context.preset;
  let before = preset ? workDone(runs, preset) : 0;

  const take = async (folder: string) => {
    try {
      await Deno.mkdir(folder, { recursive: true });
      return await claims.take(folder, CLAIM);
    } catch (error) {
      throw isDiskFull(error) ? noRoom(folder, error) : error;
    }
  };
  /** Whether a job is settled: done, failed, or left to a process that is alive. */
  const attempt = async (job: Job): Promise<Held | undefined> => {
    const { run, context } = job;
    left.delete(run.name);
    if (shouldStop()) return void left.add(run.name);
    if (await exists(join(run.folder, "evaluation.json"))) { // by another process, meanwhile
      before += workOf(context.preset).whole(run);
      return;
    }
    if (keepFailures && await failureOf(run.folder)) return void failed.push(run.name);
    const claim = await take(run.folder);
    if (!("release" in claim)) {
      left.add(run.name);
      return claim;
    }
    try {
      if (keepFailures && claim.deaths >= MOST_DEATHS) {
        throw new Error(`${claim.deaths} processes ended without a word while they worked on it`);
      }
      say(`begins ${run.name}`);
      const finished = await follow(job, claim, before, options) && !claim.lost();
      say(`${finished ? "finished" : "left"} ${run.name}`);
      if (finished) done.push(run.name);
      else left.add(run.name);
    } catch (error) {
      if (isDiskFull(error)) throw noRoom(run.folder, error);
      const { preset } = context,
        told = isMemoryFull(error)
          ? await memoryFull(run.folder, preset, run.plan.row, error as Error)
          : error;
      if (!keepFailures) throw told;
      say(`failed ${run.name}: ${await writeFailure(run.folder, told)}`);
      failed.push(run.name);
    } finally {
      claim.release();
    }
    before += workOf(context.preset).whole(run);
    line.step(before, labelOf(run));
  };

  let open: { job: Job; held: Held }[] = [];
  for (const job of jobs) {
    if (job.run.finished) continue;
    const held = await attempt(job);
    if (held && !held.alive) open.push({ job, held });
  }
  while (open.length > 0 && !shouldStop()) {
    await pause(Math.min(...open.map(({ held }) => held.again)) + 0.1);
    const still: typeof open = [];
    for (const { job } of open) {
      const held = await attempt(job);
      if (held && !held.alive) still.push({ job, held });
    }
    open = still;
  }
  return { done, failed, left: [...left] };
}

/** No fault of a run: others would fail alike. */
function noRoom(folder: string, cause: unknown): Error {
  return new Error(
    `${folder}: the disk or the quota is full (${(cause as Error).message}); make room, the same ` +
      "command goes on from the checkpoints",
    { cause },
  );
}

/** Does one run and shows its progress behind the work that was done before. */
function follow(
  { run, context }: Job,
  claim: Claim,
  before: number,
  { progress: line, shouldStop }: DoOptions,
): Promise<boolean> {
  const label = labelOf(run), measuring = before + workOf(context.preset).training(run);
  return doRun(context, run.plan, run.folder, run.config, {
    onStep: ({ step, total = NaN }) => {
      line.step(before + step, `${label}: loss ${total.toFixed(3)}`);
      return breathe();
    },
    onPhase: (what) => {
      line.step(measuring, `${label}: measuring, ${what}`);
      return breathe();
    },
    shouldStop: () => shouldStop() || claim.lost(),
  });
}

/** Lets timers and signals have their turn between steps, which compute without a pause. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Who works on a run, or did when it ended without a word; undefined where nobody holds it. */
export async function holderOf(folder: string): Promise<Owner | undefined> {
  return await exists(folder) ? await ownerOf(folder, CLAIM) : undefined;
}
