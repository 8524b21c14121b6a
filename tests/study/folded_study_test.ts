/** A study over folds, from training to its page; a fold done again gives the same digits. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { foldSummary } from "unidiff/report/folds/rows_table.ts";
import { readStudy } from "unidiff/report/record.ts";
import { writeStudyReport } from "unidiff/report/study_report.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { exists } from "unidiff/runtime/files.ts";
import { foldsOf } from "unidiff/study/matched.ts";
import { runStudy } from "unidiff/study/study.ts";
import { inFolder } from "../data/folder.ts";
import { numbersOf, silent, tinyDataSet, tinyStudy } from "./tiny.ts";

Deno.test({
  name:
    "a study over folds: every product tested once, contrasts, page; a fold again has the same digits",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const set = await tinyDataSet(folder), study = join(folder, "study");
      const config = tinyStudy(set, {
        datasets: foldsOf(set, 2),
        rows: ["A0", "A1", "A2", "A3", "A6", "A9w"],
        seeds: 2,
      });
      const { runs } = await runStudy(config, study, { progress: silent });
      assert.equal(runs.length, 2 * 2 * 6);
      const records = await readStudy(study);
      const tested = records.filter(({ config: c }) => c.row === "A3" && c.seed === 0);
      assert.equal(tested.reduce((sum, { config: c }) => sum + c.dataset.test, 0), 32);
      assert.ok(tested.every(({ name }) => /--A3--k[12]of2--s0--/.test(name)));
      assert.equal(foldSummary(records.filter(({ config: c }) => c.row === "A3"), "is.test")?.n, 2);

      const { tables, samples, page, skipped } = await writeStudyReport(study);
      assert.deepEqual(skipped, [], "no fold is taken for another run of the same");
      const names = new Set(tables.map((path) => path.split("/").at(-1)!.replace(/\.\w+$/, "")));
      assert.deepEqual([...names].sort(), ["collapse", "contrasts", "rows"]);
      assert.equal(samples.length, 1);
      const contrasts = await Deno.readTextFile(join(study, "tables", "contrasts.md"));
      for (const rows of ["A3 − A1", "A3 − A2", "A6 − A3", "A6 − A9w"]) {
        assert.ok(contrasts.includes(rows), rows);
      }
      const html = await Deno.readTextFile(page);
      assert.match(html, /Does drawing help telling apart\? <strong>/);
      assert.match(html, /Four prompts, row by row/);
      assert.doesNotMatch(html, /Fewer than three seeds/);

      const again = join(folder, "again"),
        one = { ...config, datasets: [config.datasets[1]!], seeds: 1 };
      for (const { name, folder: run } of (await runStudy(one, again, { progress: silent })).runs) {
        assert.ok(await exists(join(study, "runs", name)), name);
        assert.deepEqual(await numbersOf(run), await numbersOf(join(study, "runs", name)), name);
      }
    }),
});
