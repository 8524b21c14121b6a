/**
 * A study of 10,000 run folders, made and not trained: how long it takes to plan, look, read and make
 * its tables: `deno run -A tests/by_hand/many_runs.ts [runs]`.
 */
import { join } from "@std/path";
import { writeJson } from "unidiff/runtime/files.ts";
import { memoryUsed } from "unidiff/runtime/memory_used.ts";
import { stream } from "unidiff/runtime/random.ts";
import { readStudy, studyTables } from "unidiff/report/mod.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { presets } from "unidiff/study/presets.ts";
import { planJobs, runStudy } from "unidiff/study/study.ts";
import { RunWatch, watchedRuns } from "unidiff/study/watch.ts";
import { inFolder } from "../data/folder.ts";
import { silent, tinyDataSet, tinyStudy } from "../study/tiny.ts";
import { startBackend } from "unidiff/runtime/backend.ts";

const rows = ["A0", "A1", "A2", "A3", "A6"], wanted = Number(Deno.args[0] ?? 10_000);
await startBackend();
await inFolder(async (folder) => {
  const set = await tinyDataSet(folder), one = join(folder, "one"), many = join(folder, "many");
  const context = new StudyContext(presets.nano);
  const study = tinyStudy(set, { rows });
  const { runs: [first] } = await runStudy(study, one, { context, progress: silent });
  const large = { ...study, seeds: wanted / rows.length };
  const timed = async <T>(what: string, f: () => Promise<T> | T): Promise<T> => {
    const started = performance.now(), result = await f();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${what}: ${seconds} s, ${(memoryUsed()!.now / 2 ** 20).toFixed(0)} MiB`);
    return result;
  };
  const jobs = await timed("plan anew", () => planJobs(context, large, many));
  const [evaluation, queries] = await Promise.all(
    ["evaluation.json", "queries.json"]
      .map(async (file) => JSON.parse(await Deno.readTextFile(join(first!.folder, file)))),
  );
  await timed("make the folders", async () => {
    for (const { run } of jobs) {
      const s = stream(run.plan.seed, run.plan.row);
      await Deno.mkdir(run.folder, { recursive: true });
      await writeJson(join(run.folder, "config.json"), run.config);
      const metrics = Object.fromEntries(
        Object.entries(evaluation.metrics as Record<string, number>)
          .map(([key, value]) => [key, value * (1 + 0.1 * s.normal())]),
      );
      const hits = Object.fromEntries(
        Object.entries(queries as Record<string, number[]>)
          .map(([key, list]) => [key, list.map((v) => s.uniform() < 0.2 ? 1 - v : v)]),
      );
      await Deno.writeTextFile(join(run.folder, "queries.json"), JSON.stringify(hits));
      await Deno.writeTextFile(
        join(run.folder, "evaluation.json"),
        JSON.stringify({ ...evaluation, metrics }),
      );
    }
  });
  const planned = await timed("plan again", () => planJobs(context, large, many));
  console.log(`${planned.filter(({ run }) => run.finished).length} of them finished`);
  const watch = new RunWatch(many, watchedRuns(planned));
  await timed("look", () => watch.look());
  const records = await timed("read", () => readStudy(many));
  const tables = await timed("tables", () => studyTables(records));
  console.log(`${records.length} runs, ${tables.length} tables`);
});
Deno.exit(0);
