import assert from "node:assert/strict";
import { join } from "@std/path";
import { queryStatistic } from "unidiff/report/query_statistics.ts";
import { readStudy, type RunRecord } from "unidiff/report/record.ts";
import {
  referenceInterval,
  reproduced,
  reproducedLine,
  reproducedTable,
} from "unidiff/report/reproduced.ts";
import { writeStudyReport } from "unidiff/report/study_report.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "./synthetic_study.ts";

const committed = new URL("../../results/reference/main", import.meta.url).pathname;
// Runs that were read together share what is equal in them.
const copy = (runs: readonly RunRecord[]) => JSON.parse(JSON.stringify(runs)) as RunRecord[];

Deno.test("queryStatistic() gives the metrics of a real run from its queries", async () => {
  const keys = ["i2t", "t2i"].flatMap((way) =>
    ["r1", "r5", "r10", "medianRank", "meanRank"].map((name) => `retrieval.${way}.${name}`)
  );
  for (const { evaluation, queries } of await readStudy(committed)) {
    for (const key of [...keys, "retrieval.recallSum", "forgetting.t2i.r5", "is.test"]) {
      const { keys, of } = queryStatistic(key)!;
      const value = of(keys.map((name) => queries[name]!));
      assert.ok(Math.abs(value - evaluation.metrics[key]!) < 1e-6, `${key} ${value}`);
    }
  }
  for (const key of ["kid", "retrieval.i2t.map", "retrieval.gallery", "retrieval.i2t.recallSum"]) {
    assert.equal(queryStatistic(key), undefined, key);
  }
});

Deno.test("referenceInterval() is the prediction interval of the seeds, wider for fewer new runs", () =>
  inFolder(async (study) => {
    for (const seed of [0, 1, 2]) await writeRun(study, "A1", seed);
    const runs = await readStudy(study), key = "retrieval.i2t.r5";
    const values = runs.map(({ evaluation }) => evaluation.metrics[key]!);
    const mean = values.reduce((a, b) => a + b) / 3;
    const std = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 2);
    const one = referenceInterval(runs, key, 1)!, three = referenceInterval(runs, key, 3)!;
    assert.equal(one.by, "seeds");
    assert.ok(Math.abs(one.high - (mean + 4.302653 * std * Math.sqrt(4 / 3))) < 1e-6);
    assert.ok(Math.abs(three.low - (mean - 4.302653 * std * Math.sqrt(2 / 3))) < 1e-6);
    // A single seed without queries says nothing.
    assert.equal(referenceInterval(runs.slice(0, 1), key, 1), undefined);
  }));

Deno.test("reproduced() counts a seed once that two reference studies hold, however its settings were chosen", async () => {
  const mine = await readStudy(committed), chosen = copy(mine);
  for (const run of chosen) run.config.tuned = { "train.steps": 50 };
  const twice = reproduced(mine, [...mine, ...chosen]);
  assert.deepEqual(twice, reproduced(mine, mine));
  assert.ok(twice.every(({ reference }) => reference?.n === 1));
});

Deno.test("reproduced() finds a run inside its own reference, another number outside, other data not comparable", async () => {
  const reference = await readStudy(committed), mine = copy(reference);
  const same = reproduced(mine, reference);
  assert.ok(same.length > 50 && same.every(({ inside }) => inside !== false));
  const r5 = same.find(({ row, column }) => row === "A6" && column?.key === "retrieval.i2t.r5")!;
  // 132 queries of which 14.4 % hit: ±6.0 points by the binomial's normal approximation.
  const { low, high, by } = r5.interval!;
  assert.equal(by, "queries");
  assert.ok(Math.abs((high - low) / 2 - 1.96 * Math.sqrt(0.1439 * 0.8561 / 132)) < 0.012);
  assert.ok(same.some(({ column, interval }) => column?.key === "kid" && interval === undefined));

  const a6 = mine.find(({ config }) => config.row === "A6")!;
  a6.evaluation.metrics["retrieval.i2t.r5"] = 0.5;
  const a1 = mine.find(({ config }) => config.row === "A1")!;
  a1.config.dataset.fingerprint = "00ff";
  const a2 = mine.find(({ config }) => config.row === "A2")!;
  a2.config.train.steps = 100;
  const found = reproduced(mine, reference);
  const outside = found.filter(({ inside }) => inside === false);
  assert.deepEqual(outside.map(({ row, column }) => [row, column!.key]), [[
    "A6",
    "retrieval.i2t.r5",
  ]]);
  const reasons = found.flatMap(({ row, reason }) => reason === undefined ? [] : [[row, reason]]);
  assert.deepEqual(reasons.map(([row]) => row).sort(), ["A1", "A2"]);
  assert.match(reasons.join(), /dataset\.fingerprint 00ff \(ffff16e958cc96c6… in the reference\)/);
  assert.match(reasons.join(), /train\.steps 100 \(50 in the reference\)/);
  assert.match(
    reproducedLine(found),
    /^\d+ of \d+ numbers inside the reference interval; \d+ have none; 2 rows not comparable$/,
  );
  const table = reproducedTable(found)!;
  assert.equal(table.rows.length, found.length);
  assert.equal(reproducedTable(reproduced(mine, [])), undefined);
});

Deno.test("writeStudyReport() writes the comparison as a table and on the page", () =>
  inFolder(async (study) => {
    const reference = join(study, "reference");
    for (const seed of [0, 1, 2]) await writeRun(reference, "A1", seed);
    await writeRun(study, "A1", 1);
    const report = await writeStudyReport(study, { reference: await readStudy(reference) });
    assert.match(report.reproduced!, /^(\d+) of \1 numbers inside the reference interval$/);
    const csv = await Deno.readTextFile(join(study, "tables", "reproduced.csv"));
    assert.match(csv, /shop,A1,1,i→t R@5 ↑,0\.\d+,/);
    const page = await Deno.readTextFile(report.page);
    assert.match(page, /<h2 id="reproduced-heading">.*numbers inside the reference interval\./s);
    assert.doesNotMatch(page, /id="reproduced-table"/); // all are inside
  }));
