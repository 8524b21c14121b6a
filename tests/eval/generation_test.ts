import assert from "node:assert/strict";
import { coverageOf, frechetDistance, kernelDistance } from "unidiff/eval/generation.ts";
import { assertClose, loadCase, tensorOf } from "../golden.ts";

type Json = { fid: number; kid: number; prdc_real_a_fake_b_k3: Record<string, number> };

Deno.test("frechetDistance(), kernelDistance() and coverageOf() meet the reference", async () => {
  const { json, io } = await loadCase<unknown, Json>("metrics");
  const a = tensorOf(io, "a").data as Float64Array, b = tensorOf(io, "b").data as Float64Array;
  assertClose([frechetDistance(a, b, 16)], [json.fid], 1e-9, "fid");
  assertClose([kernelDistance(a, b, 16)], [json.kid], 1e-9, "kid");
  assert.deepEqual(coverageOf(a, b, 16, 3), json.prdc_real_a_fake_b_k3);
});

Deno.test("frechetDistance() of one-dimensional Gaussians is (Δmean)² + (Δdeviation)²", () => {
  // Means 0 and 5, deviations 1 and 3 (divisor n − 1).
  const a = Float64Array.of(-1, 0, 1), b = Float64Array.of(2, 5, 8);
  assertClose([frechetDistance(a, b, 1)], [25 + 4], 1e-12);
  assert.ok(Math.abs(frechetDistance(a, a, 1)) < 1e-12);
});

Deno.test("frechetDistance() takes fewer rows than dimensions", () => {
  const a = Float64Array.of(1, 0, 0, 0, 1, 0), b = a.map((value) => value + 1);
  assertClose([frechetDistance(a, b, 3)], [3], 1e-9);
});

Deno.test("coverageOf() tells a copy of one mode from the whole", () => {
  const real = Float64Array.of(0, 0.1, 0.2, 10, 10.1, 10.2);
  const oneMode = Float64Array.of(0.05, 0.15, 0.12, 0.08);
  const { precision, recall, coverage } = coverageOf(real, oneMode, 1, 1);
  assert.equal(precision, 1);
  assert.ok(recall < 0.5);
  assert.equal(coverage, 0.5);
  assert.throws(() => coverageOf(real, oneMode, 1, 4), /neighbour 4 of 4 rows, expected 1 to 3/);
});
