/** Several processes that work on one study side by side. */
import { join } from "@std/path";
import { exists } from "../runtime/mod.ts";
import type { Preset } from "./preset.ts";
import type { PlannedRun } from "./plan.ts";
import { studyProgress, workOf } from "./work.ts";

/** Options of {@link runWorkers}. */
export interface WorkerOptions {
  readonly count: number;
  /** Arguments of `deno` that make a process do unfinished runs until its standard input ends. */
  readonly command: readonly string[];
  readonly shouldStop: () => boolean;
}

/** Milliseconds between two looks at the run folders. */
const LOOK_EVERY = 500;

/**
 * Starts worker processes and shows their common progress until all have ended.
 *
 * Each claims run by run, so none is done twice, and has its share of the processor's threads. They
 * stop, each with a checkpoint, when this process asks them to or ends, however it ends. Throws what
 * a failed worker said, after the others have ended.
 */
export async function runWorkers(
  runs: readonly PlannedRun[],
  preset: Preset,
  { count, command, shouldStop }: WorkerOptions,
): Promise<void> {
  const threads = String(Math.max(1, Math.floor(navigator.hardwareConcurrency / count)));
  const env = {
    TF_NUM_INTRAOP_THREADS: threads,
    TF_NUM_INTEROP_THREADS: "1",
    OMP_NUM_THREADS: threads,
  };
  const children = Array.from({ length: count }, () =>
    new Deno.Command(Deno.execPath(), {
      args: [...command],
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn());
  let working = children.length;
  const ends = children.map(async (child) => {
    const [status, stdout, stderr] = await Promise.all([
      child.status,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    working--;
    return { code: status.code, said: (stdout + stderr).trim() };
  });
  const line = studyProgress(runs, preset);
  let asked = false;
  while (working > 0) {
    if (!asked && shouldStop()) {
      asked = true;
      // The end of its standard input is a worker's sign to stop.
      await Promise.all(children.map((child) => child.stdin.close().catch(() => {})));
    }
    const { done, finished } = await workSoFar(runs, preset);
    line.step(done, `${finished} of ${runs.length} runs finished`);
    await Promise.race([Promise.all(ends), new Promise((go) => setTimeout(go, LOOK_EVERY))]);
  }
  const { done, finished } = await workSoFar(runs, preset);
  line.step(done);
  await line.done(`${finished} of ${runs.length} runs finished`);
  if (!asked) await Promise.all(children.map((child) => child.stdin.close().catch(() => {})));
  const failed = (await Promise.all(ends)).filter(({ code }) => code !== 0);
  if (failed.length > 0) {
    const words = failed.map(({ code, said }) => `exit code ${code}:\n${said.slice(-4000)}`);
    throw new Error(
      `${failed.length} of ${count} workers failed; finished runs stay, the same command goes on ` +
        `from the checkpoints.\n${words.join("\n")}`,
    );
  }
}

/** Tells, from then on, whether this worker's standard input has ended: its parent wants a stop. */
export function parentWantsStop(): () => boolean {
  let ended = false;
  const wait = async () => {
    for await (const _ of Deno.stdin.readable);
    ended = true;
  };
  wait();
  return () => ended;
}

/** Work of all runs that is on disk now, and how many runs are finished. */
async function workSoFar(
  runs: readonly PlannedRun[],
  preset: Preset,
): Promise<{ done: number; finished: number }> {
  const { whole, training } = workOf(preset);
  let done = 0, finished = 0;
  for (const run of runs) {
    if (run.finished || await exists(join(run.folder, "evaluation.json"))) {
      done += whole(run);
      finished++;
    } else {
      done += Math.min(training(run), await lastStep(join(run.folder, "metrics.jsonl")));
    }
  }
  return { done, finished };
}

/** The step on the last whole line of a metrics file, 0 where there is none. */
async function lastStep(path: string): Promise<number> {
  if (!await exists(path)) return 0;
  const steps = (await Deno.readTextFile(path)).matchAll(/^\{"step":(\d+),.*\}$/gm);
  return Number([...steps].at(-1)?.[1] ?? 0);
}
