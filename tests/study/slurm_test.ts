/** A study on a real Slurm of two nodes, with what befalls tasks there; skipped where Slurm is not installed. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { isAlive } from "unidiff/runtime/this_process.ts";
import { holderOf } from "unidiff/study/do_runs.ts";
import { studyFolder } from "unidiff/study/setting.ts";
import { jobName } from "unidiff/study/slurm/engine.ts";
import { inFolder } from "../data/folder.ts";
import { heard, taskCommand } from "../tasks/said.ts";
import { type Cluster, missingPrograms, pause, startCluster } from "./cluster.ts";
import { numbersOf, tinyDataSet } from "./tiny.ts";

const missing = missingPrograms();
if (missing.length > 0) console.log(`Slurm is not tested: there is no ${missing.join(", ")}`);

/** Four rows with so many seeds each; by hand 15 of them, which is a study of 60 runs. */
const SEEDS = Deno.env.get("UNIDIFF_SLURM_SEEDS") ?? "3";

Deno.test({
  name: "a study on Slurm, with tasks killed, queued again, preempted, stopped and a node's end, " +
    "has the numbers of a local one, each run done once",
  ignore: missing.length > 0,
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      const set = await tinyDataSet(folder), cluster = await startCluster(join(folder, "slurm"));
      const names = [`test-slurm-${Deno.pid}`, `test-local-${Deno.pid}`] as const;
      try {
        await compare(cluster, set, ...names);
      } finally {
        await cluster.stop();
        for (const name of names) {
          await Deno.remove(studyFolder(name), { recursive: true }).catch(() => {});
        }
      }
    }),
});

async function compare(cluster: Cluster, set: string, name: string, localName: string) {
  // Sums depend on the number of threads: one each, here and there.
  const env = { ...cluster.env, TF_NUM_INTRAOP_THREADS: "1", OMP_NUM_THREADS: "1" };
  const study = (output: string, ...more: string[]) =>
    heard(taskCommand("reproduce", [
      ...["--preset", "nano", "--datasets", set, "--rows", "A0,A1,A3,A6", "--seeds", SEEDS],
      ...["--set", "train.steps=200", "--no-notebooks", "--output", output, ...more],
    ], env));
  const slurm = ["--engine", "slurm", "--slurm", "array=3,cpus-per-task=1,mem=1500,grace=30"];
  const local = study(localName), folder = studyFolder(name);

  const submitted = await study(name, ...slurm, "--detach");
  assert.equal(submitted.code, 0, submitted.err);
  assert.match(submitted.out, /Slurm: /);
  const job = await jobName(folder);
  const runningTasks = async () =>
    (await cluster.slurm(
      "squeue",
      ...["--noheader", "--array", "--states=RUNNING", `--name=${job}`, "--format=%i"],
    )).split("\n").filter((id) => id !== "");

  // A worker that is killed.
  Deno.kill(await someWorker(folder), "SIGKILL");
  await until(async () => KILLED.test(await wordsOf(folder)) ? true : undefined);
  // A task that is queued again by hand: it alone.
  const [requeued] = await until(async () => {
    const running = await runningTasks();
    return running.length > 0 ? running : undefined;
  });
  await cluster.slurm("scontrol", "requeue", requeued!);
  // Jobs that go before it and take both nodes.
  await someWorker(folder);
  await cluster.slurm(
    "sbatch",
    ...["--wait", "--partition=urgent", "--nodes=2", "--exclusive", "--output=/dev/null"],
    "--wrap=sleep 1",
  );
  // The end of all tasks before their time, by the user.
  await someWorker(folder);
  const stopped = await heard(taskCommand("study", ["stop", name], env));
  assert.equal(stopped.code, 0, stopped.err);
  assert.match(stopped.out, /asked: each process ends at its next step/);
  let queue = "";
  await until(async () => {
    queue = await cluster.slurm("squeue", "--noheader", "--array", "--format=%i %T %r %S");
    return queue === "" ? true : undefined;
  }, () => queue);
  const status = await heard(taskCommand("study", ["status", name], env));
  assert.doesNotMatch(status.out, /failed|[1-9]\d* running/, status.out);
  // A node that is gone, and comes back.
  await study(name, ...slurm, "--detach");
  await someWorker(folder);
  await cluster.endNode("n1");
  await cluster.startNode("n1");

  const whole = await study(name, ...slurm);
  assert.equal(whole.code, 0, whole.err);
  assert.match(whole.out, /Ablation on tiny\n/);
  const plain = await local;
  assert.equal(plain.code, 0, plain.err);
  const table = (out: string) => out.slice(out.indexOf("Ablation on tiny"), out.indexOf("page:"));
  assert.equal(table(whole.out), table(plain.out));

  const runs = await namesIn(join(folder, "runs"));
  assert.equal(runs.length, 4 * Number(SEEDS));
  assert.deepEqual(runs, await namesIn(join(studyFolder(localName), "runs")));
  for (const run of runs) {
    const [here, there] = [folder, studyFolder(localName)].map((f) => join(f, "runs", run));
    assert.deepEqual(await numbersOf(here!), await numbersOf(there!), run);
  }
  const words = await wordsOf(folder);
  const finished = [...words.matchAll(/^finished (.+)$/gm)].map(([, run]) => run!).sort();
  assert.deepEqual(finished, runs, "each run was finished once");
}

const KILLED = /queued again: the worker ended with exit code 137/;

/** What the tasks of a study have said. */
async function wordsOf(folder: string): Promise<string> {
  const logs = (await namesIn(join(folder, "slurm"))).filter((name) => name.endsWith(".log"));
  const texts = logs.map((log) => Deno.readTextFile(join(folder, "slurm", log)));
  return (await Promise.all(texts)).join("\n");
}

/** A process that works on a run now. */
function someWorker(folder: string): Promise<number> {
  return until(async () => {
    for (const run of await namesIn(join(folder, "runs"))) {
      const holder = await holderOf(join(folder, "runs", run));
      if (holder && isAlive(holder)) return holder.pid;
    }
    return undefined;
  });
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.sort();
}

async function until<T>(
  find: () => Promise<T | undefined>,
  state = () => "",
): Promise<T> {
  for (let i = 0; i < 1200; i++) {
    const found = await find();
    if (found !== undefined) return found;
    await pause(0.1);
  }
  throw new Error(`waited for two minutes in vain; ${state()}`);
}
