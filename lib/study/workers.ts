/** Several processes of this machine that work on one study side by side. */
import { type ProcessorUse, threadSettings } from "../runtime/mod.ts";
import { type Engine, followRuns } from "./engine.ts";
import type { Job } from "./do_runs.ts";
import { describeLook, RunWatch, watchedRuns } from "./watch.ts";
import { lineOf } from "./work.ts";

/** Options of {@link runWorkers}. */
export interface WorkerOptions {
  readonly count: number;
  /** Arguments of `deno` that make a process do unfinished runs until its standard input ends. */
  readonly command: readonly string[];
  /** How each uses its share of the threads. */
  readonly use?: ProcessorUse;
  readonly shouldStop: () => boolean;
}

/** Workers as an engine, and what those that failed said once all have ended. */
export interface LocalEngine extends Engine {
  failures(): Promise<readonly string[]>;
}

/**
 * Starts worker processes and shows their common progress until all have ended.
 *
 * Each claims run by run, so none is done twice, and has its share of the processor's threads. They
 * stop, each with a checkpoint, when this process asks them to or ends, however it ends. Throws what
 * a failed worker said, after the others have ended.
 */
export async function runWorkers(
  jobs: readonly Job[],
  folder: string,
  { count, command, use, shouldStop }: WorkerOptions,
): Promise<void> {
  const engine = localEngine(count, command, use);
  const watch = new RunWatch(folder, watchedRuns(jobs)), line = lineOf(watch.runs);
  let asked = false;
  const stop = async () => {
    asked = true;
    await engine.stop();
  };
  await engine.submit(jobs.length);
  await followRuns(engine, watch, { line, shouldLeave: () => !asked && shouldStop() });
  if (shouldStop()) await stop();
  // A worker that is asked to stop writes a checkpoint first.
  await followRuns(engine, watch, { line });
  const failures = await engine.failures();
  const look = await watch.look();
  line.step(look.done);
  await line.done(describeLook(look));
  if (failures.length > 0) {
    throw new Error(
      `${failures.length} of ${count} workers failed; finished runs stay, the same command goes ` +
        `on from the checkpoints.\n${failures.join("\n")}`,
    );
  }
}

/** Worker processes of this machine. */
export function localEngine(
  count: number,
  command: readonly string[],
  use: ProcessorUse = {},
): LocalEngine {
  const env = threadSettings(Math.floor(navigator.hardwareConcurrency / count), use.operations);
  const children: Deno.ChildProcess[] = [], ends: Promise<string | undefined>[] = [];
  let running = 0;
  const stop = async () => {
    // The end of its standard input is a worker's sign to stop.
    await Promise.all(children.map((child) => child.stdin.close().catch(() => {})));
  };
  return {
    every: 0.25,
    submit() {
      while (children.length < count) {
        const child = new Deno.Command(Deno.execPath(), {
          args: [...command],
          env,
          stdin: "piped",
          stdout: "piped",
          stderr: "piped",
        }).spawn();
        running++;
        children.push(child);
        ends.push(endOf(child).finally(() => running--));
      }
      return Promise.resolve();
    },
    state: () => Promise.resolve({ running, waiting: 0 }),
    stop,
    async failures() {
      const all = await Promise.all(ends);
      await stop();
      return all.filter((said) => said !== undefined);
    },
  };
}

/** What a process said, once it has ended badly; undefined where it ended well. */
async function endOf(child: Deno.ChildProcess): Promise<string | undefined> {
  const [{ code }, stdout, stderr] = await Promise.all([
    child.status,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return code === 0 ? undefined : `exit code ${code}:\n${(stdout + stderr).trim().slice(-4000)}`;
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
