/** Intervals over products and seeds: exact cases, and how often they are wrong where nothing is. */
import assert from "node:assert/strict";
import { stream } from "unidiff/runtime/random.ts";
import { clusterBootstrap } from "unidiff/eval/clusters.ts";

Deno.test("clusterBootstrap(): the mean over all queries; no interval where all differences are equal", () => {
  const same = clusterBootstrap([[2, 2, 2], [2, 2, 2]], ["a", "a", "b"], { resamples: 50 });
  assert.deepEqual([same.difference, same.low, same.high], [2, 2, 2]);
  assert.ok(same.p < 0.05);
  assert.equal(clusterBootstrap([[0, 3, 6]], [0, 0, 1], { resamples: 50 }).difference, 3);
});

Deno.test("clusterBootstrap(): queries of one product count as one, not as many", () => {
  // Two products that disagree, with twenty queries each: forty queries would be sure of nothing.
  const values = Array.from({ length: 40 }, (_, i) => i < 20 ? 1 : -0.9);
  const clusters = values.map((_, i) => Number(i >= 20));
  const { low, high } = clusterBootstrap([values], clusters);
  assert.ok(low < -0.8 && high > 0.9, `${low}, ${high}`);
  const alone = clusterBootstrap([values], values.map((_, i) => i));
  assert.ok(alone.high - alone.low < 0.7 && alone.low < 0.05);
});

Deno.test("clusterBootstrap(): refuses what does not fit", () => {
  assert.throws(() => clusterBootstrap([[1, 2], [1]], [0, 1]), /seed 1 has 1 queries, expected 2/);
  assert.throws(() => clusterBootstrap([[1, 2]], [0, 0]), /1 cluster, expected at least two/);
});

/**
 * Differences without an effect, three seeds: what products, their queries, seeds and the rest add to
 * the variance of one number, in the shares found in the first study (queries 75 to 95 %).
 */
function nothing(trial: number, products: number, seedShare: number) {
  const draws = stream(trial, "calibration");
  const clusters = Array.from(
    { length: products },
    (_, p) => new Array<number>(1 + draws.int(5)).fill(p),
  ).flat();
  const ofProduct = draws.normals(products), ofQuery = draws.normals(clusters.length);
  const differences = Array.from({ length: 3 }, () => {
    // One run's own luck moves all of its queries; a fold has a run of its own.
    const runs = draws.normals(5), rest = draws.normals(clusters.length);
    return clusters.map((p, q) =>
      Math.sqrt(0.4) * ofProduct[p]! + Math.sqrt(0.4) * ofQuery[q]! +
      Math.sqrt(seedShare) * runs[p % 5]! + Math.sqrt(0.2) * rest[q]!
    );
  });
  return { differences, clusters };
}

for (
  const [set, products, seedShare] of [["72 products", 72, 0.02], [
    "500 products",
    500,
    0.004,
  ]] as const
) {
  Deno.test(`clusterBootstrap(): of ${set} without an effect 2 to 8 % of intervals exclude zero`, () => {
    const trials = 500;
    let wrong = 0;
    for (let trial = 0; trial < trials; trial++) {
      const { differences, clusters } = nothing(trial, products, seedShare);
      const { low, high } = clusterBootstrap(differences, clusters, { resamples: 400 });
      if (low > 0 || high < 0) wrong++;
    }
    assert.ok(0.02 < wrong / trials && wrong / trials < 0.08, `${wrong} of ${trials}`);
  });
}
