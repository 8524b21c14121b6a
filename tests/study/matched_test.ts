/** The learning rates that all rows of a set are compared at. */
import assert from "node:assert/strict";
import { presetOf } from "unidiff/study/presets.ts";
import {
  candidateChanges,
  chooseRates,
  CHOOSING_SEED,
  choosingStudies,
  costsOf,
  FOLDS,
  foldsOf,
  RATES,
  scaledRates,
} from "unidiff/study/matched.ts";

const of = (...numbers: [factor: number, mrr: number, noise: number][]) =>
  numbers.map(([factor, mrr, noise]) => ({ factor, mrr, noise }));

Deno.test("scaledRates() scales every tower's rate; candidates draw nothing", () => {
  const { text, vision, unet } = presetOf("nano").train.learningRates;
  assert.deepEqual(scaledRates("nano", 0.5), {
    "train.learningRates.text": text / 2,
    "train.learningRates.vision": vision / 2,
    "train.learningRates.unet": unet / 2,
  });
  for (const factor of RATES) {
    assert.equal(presetOf("study", candidateChanges("study", factor)).evaluate.samples, 0);
  }
});

Deno.test("choosingStudies() trains one row on every fold, under a seed that is not compared", () => {
  const parts = choosingStudies("study", ["a", "b"]);
  assert.equal(parts.length, RATES.length);
  for (const { config } of parts) {
    assert.deepEqual(config.datasets, [...foldsOf("a"), ...foldsOf("b")]);
    assert.deepEqual([config.rows, config.firstSeed, config.seeds], [["A3"], CHOOSING_SEED, 1]);
  }
  assert.deepEqual(foldsOf("a").length, FOLDS);
  assert.deepEqual(foldsOf("a", 2), ["a#fold=1of2", "a#fold=2of2"]);
});

Deno.test("chooseRates() takes the least mean of both ranks, the nearest to the preset of equal ones", () => {
  const candidates = of([0.25, 0.5, 0.3], [0.5, 0.6, 0.2], [1, 0.7, 0.4]);
  assert.deepEqual(costsOf(candidates), [2.5, 1.5, 2]);
  assert.equal(chooseRates(candidates), 1);
  assert.equal(chooseRates(of([4, 0.7, 0.4], [2, 0.6, 0.3])), 1);
  assert.equal(
    chooseRates(of([0.5, NaN, NaN], [2, 0.6, 0.3])),
    1,
    "a run that diverged comes last",
  );
  assert.equal(chooseRates(of([0.5, 0.6, 0.3], [1, 0.6, 0.3])), 1);
  assert.throws(() => chooseRates([]), /no candidate/);
});
