import assert from "node:assert/strict";
import { compareSeeds, crossedBootstrap, holm } from "unidiff/eval/significance.ts";
import { mean, standardDeviation } from "unidiff/eval/statistics.ts";
import { stream } from "unidiff/runtime/random.ts";
import { assertClose } from "../golden.ts";

Deno.test("crossedBootstrap() of a constant difference has no width", () => {
  const { difference, low, high, p } = crossedBootstrap([[2, 2, 2], [2, 2, 2], [2, 2, 2]]);
  assert.deepEqual([difference, low, high], [2, 2, 2]);
  assert.equal(p, 2 / 2001); // no resample is at or under zero
});

Deno.test("crossedBootstrap() of one seed has the width of the normal interval, by seed", () => {
  const a = stream(3, "a").normals(400);
  const one = crossedBootstrap([a], { seed: 1 });
  assert.deepEqual(one, crossedBootstrap([a], { seed: 1 }));
  assert.notDeepEqual(one, crossedBootstrap([a], { seed: 2 }));
  const expected = 2 * 1.96 * standardDeviation(a) / 20;
  assert.ok(Math.abs(one.high - one.low - expected) < 0.1 * expected);
  assert.ok(one.low < one.difference && one.difference < one.high);
});

Deno.test("crossedBootstrap() is as wide as the spread of seeds, however many queries there are", () => {
  // Ten seeds that differ by their mean alone: queries add nothing.
  const shifts = stream(4, "seed").normals(10);
  const { low, high } = crossedBootstrap([...shifts].map((shift) => new Array(50).fill(shift)));
  const expected = 2 * 1.96 * standardDeviation(shifts) * Math.sqrt(9 / 10) / Math.sqrt(10);
  assert.ok(Math.abs(high - low - expected) < 0.15 * expected, `${high - low}, not ${expected}`);
});

Deno.test("crossedBootstrap() of more seeds than queries is as wide as their means' spread", () => {
  // Every query of a seed has the seed's value: queries add nothing to the width.
  const random = stream(3, "seeds"), values = Array.from({ length: 400 }, () => random.normal());
  const spread = standardDeviation(values) / Math.sqrt(400);
  const { difference, low, high } = crossedBootstrap(values.map((v) => [v, v, v]));
  assert.ok(Math.abs(difference - mean(values)) < 1e-12);
  assert.ok(Math.abs((high - low) / (2 * 1.96 * spread) - 1) < 0.06, `${low} to ${high}`);
  // Queries that differ from each other and in no seed: seeds add nothing.
  const fixed = crossedBootstrap(Array.from({ length: 50 }, () => [0, 1, 2]));
  assert.deepEqual([fixed.difference, fixed.low, fixed.high], [1, 0, 2]);
});

Deno.test("crossedBootstrap() excludes zero for chance differences at about its level", () => {
  let wrong = 0;
  for (let trial = 0; trial < 200; trial++) {
    const draws = stream(trial, "null");
    const seeds = Array.from({ length: 1 }, () => draws.normals(60));
    const { low, high, p } = crossedBootstrap(seeds, { seed: trial, resamples: 400 });
    if (low > 0 || high < 0) wrong++;
    assert.ok(p > 0 && p <= 1);
  }
  assert.ok(wrong >= 3 && wrong <= 20, `${wrong} of 200 at level 0.95`);
});

Deno.test("crossedBootstrap() refuses seeds of unequal queries and nothing at all", () => {
  assert.throws(() => crossedBootstrap([[1, 2], [1]]), /seed 1 has 1 queries, expected 2/);
  assert.throws(() => crossedBootstrap([]), /0 seeds with 0 queries/);
});

Deno.test("compareSeeds() keeps its level with three seeds, with queries and without", () => {
  for (const queries of [1, 40]) {
    let bootstrap = 0, compared = 0;
    for (let trial = 0; trial < 200; trial++) {
      const draws = stream(trial, "null", String(queries));
      // What all seeds have in common by their queries; a single one stands for none.
      const shared = draws.normals(queries).map((x) => queries === 1 ? 0 : x * Math.sqrt(queries));
      const seeds = Array.from({ length: 3 }, () => {
        const shift = draws.normal(), noise = draws.normals(queries);
        return noise.map((value, q) => shift + value + shared[q]!);
      });
      const outside = ({ low, high }: { low: number; high: number }) => low > 0 || high < 0;
      const options = { seed: trial, resamples: 400 };
      if (outside(crossedBootstrap(seeds, options))) bootstrap++;
      if (outside(compareSeeds(seeds, options))) compared++;
    }
    assert.ok(compared <= 20, `${queries} queries: ${compared} of 200 at level 0.95`);
    if (queries === 1) assert.ok(bootstrap > 40, `the bootstrap: ${bootstrap}`);
  }
});

Deno.test("compareSeeds() is Student's without queries, the bootstrap where queries are the wider", () => {
  const { low, high, p } = compareSeeds([[1], [2], [3]]);
  assertClose([low, high, p], [2 - 2.484138, 2 + 2.484138, 0.074180], 1e-5);
  const values = stream(3, "a").normals(400), seeds = [values, values, values];
  assert.deepEqual(compareSeeds(seeds), crossedBootstrap(seeds));
  assert.deepEqual(compareSeeds([values]), crossedBootstrap([values]));
});

Deno.test("holm() by hand", () => {
  assertClose(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02], 1e-12);
  assert.deepEqual(holm([0.8, 0.9]), [1, 1]);
  assert.deepEqual(holm([]), []);
});
