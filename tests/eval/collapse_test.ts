import assert from "node:assert/strict";
import {
  alignment,
  covarianceRank,
  effectiveRank,
  meanCosine,
  spread,
  uniformity,
} from "unidiff/eval/collapse.ts";
import { stream } from "unidiff/runtime/random.ts";
import { assertClose, loadCase, tensorOf } from "../golden.ts";

const near = (actual: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `found ${actual}, expected ${expected}`);

Deno.test("effectiveRank(), meanCosine() and uniformity() meet the reference values", async () => {
  const { json, io } = await loadCase<unknown, Record<string, number>>("metrics");
  const a = tensorOf(io, "a").data as Float64Array;
  assertClose([effectiveRank(a, 16)], [json.effective_rank_a as number], 1e-9, "effective rank");
  assertClose([meanCosine(a, 16)], [json.mean_pairwise_cosine_a as number], 1e-9, "mean cosine");
  assertClose([uniformity(a, 16)], [json.uniformity_a as number], 1e-9, "uniformity");
  // numpy: exp(entropy(svd(a - a.mean(0))**2))
  near(covarianceRank(a, 16), 13.79268985732537);
});

Deno.test("effectiveRank() counts equal orthogonal directions and is 1 on a line", () => {
  near(effectiveRank(Float32Array.of(2, 0, 0, 0, 2, 0, 0, 0, 2), 3), 3);
  near(effectiveRank(Float32Array.of(1, 2, 3, 2, 4, 6, -1, -2, -3), 3), 1, 1e-4);
  // Singular values 3 and 1: entropy of (¾, ¼).
  const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  near(effectiveRank(Float32Array.of(3, 0, 0, 1), 2), Math.exp(entropy));
  assert.equal(effectiveRank(new Float32Array(6), 3), 1);
  assert.throws(() => effectiveRank(Float32Array.of(1, NaN, 0, 1), 2), /NaN or infinite/);
});

Deno.test("covarianceRank() ignores the mean and is 1 for equal embeddings", () => {
  // The corners of a square, moved far away.
  near(covarianceRank(Float64Array.of(100, 0, 102, 0, 100, 2, 102, 2), 2), 2);
  const row = stream(0, "row").normals(7);
  assert.equal(covarianceRank(Float32Array.from({ length: 35 }, (_, i) => row[i % 7]!), 7), 1);
});

Deno.test("meanCosine() and uniformity() by hand", () => {
  const square = Float32Array.of(5, 0, 0, 1, -1, 0, 0, -2); // right angles: cosines 0 ×4, −1 ×2
  near(meanCosine(square, 2), -1 / 3);
  near(uniformity(square, 2), Math.log((4 * Math.exp(-4) + 2 * Math.exp(-8)) / 6));
  const same = Float32Array.of(1, 2, 2, 4, 3, 6);
  near(meanCosine(same, 2), 1);
  near(uniformity(same, 2), 0);
  assert.throws(() => meanCosine(Float32Array.of(1, 2), 2), /1 embedding, expected at least 2/);
});

Deno.test("alignment() is 0 for pairs that agree, 2 at right angles, 4 for opposites", () => {
  const x = Float32Array.of(2, 0, 0, 3);
  near(alignment(x, Float32Array.of(1, 0, 0, 1), 2), 0);
  near(alignment(x, Float32Array.of(0, 1, 1, 0), 2), 2);
  near(alignment(x, Float32Array.of(-1, 0, 0, -1), 2), 4);
  assert.throws(() => alignment(x, x.slice(2), 2), /2 and 1 rows/);
});

Deno.test("spread() is the same for embeddings of any length and refuses NaN", () => {
  const x = stream(1, "x").normals(80);
  const scaled = x.map((value, i) => value * (1 + Math.floor(i / 8)));
  const a = spread(x, 8), b = spread(scaled, 8);
  for (const key of Object.keys(a) as (keyof typeof a)[]) near(a[key], b[key], 1e-5);
  assert.ok(a.effectiveRank > 6 && a.effectiveRank <= 8);
  assert.throws(() => spread(Float32Array.of(1, 0, Infinity, 1), 2), /row 1 holds NaN or infinite/);
});
