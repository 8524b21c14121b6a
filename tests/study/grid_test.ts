/** The parts of `deno task reproduce --full`. */
import assert from "node:assert/strict";
import type { Choices } from "unidiff/study/choices.ts";
import { CONTRASTED, fullGrid, SETS } from "unidiff/study/grid.ts";
import { foldsOf } from "unidiff/study/matched.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { rowOf } from "unidiff/study/rows.ts";

const grid = () => fullGrid("study");
const runsOf = (parts: ReturnType<typeof fullGrid>) =>
  parts.reduce(
    (sum, { config: c }) => sum + c.datasets.length * c.rows.length * c.fractions.length * c.seeds,
    0,
  );

const rates = { "train.learningRates.text": 1e-5 };
const choices: Choices = {
  schema: 2,
  preset: "study",
  start: "weights",
  settings: "preset",
  row: "A3",
  folds: 5,
  seed: 100,
  choices: [{
    dataset: "fashion-man",
    fingerprint: "data",
    candidates: [],
    chosen: 0.5,
    changes: rates,
  }],
};

Deno.test("fullGrid() holds known rows and settings, and no run twice", () => {
  const seen = new Set<string>();
  for (const { config } of grid()) {
    presetOf(config.preset, config.changes);
    config.rows.forEach(rowOf);
    for (const dataset of config.datasets) {
      for (const row of config.rows) {
        for (const fraction of config.fractions) {
          const { changes, firstSeed } = config;
          const key = JSON.stringify([dataset, row, fraction, changes, firstSeed]);
          assert.ok(!seen.has(key), key);
          seen.add(key);
        }
      }
    }
  }
});

Deno.test("fullGrid() has the contrasts on every fold of every set first, three seeds each", () => {
  const parts = grid();
  for (const [i, { config }] of parts.slice(0, 3 * SETS.length).entries()) {
    const { datasets, rows, seeds, firstSeed } = config;
    assert.deepEqual(datasets, foldsOf(SETS[i % SETS.length]!));
    // All folds of a seed before the next one: a contrast needs them all.
    assert.deepEqual([rows, seeds, firstSeed], [CONTRASTED, 1, Math.floor(i / SETS.length)]);
  }
  // What is looked at without a claim has a seed that no contrast uses, but for averages of A3's weights.
  const [averages, ...explored] = parts.slice(3 * SETS.length);
  assert.deepEqual(averages!.config.rows, ["A9v", "A9x"]);
  const best = explored.filter(({ title }) => title.startsWith("the best reading"));
  for (const part of explored) {
    if (!best.includes(part)) assert.equal(part.config.firstSeed, 100, part.title);
  }
  // The best reading is compared as the rows of the contrasts are.
  assert.deepEqual(best.map(({ config }) => config.firstSeed), [0, 1, 2]);
  for (const { config } of best) {
    assert.match(config.rows.join(), /^A8.$/);
    assert.deepEqual(config.datasets, SETS.flatMap((set) => foldsOf(set)));
  }
  const runs = runsOf(parts);
  assert.ok(runs > 600 && runs < 900, `${runs} runs`);
});

Deno.test("fullGrid() gives all rows of a set the same settings, and takes other sets", () => {
  for (const { config } of fullGrid("study", undefined, choices)) {
    assert.deepEqual(config.chosen, { "fashion-man": rates });
  }
  const other = fullGrid("nano", ["a", "b"]);
  assert.deepEqual(other[0]!.config.datasets, foldsOf("a"));
  assert.equal(other[0]!.config.chosen, undefined);
});
