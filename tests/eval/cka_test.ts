import assert from "node:assert/strict";
import { debiasedCka, linearCka } from "unidiff/eval/cka.ts";
import { stream } from "unidiff/runtime/random.ts";
import { assertClose } from "../golden.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `found ${actual}, expected ${expected}`);

Deno.test("linearCka() ignores rotation, scale, shift and width", () => {
  const x = Float64Array.from(stream(0, "x").normals(40)); // [20, 2]
  const turned = new Float64Array(60); // [20, 3]: rotated by 30°, ×5, +7, and a constant column
  for (let i = 0; i < 20; i++) {
    const a = x[2 * i]!, b = x[2 * i + 1]!, c = Math.cos(Math.PI / 6), s = Math.sin(Math.PI / 6);
    turned.set([5 * (c * a - s * b) + 7, 5 * (s * a + c * b) + 7, 3], 3 * i);
  }
  near(linearCka(x, 2, turned, 3), 1);
  near(debiasedCka(x, 2, turned, 3), 1);
});

Deno.test("linearCka() by hand: the squared correlation of single features", () => {
  const x = Float64Array.of(1, 2, 3, 4), y = Float64Array.of(1, 3, 2, 4);
  near(linearCka(x, 1, y, 1), 0.8 ** 2);
  assert.equal(linearCka(x, 1, Float64Array.of(5, 5, 5, 5), 1), 0);
});

Deno.test("debiasedCka() of unrelated wide features is near 0 where linearCka() is not", () => {
  const x = stream(1, "x").normals(60 * 80), y = stream(1, "y").normals(60 * 80);
  assert.ok(linearCka(x, 80, y, 80) > 0.4);
  assert.ok(Math.abs(debiasedCka(x, 80, y, 80)) < 0.05);
});

Deno.test("debiasedCka() meets the unbiased HSIC written with matrices", () => {
  // numpy: K, L = X X', Y Y' with zero diagonal; [tr KL + ΣK ΣL / ((n-1)(n-2)) − 2 1'KL1 / (n-2)]
  const x = Float64Array.of(1, 0, 2, 1, 0, 3, 1, 1, 4, 2), y = Float64Array.of(1, 2, 2, 5, 3);
  const n = 5,
    zeroed = (z: Float64Array, d: number) =>
      Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j) => {
          let sum = 0;
          for (let k = 0; k < d; k++) sum += z[i * d + k]! * z[j * d + k]!;
          return i === j ? 0 : sum;
        }));
  const product = (k: number[][], l: number[][]) =>
    k.map((row) => l[0]!.map((_, j) => row.reduce((sum, v, m) => sum + v * l[m]![j]!, 0)));
  const all = (k: number[][]) => k.flat().reduce((sum, v) => sum + v, 0);
  const hsic = (k: number[][], l: number[][]) => {
    const kl = product(k, l), trace = kl.reduce((sum, row, i) => sum + row[i]!, 0);
    return trace + all(k) * all(l) / ((n - 1) * (n - 2)) - 2 * all(kl) / (n - 2);
  };
  const k = zeroed(x, 2), l = zeroed(y, 1);
  const expected = hsic(k, l) / Math.sqrt(hsic(k, k) * hsic(l, l));
  assertClose([debiasedCka(x, 2, y, 1)], [expected], 1e-12);
  assert.throws(() => debiasedCka(x, 2, y.slice(1), 1), /5 and of 4 things/);
});
