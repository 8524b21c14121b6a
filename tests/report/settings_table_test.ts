import assert from "node:assert/strict";
import type { RunRecord } from "unidiff/report/record.ts";
import { settingsOf } from "unidiff/report/page/settings.ts";
import { changesOf, plainRuns, settingsTable } from "unidiff/report/settings_table.ts";
import { config, evaluation } from "./synthetic_study.ts";

const run = (
  row: "A3" | "A6",
  seed: number,
  changes?: Record<string, number>,
  finished = 0,
): RunRecord => ({
  name: `${row}-${seed}-${JSON.stringify(changes)}`,
  folder: "",
  finished,
  config: { ...config(row, seed), ...(changes ? { changes } : {}) },
  evaluation: evaluation(row, seed),
  queries: {},
  metrics: [],
} as unknown as RunRecord);

const weak = { "lambda.rsc": 0.3 }, hot = { "train.rsc.temperature": 0.3 };

Deno.test("changesOf() shortens the paths of training", () => {
  assert.equal(changesOf(run("A6", 0)), "");
  assert.equal(
    changesOf(run("A6", 0, { ...weak, ...hot })),
    "lambda.rsc = 0.3, rsc.temperature = 0.3",
  );
});

Deno.test("plainRuns() keeps unchanged runs, or those changed like the newest", () => {
  const plain = [run("A3", 0), run("A6", 0)];
  assert.deepEqual(plainRuns([...plain, run("A6", 0, weak, 9)]), plain);
  const older = run("A6", 0, weak, 1), newer = run("A6", 0, hot, 2), beside = run("A3", 0, hot, 0);
  assert.deepEqual(plainRuns([older, newer, beside]), [newer, beside]);
});

Deno.test("settingsTable() puts the preset's own first, and is left out where nothing changed", () => {
  const plain = [run("A3", 0), run("A6", 0), run("A6", 1)];
  assert.equal(settingsTable(plain, "shop"), undefined);
  const all = [run("A6", 0, hot), run("A6", 0, weak), run("A6", 1, weak), ...plain];
  const rows = settingsTable(all, "shop")!.rows;
  assert.deepEqual(
    rows.map(({ row, changes, seeds }) => [row, changes, seeds]),
    [
      ["A6", "as the preset", 2],
      ["A6", "lambda.rsc = 0.3", 2],
      ["A6", "rsc.temperature = 0.3", 1],
    ],
  );
  const sum = rows[0]!["retrieval.recallSum"] as { mean: number; n: number };
  const expected = [0, 1].map((seed) => evaluation("A6", seed).metrics["retrieval.recallSum"]!);
  assert.equal(sum.n, 2);
  assert.ok(Math.abs(sum.mean - (expected[0]! + expected[1]!) / 2) < 1e-12);
});

Deno.test("settingsTable() calls the lines beside changes by what their rows took", () => {
  const tuned = (one: RunRecord, changes: Record<string, number>) => (
    { ...one, config: { ...one.config, tuned: changes } }
  );
  const runs = [tuned(run("A6", 0), weak), tuned(run("A6", 0, hot), weak), run("A3", 0)];
  const table = settingsTable(runs, "shop")!;
  assert.deepEqual(
    table.rows.map(({ changes }) => changes),
    ["as in the ablation", "rsc.temperature = 0.3"],
  );
  assert.match(table.note, /as in the ablation, where learning rates are those that were chosen/);
});

Deno.test("settingsOf() names what was chosen for each set", () => {
  const one = run("A6", 0), chosen = { ...one, config: { ...one.config, tuned: weak } };
  const groups = settingsOf([chosen, run("A3", 0)]);
  assert.deepEqual(
    groups.find(({ title }) => title === "Chosen for all rows of a set")!.lines,
    [{ name: "shop", values: ["lambda.rsc = 0.3"] }],
  );
  assert.ok(!settingsOf([one]).some(({ title }) => title.startsWith("Chosen")));
});
