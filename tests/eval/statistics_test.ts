import assert from "node:assert/strict";
import {
  mean,
  median,
  pairedBootstrap,
  quantile,
  standardDeviation,
} from "unidiff/eval/statistics.ts";
import { stream } from "unidiff/runtime/random.ts";

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

Deno.test("pairedBootstrap() is narrow around a constant difference", () => {
  const a = stream(0, "a").normals(50);
  const b = a.map((value) => value - 2);
  const { difference, low, high } = pairedBootstrap(a, b);
  for (const value of [difference, low, high]) assert.ok(Math.abs(value - 2) < 1e-6);
});

Deno.test("pairedBootstrap() has the width of the normal interval and repeats by seed", () => {
  const a = stream(3, "a").normals(400), b = new Float32Array(400);
  const one = pairedBootstrap(a, b, { seed: 1 });
  assert.deepEqual(one, pairedBootstrap(a, b, { seed: 1 }));
  assert.notDeepEqual(one, pairedBootstrap(a, b, { seed: 2 }));
  const expected = 2 * 1.96 * standardDeviation(a) / 20;
  assert.ok(Math.abs(one.high - one.low - expected) < 0.1 * expected);
  assert.ok(one.low < one.difference && one.difference < one.high);
  assert.throws(() => pairedBootstrap(a, [1]), /400 and 1 values/);
});
