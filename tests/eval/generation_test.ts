import assert from "node:assert/strict";
import {
  coverageOf,
  frechetDistance,
  kernelDistance,
  kernelDistanceSpread,
} from "unidiff/eval/generation.ts";
import { frechetFloor, halves } from "unidiff/eval/split_half.ts";
import { stream } from "unidiff/runtime/random.ts";
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

Deno.test("frechetDistance() is the same by matrices of rows and by covariances", () => {
  const a = stream(0, "a").normals(30 * 12), b = stream(0, "b").normals(14 * 12);
  // Padded with constant columns the rows are fewer than the dimensions; the distance stays.
  const padded = (x: Float32Array) =>
    Float32Array.from({ length: x.length / 12 * 40 }, (_, i) => {
      return i % 40 < 12 ? x[Math.floor(i / 40) * 12 + i % 40]! : 1;
    });
  const expected = frechetDistance(a, b, 12);
  assertClose([frechetDistance(padded(a), padded(b), 40)], [expected], 1e-6);
});

Deno.test("kernelDistanceSpread() has the whole's distance and the spread of smaller draws", () => {
  const a = stream(0, "a").normals(60 * 8), b = stream(0, "b").normals(50 * 8).map((v) => v + 0.5);
  const found = kernelDistanceSpread(a, b, 8);
  assert.equal(found.kid, kernelDistance(a, b, 8));
  assert.equal(found.subset, 25);
  assert.ok(found.std > 0 && found.std < found.kid);
  assert.ok(kernelDistanceSpread(a, b, 8, { subset: 10 }).std > found.std);
  assert.deepEqual(found, kernelDistanceSpread(a, b, 8));
  assert.throws(() => kernelDistanceSpread(a, b, 8, { subset: 51 }), /subsets of 51 of 60 and 50/);
});

Deno.test("halves() are of equal size and share no product", () => {
  const products = Array.from({ length: 41 }, (_, i) => `p${Math.floor(i / 3)}`);
  const [a, b] = halves(products, 0);
  assert.equal(a.length, b.length);
  assert.ok(a.length >= 18);
  const inA = new Set(Array.from(a, (i) => products[i]));
  assert.ok(Array.from(b, (i) => products[i]).every((product) => !inA.has(product)));
  assert.notDeepEqual(halves(products, 0, 1), [a, b]);
  assert.throws(() => halves(["one", "one"], 0), /1 product/);
});

Deno.test("frechetFloor() compares at equal counts: the same distribution is at its floor", () => {
  const real = stream(0, "real").normals(80 * 6), same = stream(1, "real").normals(64 * 6);
  const products = Array.from({ length: 80 }, (_, i) => String(i));
  const { floor, half, pictures } = frechetFloor(real, same, 6, products);
  assert.equal(pictures, 40);
  assert.ok(Math.abs(half / floor - 1) < 0.5);
  const shifted = same.map((value) => value + 1);
  assert.ok(frechetFloor(real, shifted, 6, products).half > 5 * floor);
  // With fewer pictures both rise alike, for that is what few pictures do.
  const few = frechetFloor(real, same.slice(0, 60), 6, products);
  assert.equal(few.pictures, 10);
  assert.ok(few.floor > floor && Math.abs(few.half / few.floor - 1) < 0.5);
});
