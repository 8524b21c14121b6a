import assert from "node:assert/strict";
import { claimsTable as tableOf, testedClaims } from "unidiff/report/claims.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import { studyTables } from "unidiff/report/tables.ts";
import { stream } from "unidiff/runtime/random.ts";
import { runRecord, type SyntheticRow } from "./synthetic_study.ts";

/** Runs whose queries are hit at 5 with a row's probability, and whose noise is a row's. */
function runs(
  hit: Partial<Record<SyntheticRow, number>>,
  noise: Partial<Record<SyntheticRow, number>> = {},
  fraction = 1,
): RunRecord[] {
  return [0, 1, 2].flatMap((seed) =>
    (Object.keys(hit) as SyntheticRow[]).map((row) => {
      const run = runRecord(row, seed), draws = stream(seed, "hits", row);
      const ranks = () => Array.from({ length: 80 }, () => draws.uniform() < hit[row]! ? 1 : 9);
      return {
        ...run,
        config: { ...run.config, fraction },
        queries: {
          "retrieval.i2t.rank": ranks(),
          "retrieval.t2i.rank": ranks(),
          "is.test": Array.from({ length: 80 }, (_, i) => (noise[row] ?? 0.1) + i / 1e4),
        },
      };
    })
  );
}
const claimsTable = (all: readonly RunRecord[]) => tableOf(testedClaims(all));
const verdicts = (all: readonly RunRecord[]) =>
  Object.fromEntries(
    (claimsTable(all)?.rows ?? []).map((
      r,
    ) => [`${r.comparison} ${r.metric} ${r.fraction}`, r.verdict]),
  );

Deno.test("claimsTable() says shown, the opposite, or not shown, by the row that should be better", () => {
  const found = verdicts(
    runs({ A0: 0.3, A1: 0.5, A2: 0.3, A3: 0.5, A6: 0.9 }, { A2: 0.1, A3: 0.2, A6: 0.05 }),
  );
  const retrieval = "R@5, mean of both ways (points) 1", loss = "IS loss 1";
  assert.equal(found[`A6 − A1 ${retrieval}`], "shown");
  assert.equal(found[`A6 − A3 ${retrieval}`], "shown");
  assert.equal(found[`A3 − A1 ${retrieval}`], "not shown");
  assert.equal(found[`A6 − A2 ${loss}`], "shown");
  assert.equal(found[`A3 − A2 ${loss}`], "the opposite is shown");
});

Deno.test("claimsTable() has a line for each share of the products, and its sources", () => {
  const both = [...runs({ A1: 0.5, A6: 0.9 }), ...runs({ A1: 0.9, A6: 0.5 }, {}, 0.25)];
  const found = verdicts(both), key = "A6 − A1 R@5, mean of both ways (points)";
  assert.equal(found[`${key} 1`], "shown");
  assert.equal(found[`${key} 0.25`], "the opposite is shown");
  const { table } = studyTables(both).at(-1)!;
  assert.equal(table.title, "The claims, here");
  for (const sources of table.sources!) assert.ok(sources.length > 0);
});

Deno.test("claimsTable() is none where nothing was compared", () => {
  assert.equal(claimsTable(runs({ A1: 0.5 })), undefined);
  assert.equal(claimsTable(runs({ A1: 0.5, A6: 0.9 }).slice(0, 4)), undefined);
});
