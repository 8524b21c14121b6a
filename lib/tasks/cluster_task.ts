/**
 * A task of `deno task reproduce --engine slurm`: does runs of the plan that its argument names until
 * none is left for it, or it is told to stop.
 *
 * Ends with 75 where it was stopped with a checkpoint and there is more to do; Slurm then queues it
 * again.
 */
import { dirname } from "@std/path";
import { describeBackend, progress, startBackend, thisProcess } from "../runtime/mod.ts";
import { AGAIN, doRuns, type Job, memoryToUse, readPlan, stopFileIn } from "../study/mod.ts";
import { enoughMemory, jobsOf, loadParts } from "./parts.ts";

const folder = dirname(Deno.args[0] ?? ""), plan = await readPlan(folder);
if (plan === undefined) {
  console.error(`${Deno.args[0]}: not found, expected the plan of a study`);
  Deno.exit(2);
}
let told = false;
// A batch script hands signals on that Slurm may have sent here too: each after the first is no other.
for (const signal of ["SIGTERM", "SIGUSR1", "SIGINT"] as const) {
  Deno.addSignalListener(signal, () => told = true);
}
const { host, pid } = thisProcess(), stopFile = stopFileIn(folder, plan.stop);
console.log(`process ${pid} on ${host}`);
console.log(describeBackend(await startBackend()));
const jobs: Job[] = [];
for (const part of await loadParts(plan.parts)) {
  const own = await jobsOf([part], false), runs = own.map(({ run }) => run);
  await enoughMemory(part.context, runs, memoryToUse(undefined));
  jobs.push(...own);
}
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
