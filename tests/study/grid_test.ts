import assert from "node:assert/strict";
import { fullGrid } from "unidiff/study/grid.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { rowOf } from "unidiff/study/rows.ts";

const grid = () => fullGrid("mini");

Deno.test("fullGrid() holds known rows and settings, and no run twice", () => {
  const seen = new Set<string>();
  for (const { config } of grid()) {
    presetOf(config.preset, config.changes);
    config.rows.forEach(rowOf);
    for (const dataset of config.datasets) {
      for (const row of config.rows) {
        for (const fraction of config.fractions) {
          const key = JSON.stringify([dataset, row, fraction, config.changes]);
          assert.ok(!seen.has(key), key);
          seen.add(key);
        }
      }
    }
  }
});

Deno.test("fullGrid() has the number of runs that the study plans for", () => {
  const runs = grid().reduce(
    (sum, { config: c }) => sum + c.datasets.length * c.rows.length * c.fractions.length * c.seeds,
    0,
  );
  assert.ok(runs > 250 && runs < 310, `${runs} runs`);
});

Deno.test("fullGrid() scales every learning rate and takes other sets", () => {
  const parts = fullGrid("nano", ["a", "b"]);
  assert.deepEqual(parts[0]!.config.datasets, ["a", "b"]);
  const { text, vision, unet } = presetOf("nano").train.learningRates;
  assert.deepEqual(
    parts.find(({ config }) => "train.learningRates.text" in config.changes)!.config
      .changes,
    {
      "train.learningRates.text": text / 4,
      "train.learningRates.vision": vision / 4,
      "train.learningRates.unet": unet / 4,
    },
  );
});
