/** What is the state of runs, from their folders alone. */
import { join } from "@std/path";
import { isClaim } from "../runtime/mod.ts";
import { CLAIM, type Job } from "./do_runs.ts";
import { FAILURE, failureOf } from "./failure.ts";
import { startedRuns } from "./study.ts";
import { workOf } from "./work.ts";

/** A run, and how much work it is: its training, and with its evaluation. */
export interface Watched {
  readonly name: string;
  readonly training: number;
  readonly whole: number;
  /** Known to be finished before the first look. */
  readonly finished?: boolean;
}

/** The state of some runs at one time. */
export interface Look {
  readonly total: number;
  readonly finished: number;
  readonly running: readonly string[];
  readonly failed: readonly { readonly name: string; readonly reason: string }[];
  /** Neither of these: not begun, or stopped with a checkpoint. */
  readonly waiting: number;
  /** Work that is done. */
  readonly done: number;
}

/** Planned runs as they are watched. */
export function watchedRuns(jobs: readonly Job[]): Watched[] {
  return jobs.map(({ run, context }) => {
    const { training, whole } = workOf(context.preset);
    return {
      name: run.name,
      training: training(run),
      whole: whole(run),
      finished: run.finished,
    };
  });
}

/**
 * Looks at the runs of a study's folder again and again.
 *
 * A look lists the run folders once, and reads those that have begun and are not finished; it costs
 * as many questions to the disk as there are runs at work, not as there are runs.
 */
export class RunWatch {
  readonly runs: readonly Watched[];
  readonly #folder: string;
  readonly #finished: Set<string>;

  constructor(folder: string, runs: readonly Watched[]) {
    // A run that two parts of a grid share is one.
    this.runs = [...new Map(runs.map((run) => [run.name, run])).values()];
    this.#folder = folder;
    this.#finished = new Set(runs.filter(({ finished }) => finished).map(({ name }) => name));
  }

  isFinished(name: string): boolean {
    return this.#finished.has(name);
  }

  async look(): Promise<Look> {
    const started = await startedRuns(this.#folder);
    const running: string[] = [], failed: { name: string; reason: string }[] = [];
    let done = 0;
    for (const { name, training, whole } of this.runs) {
      if (!this.#finished.has(name) && started.has(name)) {
        const folder = join(this.#folder, "runs", name), files = await filesIn(folder);
        if (files.includes("evaluation.json")) this.#finished.add(name);
        else {
          const failure = files.includes(FAILURE) ? await failureOf(folder) : undefined;
          if (failure) failed.push({ name, reason: failure.reason });
          else if (files.some((file) => isClaim(file, CLAIM))) running.push(name);
          if (files.includes("metrics.jsonl")) {
            done += Math.min(training, await lastStep(join(folder, "metrics.jsonl")));
          }
        }
      }
      if (this.#finished.has(name)) done += whole;
    }
    const total = this.runs.length, finished = this.#finished.size;
    const waiting = total - finished - running.length - failed.length;
    return { total, finished, running, failed, waiting, done };
  }
}

/** "12 of 60 runs finished, 4 running, 44 waiting" */
export function describeLook({ total, finished, running, failed, waiting }: Look): string {
  return [
    `${finished} of ${total} runs finished`,
    ...(running.length > 0 ? [`${running.length} running`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
  ].join(", ");
}

/** Names of the files in a folder; none where it is gone. */
async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof NotADirectory)) throw error;
  }
  return names;
}

/** Bytes at the end of a metrics file that hold its last line. */
const TAIL = 2048;

/** The step on the last whole line of a metrics file, 0 where there is none. */
async function lastStep(path: string): Promise<number> {
  try {
    using file = await Deno.open(path);
    const { size } = await file.stat(), bytes = new Uint8Array(TAIL);
    await file.seek(Math.max(0, size - TAIL), Deno.SeekMode.Start);
    const read = await file.read(bytes) ?? 0;
    const text = new TextDecoder().decode(bytes.subarray(0, read));
    return Number([...text.matchAll(/^\{"step":(\d+),.*\}$/gm)].at(-1)?.[1] ?? 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}
