import assert from "node:assert/strict";
import { testedClaims } from "unidiff/report/claims.ts";
import { claimsBySet, overviewTable } from "unidiff/report/overview.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import { toMarkdown } from "unidiff/report/table.ts";
import { traceCell } from "unidiff/report/trace.ts";
import { runRecord, type SyntheticRow } from "./synthetic_study.ts";

function runs(dataset: string, rows: readonly SyntheticRow[], hit: number): RunRecord[] {
  return rows.flatMap((row) =>
    [0, 1, 2].map((seed) => {
      const run = runRecord(row, seed), { config } = run;
      const ranks = Array.from({ length: 40 }, (_, i) => row === "A6" && i < hit ? 1 : 9);
      return {
        ...run,
        name: `${dataset}-${run.name}`,
        config: { ...config, dataset: { ...config.dataset, name: dataset } },
        queries: { "retrieval.i2t.rank": ranks, "retrieval.t2i.rank": ranks },
      };
    })
  );
}
const both = [...runs("shop", ["A0", "A1", "A6"], 30), ...runs("garden", ["A1", "A6"], 0)];

Deno.test("overviewTable() sets the rows that all data sets have side by side", () => {
  const table = overviewTable(both)!;
  assert.deepEqual(table.rows.map(({ row, seeds }) => [row, seeds]), [["A1", 3], ["A6", 3]]);
  assert.deepEqual(
    [...new Set(table.columns.flatMap(({ group }) => group ?? []))],
    ["shop", "garden"],
  );
  const { sources } = traceCell(table, "A6,garden.retrieval.recallSum")[0]!;
  assert.deepEqual(sources.map(({ run }) => run), ["garden-A6-0", "garden-A6-1", "garden-A6-2"]);
  const mean = sources.reduce((sum, { value }) => sum + value!, 0) / 3;
  const cell = table.rows[1]!["garden.retrieval.recallSum"] as { mean: number };
  assert.ok(Math.abs(cell.mean - mean) < 1e-12);
});

Deno.test("claimsBySet() marks on which set a claim is shown, and where nothing is", () => {
  const table = claimsBySet(testedClaims(both))!;
  const line = table.rows.find(({ comparison, metric }) =>
    comparison === "A6 − A1" && String(metric).startsWith("R@5")
  )!;
  assert.equal(line["shop.verdict"], "✓");
  assert.equal(line["garden.verdict"], "");
  assert.match(
    toMarkdown(table),
    /\+75\.0 \[[\d.]+, [\d.]+\] \| ✓ \| 0\.0 \[0\.0, 0\.0\] \| {2}\|/,
  );
});

Deno.test("one data set, or one without all its products, has no overview", () => {
  const one = runs("shop", ["A0", "A1", "A6"], 30);
  assert.equal(overviewTable(one), undefined);
  assert.equal(claimsBySet(testedClaims(one)), undefined);
  const half = runs("garden", ["A0", "A1", "A6"], 30).map((run) => ({
    ...run,
    config: { ...run.config, fraction: 0.5 },
  }));
  assert.equal(overviewTable([...one, ...half]), undefined);
});
