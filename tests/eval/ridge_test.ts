import assert from "node:assert/strict";
import { applyRidge, fitRidge } from "unidiff/eval/ridge.ts";
import { stream } from "unidiff/runtime/random.ts";
import { assertClose } from "../golden.ts";

Deno.test("fitRidge() finds a linear map, its offset and constant features", () => {
  const n = 50, x = Float64Array.from(stream(0, "x").normals(n * 3), (v, i) => i % 3 === 2 ? 4 : v);
  const y = Float64Array.from({ length: 2 * n }, (_, i) => {
    const row = Math.floor(i / 2), a = x[3 * row]!, b = x[3 * row + 1]!;
    return i % 2 === 0 ? 2 * a - b + 5 : 3 * b - 1;
  });
  const map = fitRidge(x, 3, y, 2, 1e-10);
  assertClose(applyRidge(map, x), y, 1e-8);
  assertClose(applyRidge(map, Float64Array.of(1, 1, 4)), [6, 2], 1e-8);
});

Deno.test("fitRidge() shrinks by the closed form of one standardised feature", () => {
  // Feature −1, 1 (deviation 1), target −3, 3: w = Σxy / (Σx² + nλ) = 6 / (2 + 2·0.5).
  const map = fitRidge(Float64Array.of(-1, 1), 1, Float64Array.of(-3, 3), 1, 0.5);
  assertClose(map.weights, [2], 1e-12);
});

Deno.test("fitRidge() takes fewer rows than features and refuses what does not pair", () => {
  const x = stream(1, "x").normals(40), y = Float64Array.of(1, 0, 0, 1);
  assertClose(applyRidge(fitRidge(x, 10, y, 1, 1e-6), x), y, 1e-3);
  assert.throws(() => fitRidge(x, 10, y.slice(1), 1, 1), /4 rows of features and 3 of targets/);
  assert.throws(() => fitRidge(x, 10, y, 1, 0), /lambda 0, expected a number above 0/);
});
