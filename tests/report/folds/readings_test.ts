/** Which reading of RSC is the best, and the table that says so. */
import assert from "node:assert/strict";
import type { RunRecord } from "unidiff/report/record.ts";
import { rankedReadings, readingsTable } from "unidiff/report/folds/readings.ts";

Deno.test("the best reading has the largest MRR of those that keep as much outside as A3", () => {
  const a = { mrr: 50, outside: 79.9 }, b = { mrr: 40, outside: 80 }, c = { mrr: 45, outside: 95 };
  const unfinished = { mrr: undefined, outside: undefined };
  assert.deepEqual(rankedReadings([a, b, c, unfinished], { mrr: 48, outside: 80 }), [c, b]);
  assert.deepEqual(rankedReadings([a], { mrr: 48, outside: 80 }), []);
});

const FOLDS = 2;

/** Runs of a row over all folds, seed 100. */
function runs(
  row: string,
  rsc: number,
  mrr: number,
  outside: number,
  config: Record<string, unknown> = {},
): RunRecord[] {
  return Array.from({ length: FOLDS }, (_, k) => ({
    folder: "",
    name: `${row}-${rsc}-${k}-${JSON.stringify(config)}`,
    config: {
      row,
      rowTitle: `title of ${row}`,
      seed: 100,
      fraction: 1,
      weights: { rsc },
      dataset: { name: "fashion-man", fold: `${k + 1}of${FOLDS}` },
      train: { learningRates: { vision: 2e-4 }, rsc: { temperature: 0.1 } },
      ...config,
    },
    evaluation: {
      metrics: {
        "retrieval.i2t.mrr": mrr + 0.1,
        "retrieval.t2i.mrr": mrr - 0.1,
        "retrieval.i2t.r5": mrr,
        "retrieval.t2i.r5": mrr,
        "forgetting.i2t.r5": outside + (k === 0 ? 0.1 : -0.1),
        "forgetting.t2i.r5": outside,
        "is.test": 0.03,
      },
    },
    queries: {},
  } as unknown as RunRecord));
}

Deno.test("readings stand beside A3 at the same rates, each at its settings", () => {
  const changes = { "lambda.rsc": 0.3 },
    rates = (vision: number) => {
      const learningRates = { vision };
      return {
        changes: { "train.learningRates.vision": vision, "evaluate.samples": 0 },
        train: { learningRates, rsc: { temperature: 0.1 } },
      };
    };
  const table = readingsTable([
    ...runs("A3", 0, 0.5, 0.8, rates(2e-4)),
    ...runs("A3", 0, 0.9, 0.9, rates(4e-4)),
    ...runs("A3", 0, 0.9, 0.9, { changes: { "train.steps": 50 } }),
    ...runs("A8n", 1, 0.45, 0.7),
    ...runs("A8n", 0.3, 0.48, 0.85, { changes }),
    ...runs("A8d", 0.3, 0.49, 0.81, { changes }),
    ...runs("A8c", 0.3, 0.99, 0.99, { changes }).slice(1),
    ...runs("A9h", 0, 0.52, 0.85),
    ...runs("A6", 0.3, 0.44, 0.9, { changes }),
    ...runs("A8e", 0.3, 0.99, 0.99, { changes, fraction: 0.5 }),
  ])!;
  assert.deepEqual(
    table.rows.map(({ row, setting, mrr, outside, place }) => [
      row,
      setting,
      Math.round(mrr as number),
      Math.round(outside as number),
      place,
    ]),
    [
      ["A3", "", 50, 80, undefined],
      ["A6", "λ 0.3, τ 0.1", 44, 90, undefined],
      ["A8d", "λ 0.3, τ 0.1", 49, 81, 1],
      ["A8n", "λ 0.3, τ 0.1", 48, 85, 2],
      ["A8n", "λ 1, τ 0.1", 45, 70, undefined],
      ["A9h", "", 52, 85, undefined],
    ],
  );
  assert.equal(table.sources![0]!.length, FOLDS * 6);
  assert.equal(readingsTable(runs("A3", 0, 0.5, 0.8)), undefined);
});
