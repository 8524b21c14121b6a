import assert from "node:assert/strict";
import { mean, median, quantile, standardDeviation } from "unidiff/eval/statistics.ts";

Deno.test("mean(), standardDeviation(), median() and quantile() by hand", () => {
  assert.equal(mean([1, 2, 6]), 3);
  assert.equal(standardDeviation([1, 2, 6]), Math.sqrt(7));
  assert.equal(standardDeviation([4]), 0);
  assert.equal(median([10, 9, 1]), 9);
  assert.equal(median(Int32Array.of(4, 1, 3, 2)), 2.5);
  assert.equal(quantile([0, 10, 20, 30, 40], 0.9), 36);
  assert.throws(() => mean([]), /mean of no values/);
  assert.throws(() => quantile([1], 1.5), /quantile 1.5, expected/);
});
