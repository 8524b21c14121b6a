import assert from "node:assert/strict";
import { ablationTable } from "unidiff/report/ablation.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import { config, evaluation, metricLines, type SyntheticRow } from "./synthetic_study.ts";

function record(row: SyntheticRow, seed: number, dataset = "shop"): RunRecord {
  return {
    folder: "",
    name: "",
    config: config(row, seed, dataset),
    evaluation: evaluation(row, seed),
    queries: {},
    later: [],
    metrics: metricLines(row, seed) as RunRecord["metrics"],
    samples: undefined,
    finished: 0,
  };
}

Deno.test("ablationTable() has a row for each set of losses, with ticks and means over seeds", () => {
  const runs = [0, 1].flatMap((s) => [record("A6", s), record("A0", s), record("A2", s, "other")]);
  const table = ablationTable(runs, "shop");
  assert.deepEqual(
    table.rows.map(({ row, itc, is, rsc, seeds }) => [row, itc, is, rsc, seeds]),
    [["A0", false, false, false, 2], ["A6", true, true, "both", 2]],
  );
  const values = [0, 1].map((s) => evaluation("A6", s).metrics["retrieval.i2t.r5"]!);
  const cell = table.rows[1]!["retrieval.i2t.r5"] as { mean: number; std: number };
  assert.ok(Math.abs(cell.mean - (values[0]! + values[1]!) / 2) < 1e-12);
  assert.ok(Math.abs(cell.std - Math.abs(values[0]! - values[1]!) / Math.SQRT2) < 1e-12);
  assert.ok(!table.columns.some(({ key }) => key === "fraction"));
});

Deno.test("ablationTable() states data, steps, seeds, gallery and chance", () => {
  const { note } = ablationTable([record("A0", 0), record("A1", 0)], "shop");
  for (
    const fact of [
      "shop, renders; 600 training, 120 validation and 150 test pictures",
      "Preset mini, 150 training steps in each trained row, seed 0.",
      "gallery of 150; chance R@1/5/10 1.0/5.0/10.0 %",
      "Outside: retrieval on 500 pictures",
      "One seed: the spread is unknown",
    ]
  ) assert.ok(note.includes(fact), `${fact} in: ${note}`);
});

Deno.test("ablationTable() says that learning rates were chosen for the set, where they were", () => {
  const tuned = (row: SyntheticRow, changes: Record<string, number>) => {
    const run = record(row, 0);
    return { ...run, config: { ...run.config, tuned: changes } };
  };
  const { note } = ablationTable(
    [record("A0", 0), tuned("A1", {}), record("A3", 0), tuned("A6", { "lambda.rsc": 3 })],
    "shop",
  );
  assert.match(
    note,
    /Learning rates are those that were chosen for the set, the same for all rows/,
  );
  assert.doesNotMatch(ablationTable([record("A3", 0)], "shop").note, /chosen/);
});

Deno.test("ablationTable() leaves absent metrics empty and shows fractions where they differ", () => {
  const half = record("A1", 0);
  half.config.fraction = 0.5;
  half.evaluation.metrics = {};
  const table = ablationTable([record("A1", 0), half], "shop");
  assert.deepEqual(table.rows.map(({ fraction }) => fraction), [1, 0.5]);
  assert.equal(table.rows[1]!["retrieval.i2t.r1"], undefined);
  assert.ok(table.columns.some(({ key }) => key === "fraction"));
});

Deno.test("ablationTable() names the data sets there are", () => {
  assert.throws(() => ablationTable([record("A1", 0)], "shoes"), /on shoes, expected one of: shop/);
});
