import assert from "node:assert/strict";
import { type Choices, chosenSettings } from "unidiff/study/choices.ts";
import { fullGrid } from "unidiff/study/grid.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { rowOf } from "unidiff/study/rows.ts";

const grid = () => fullGrid("mini");
const runsOf = (parts: ReturnType<typeof fullGrid>) =>
  parts.reduce(
    (sum, { config: c }) => sum + c.datasets.length * c.rows.length * c.fractions.length * c.seeds,
    0,
  );

/** Choices of A3 on one set, the same candidate in both comparisons. */
const choices: Choices = {
  schema: 1,
  preset: "mini",
  start: "weights",
  settings: "preset",
  split: "validation",
  seed: 100,
  choices: (["equal", "apart"] as const).map((comparison) => ({
    dataset: "fashion-man",
    fingerprint: "data",
    row: "A3",
    comparison,
    rule: "ranks",
    candidates: [],
    chosen: "",
    changes: comparison === "equal" ? { "lambda.is": 3 } : { "train.steps": 100 },
  })),
};

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
  const runs = runsOf(grid());
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

Deno.test("fullGrid() takes choices for every part, and their own steps for controls alone", () => {
  const parts = fullGrid("mini", undefined, choices);
  const apart = parts.filter(({ config }) => config.chosen?.apart);
  assert.deepEqual(apart.map(({ config }) => config.rows), [["A1", "A3", "A6"]]);
  const { text, vision, unet } = presetOf("mini").train.learningRates;
  // Everything that was open is named: no table takes the control for a row of equal steps.
  assert.deepEqual(apart[0]!.config.chosen!.settings, {
    "fashion-man": {
      "A3": {
        "train.learningRates.text": text,
        "train.learningRates.vision": vision,
        "train.learningRates.unet": unet,
        "train.steps": 100,
      },
    },
  });
  const equal = chosenSettings(choices, "equal");
  assert.deepEqual(equal.settings, { "fashion-man": { "A3": { "lambda.is": 3 } } });
  for (const { config } of parts) {
    if (config.chosen?.apart !== true) assert.deepEqual(config.chosen, equal);
    assert.ok(!("train.steps" in config.changes));
  }
  // As README and docs/study.md say.
  assert.deepEqual([runsOf(parts), runsOf(grid())], [286, 295]);
});
