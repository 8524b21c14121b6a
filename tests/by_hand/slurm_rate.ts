/**
 * Runs a minute of a study on a Slurm of this machine with 1, 2 and 4 tasks, and what a run asks of the
 * shared disk: `deno run -A tests/by_hand/slurm_rate.ts [seeds]`. Needs Slurm, and strace for the latter;
 * draws docs/cluster_rate.png.
 */
import { join } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";
import { toPng, toSvg } from "unidiff/report/plot.ts";
import { studyFolder } from "unidiff/study/setting.ts";
import { inFolder } from "../data/folder.ts";
import { missingPrograms, pause, startCluster } from "../study/cluster.ts";
import { tinyDataSet } from "../study/tiny.ts";
import { heard, taskCommand } from "../tasks/said.ts";

const missing = missingPrograms();
if (missing.length > 0) throw new Error(`there is no ${missing.join(", ")}`);
const seeds = Deno.args[0] ?? "12", rates: [number, number][] = [];
await inFolder(async (folder) => {
  const set = await tinyDataSet(folder), cluster = await startCluster(join(folder, "slurm"));
  const env = { ...cluster.env, TF_NUM_INTRAOP_THREADS: "1", OMP_NUM_THREADS: "1" };
  try {
    for (const tasks of [1, 2, 4]) {
      const name = `test-rate-${tasks}`;
      const args = [
        "--preset",
        "nano",
        "--datasets",
        set,
        "--rows",
        "A0,A1,A3,A6",
        "--seeds",
        seeds,
      ];
      const slurm = ["--engine", "slurm", "--slurm", `array=${tasks},cpus-per-task=1,mem=1500`];
      const done = ["--no-notebooks", "--output", name, "--detach"];
      const submitted = await heard(taskCommand("reproduce", [...args, ...slurm, ...done], env));
      if (submitted.code !== 0) throw new Error(submitted.err);
      const started = performance.now();
      while (await cluster.slurm("squeue", "--noheader") !== "") await pause(0.5);
      const minutes = (performance.now() - started) / 60_000, runs = 4 * Number(seeds);
      rates.push([tasks, runs / minutes]);
      console.log(`${tasks} tasks: ${runs} runs in ${(60 * minutes).toFixed(0)} s`);
      await Deno.remove(studyFolder(name), { recursive: true });
    }
  } finally {
    await cluster.stop();
  }
  await countCalls(set, folder);
});
const svg = await toSvg({
  data: [{
    type: "scatter",
    mode: "lines+markers",
    x: rates.map(([tasks]) => tasks),
    y: rates.map(([, rate]) => rate),
  }],
  layout: {
    width: 560,
    height: 320,
    font: { family: "Arimo, Arial, sans-serif", size: 13 },
    xaxis: { title: { text: "tasks" }, tickvals: [1, 2, 4] },
    yaxis: { title: { text: "nano runs a minute" }, rangemode: "tozero" },
    margin: { l: 60, r: 20, t: 20, b: 50 },
  },
});
await Deno.writeFile(join(projectFolder, "docs", "cluster_rate.png"), await toPng(svg));
console.log(rates.map(([tasks, rate]) => `${tasks}: ${rate.toFixed(1)} a minute`).join(", "));

/** Counts the calls with a path below results/ that five runs make beyond one run. */
async function countCalls(set: string, folder: string): Promise<void> {
  const counts: number[] = [];
  for (const n of [1, 6]) {
    const log = join(folder, "calls"), name = `test-calls-${n}`;
    const args = ["--preset", "nano", "--datasets", set, "--rows", "A6", "--seeds", `${n}`];
    const { success } = await new Deno.Command("strace", {
      args: [
        ...[
          "-f",
          "-qq",
          "-e",
          "trace=%file",
          "-o",
          log,
          Deno.execPath(),
          "run",
          "-A",
          "--no-check",
        ],
        ...["lib/tasks/reproduce.ts", ...args, "--no-notebooks", "--output", name],
      ],
      cwd: projectFolder,
      stdout: "null",
      stderr: "null",
    }).output();
    if (!success) throw new Error("strace failed");
    const calls = (await Deno.readTextFile(log)).split("\n")
      .filter((line) => line.includes(`${name}/runs/`));
    counts.push(calls.length);
    await Deno.remove(studyFolder(name), { recursive: true });
  }
  console.log(`${((counts[1]! - counts[0]!) / 5).toFixed(0)} calls with a path for each nano run`);
}
