/**
 * A task of `deno task reproduce --engine slurm`: does runs of the plan that its argument names until
 * none is left for it, or it is told to stop.
 *
 * Ends with 75 where it was stopped with a checkpoint and there is more to do; Slurm then queues it
 * again.
 */
import { dirname } from "@std/path";
import { describeBackend, progress, startBackend, thisProcess } from "../runtime/mod.ts";
import { AGAIN, doRuns, memoryToUse, stopFileIn } from "../study/mod.ts";
import { loadParts, memoryOfParts, planAt } from "./parts.ts";

const path = Deno.args[0] ?? "", plan = await planAt(path);
let told = false;
// A batch script hands signals on that Slurm may have sent here too: each after the first is no other.
for (const signal of ["SIGTERM", "SIGUSR1", "SIGINT"] as const) {
  Deno.addSignalListener(signal, () => told = true);
}
const { host, pid } = thisProcess(), stopFile = stopFileIn(dirname(path), plan.stop);
console.log(`process ${pid} on ${host}`);
console.log(describeBackend(await startBackend()));
const jobs = await memoryOfParts(await loadParts(plan.parts), memoryToUse(undefined), false);
const did = await doRuns(fromHere(jobs), {
  progress: progress(0, "", { where: "silent" }),
  shouldStop: () => told || stopFile(),
  keepFailures: true,
  say: console.log,
});
Deno.exit(told && !stopFile() && did.left.length > 0 ? AGAIN : 0);

/** The runs from a place on that each task of an array has for itself: they seldom meet. */
function fromHere<T>(all: readonly T[]): T[] {
  const [task, first, count] = ["ID", "MIN", "COUNT"].map((name) =>
    Number(Deno.env.get(`SLURM_ARRAY_TASK_${name}`) ?? 0)
  ) as [number, number, number];
  const at = count > 0 ? Math.floor((task - first) / count * all.length) : 0;
  return [...all.slice(at), ...all.slice(0, at)];
}
