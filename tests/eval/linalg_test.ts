import assert from "node:assert/strict";
import { Matrix } from "ml-matrix";
import {
  countRows,
  covariance,
  distances,
  innerProducts,
  normaliseRows,
  singularValues,
  squareRoot,
} from "unidiff/eval/linalg.ts";
import { assertClose } from "../golden.ts";

Deno.test("innerProducts() and distances() by hand", () => {
  const a = Float32Array.of(1, 2, 3, 4), b = Float32Array.of(1, 0, 0, 1, 1, 1);
  assert.deepEqual([...innerProducts(a, b, 2)], [1, 2, 3, 3, 4, 7]);
  assert.deepEqual([...distances(Float32Array.of(0, 0), Float32Array.of(3, 4), 2)], [5]);
});

Deno.test("normaliseRows() keeps a row of zeros", () => {
  assertClose(normaliseRows(Float32Array.of(3, 4, 0, 0), 2), [0.6, 0.8, 0, 0], 1e-15);
});

Deno.test("covariance() and squareRoot() by hand", () => {
  const c = covariance(Float64Array.of(0, 0, 2, 2, 4, 4), 2);
  assert.deepEqual(c.to2DArray(), [[4, 4], [4, 4]]);
  const root = squareRoot(new Matrix([[2, 1], [1, 2]]));
  assertClose(root.mmul(root).to1DArray(), [2, 1, 1, 2], 1e-12);
});

Deno.test("singularValues() of wide and tall rows agree", () => {
  const wide = singularValues(Float64Array.of(3, 0, 0, 0, 4, 0), 3).sort();
  assertClose(wide, [3, 4], 1e-12);
  assertClose(singularValues(Float64Array.of(3, 0, 0, 4, 0, 0), 2).sort(), wide, 1e-12);
});

Deno.test("countRows() names the length and the width it cannot divide by", () => {
  assert.throws(() => countRows(new Float32Array(7), 2), /7 numbers, expected.*width 2/);
  assert.throws(() => countRows(new Float32Array(0), 2), /0 numbers/);
});
