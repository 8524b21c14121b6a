/** Retrieval on other sets, of runs whose ranks there are known. */
import assert from "node:assert/strict";
import type { RunRecord } from "unidiff/report/record.ts";
import { otherSetsTable } from "unidiff/report/folds/others.ts";

const FOLDS = 5, QUERIES = 40;

/** A run that finds the first `hits` of its queries on set "b", and every one on set "c". */
function run(row: string, fold: number, seed: number, hits: number, hash = "1234abcd"): RunRecord {
  const ranks = Array.from({ length: QUERIES }, (_, q) => q < hits ? 1 : 50);
  const all = ranks.map(() => 1), product = ranks.map((_, q) => q >> 1);
  return {
    name: `a--${row}--k${fold}--s${seed}`,
    config: {
      row,
      rowTitle: `row ${row}`,
      seed,
      dataset: { name: "a", fold: `${fold}of${FOLDS}` },
    },
    evaluation: { metrics: {} },
    queries: {},
    later: [{
      hash,
      metrics: {
        "others.b.i2t.r5": hits / QUERIES,
        "others.b.t2i.r5": hits / QUERIES,
        "others.c.i2t.r5": 1,
        "others.c.t2i.r5": 1,
      },
      from: Object.fromEntries(
        ["b.i2t", "b.t2i", "c.i2t", "c.t2i"].map((key) => [`others.${key}.r5`, "other-sets"]),
      ),
      queries: {
        "others.b.i2t.rank": ranks,
        "others.b.t2i.rank": ranks,
        "others.b.product": product,
        "others.c.i2t.rank": all,
        "others.c.t2i.rank": all,
        "others.c.product": product,
      },
    }],
  } as unknown as RunRecord;
}

function rows(hits: Readonly<Record<string, number>>): RunRecord[] {
  return Object.entries(hits).flatMap(([row, n]) =>
    [0, 1, 2].flatMap((seed) =>
      Array.from({ length: FOLDS }, (_, k) => run(row, k + 1, seed, n + (k === 0 ? seed : 0)))
    )
  );
}

Deno.test("otherSetsTable() has a line for each set and row, and differences from A3 alone", () => {
  const table = otherSetsTable(rows({ A3: 20, A6: 10 }))!;
  const of = (other: string, row: string) =>
    table.rows.find((line) => line.other === other && line.row === row)!;
  assert.deepEqual(table.rows.map(({ other, row }) => `${other} ${row}`), [
    "b A3",
    "b A6",
    "c A3",
    "c A6",
  ]);
  // One of five folds finds 0, 1 and 2 queries of 40 more in the three seeds.
  const a3 = of("b", "A3").i2t as { mean: number; n: number };
  assert.equal(a3.n, 3);
  assert.ok(Math.abs(a3.mean - (20 + 1 / 5) / 40) < 1e-12);
  assert.equal(of("b", "A3").difference, undefined);
  const { difference, low, high, sources } = of("b", "A6").difference as unknown as {
    difference: number;
    low: number;
    high: number;
    sources: { file: string; path: string[] }[];
  };
  assert.ok(Math.abs(difference + 0.25) < 1e-12);
  assert.ok(low < -0.25 && high > -0.25 && high < 0, `[${low}, ${high}]`);
  assert.equal(sources[0]!.file, "evaluations/1234abcd/other-sets.json");
  assert.deepEqual(sources[0]!.path, ["queries", "others.b.i2t.rank"]);
  const same = of("c", "A6").difference as { difference: number; low: number; high: number };
  assert.deepEqual([same.difference, same.low, same.high], [0, 0, 0]);
});

Deno.test("otherSetsTable() takes the settings that most runs have, and seeds with all folds", () => {
  const runs = rows({ A3: 20, A6: 10 });
  const strange = run("A9w", 1, 0, 40, "ffffffff");
  const table = otherSetsTable([...runs.filter(({ name }) => name !== "a--A6--k2--s1"), strange])!;
  assert.deepEqual([...new Set(table.rows.map(({ row }) => row))], ["A3", "A6"]);
  assert.equal(table.rows.find(({ row }) => row === "A6")!.seeds, 2);
  assert.equal(otherSetsTable(runs.map((one) => ({ ...one, later: [] }))), undefined);
});
