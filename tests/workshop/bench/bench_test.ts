import assert from "node:assert/strict";
import { type Measurement, measureUnit, quantile } from "unidiff/workshop/bench/measure.ts";
import { exponent } from "unidiff/workshop/bench/growth.ts";
import { profileUnit } from "unidiff/workshop/bench/profile.ts";
import { type Side, torchSide } from "unidiff/workshop/bench/side.ts";
import { gpuGoals } from "unidiff/workshop/bench/sizes.ts";
import { benchTable, verdict } from "unidiff/workshop/bench/table.ts";
import { makeUnit, unitNames } from "unidiff/workshop/bench/units.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { onBackends } from "../../backends.ts";

Deno.test("quantile() lies between neighbours by their distance", () => {
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.equal(quantile([0, 4], 0.25), 1);
  assert.equal(quantile([7], 0.75), 7);
});

/** A side that takes given milliseconds, request after request. */
function fakeSide(name: string, times: number[], log: string[]): Side {
  return {
    name,
    about: name,
    onGpu: false,
    startUp: 0,
    ask({ repeat }) {
      log.push(`${name} ${repeat}`);
      const milliseconds = times.shift() ?? NaN;
      return Promise.resolve({ milliseconds, processor: milliseconds, peak: 0, left: 1 });
    },
    end: () => Promise.resolve(),
  };
}

Deno.test("measureUnit() warms up, takes turns, and gives the median of the rounds' ratios", async () => {
  const log: string[] = [];
  // Two warm-ups each; then a disturbance of the first round that hits both.
  const ours = fakeSide("ours", [99, 50, 80, 8, 9], log);
  const theirs = fakeSide("PyTorch", [99, 25, 40, 10, 10], log);
  const request = { unit: "step-mini", batch: 32, folder: "" };
  const found = await measureUnit([ours, theirs], request, { rounds: 3, atLeast: 100 });
  assert.deepEqual(log.slice(4), [
    ...["ours 2", "PyTorch 2", "ours 2", "PyTorch 2", "ours 2", "PyTorch 2"],
  ]);
  assert.equal(found.sides.ours?.median, 9);
  assert.equal(found.sides.PyTorch?.median, 10);
  assert.deepEqual(found.ratios, { PyTorch: 0.9 });
  assert.equal(found.left, 3);
});

Deno.test("verdict() compares a ratio with must and aim; a missed must is said", () => {
  assert.equal(verdict("step-mini", 0.85), "aim 0.85 reached");
  assert.equal(verdict("step-mini", 1), "must 1 holds");
  assert.equal(verdict("step-mini", 1.01), "must 1 MISSED");
  assert.equal(verdict("step-reference", 0.81), "aim 0.85 reached");
  assert.equal(verdict("step-reference, batch 256", 0.81, gpuGoals), "must 0.8 MISSED");
  assert.equal(verdict("quick-gelu", 4), "");
  assert.equal(verdict("step-mini", undefined), "");
});

Deno.test("benchTable() shows medians, ratios and the change since an earlier result", () => {
  const figure = (median: number) => ({ median, low: median * 0.9, high: median * 1.1 });
  const measurement = (ours: number): Measurement => ({
    unit: "optimiser",
    measures: "milliseconds",
    sides: { tensorflow: figure(ours), PyTorch: figure(100) },
    ratios: { PyTorch: ours / 100 },
    left: 0,
  });
  const result = (ours: number) => ({
    schema: 1 as const,
    when: "",
    machine: "",
    sides: { tensorflow: "", PyTorch: "" },
    measurements: [measurement(ours)],
  });
  const lines = benchTable(result(50), result(100)).split("\n");
  assert.match(
    lines[2] ?? "",
    /optimiser \| +50\.0 ms ± 10 % \| 100 ms ± 10 % \| +0\.50 \| +0\.50 \| aim/,
  );
  // Other goals hold on a card, which the table then names.
  const onCard = benchTable({ ...result(50), card: "NVIDIA H200, 140 GiB, TF32" });
  assert.doesNotMatch(onCard, /aim/);
  assert.match(onCard, /on one NVIDIA H200, 140 GiB, TF32\.\n$/);
});

Deno.test("exponent() is the slope on logarithmic axes", () => {
  const point = (size: number, milliseconds: number) => ({ size, milliseconds, memory: 0 });
  assert.equal(exponent([point(1, 7), point(10, 1), point(100, 100)]), 2);
});

Deno.test("makeUnit() names the units there are", () => {
  const options = { batch: 4, folder: "" };
  assert.throws(
    () => makeUnit("matmull", options),
    /"matmull" is not known; expected one of matmul/,
  );
  assert.throws(() => makeUnit("step-huge", options), /expected one of.*step-sd15-whole/);
  assert.throws(() => makeUnit("step-mini-whole", options), /expected one of/);
  assert.ok(unitNames.includes("ddim-reference"));
});

onBackends(
  "units run again and again and leave no tensors; a profile counts operations",
  async () => {
    for (const name of ["embedding-gradient", "layer-norm"]) {
      const before = tf.memory().numTensors, unit = makeUnit(name, { batch: 4, folder: "" });
      await unit.run();
      const between = tf.memory().numTensors;
      await unit.run();
      assert.equal(tf.memory().numTensors, between, name);
      unit.dispose();
      assert.equal(tf.memory().numTensors, before, name);
    }
    const { shares } = await profileUnit(() => makeUnit("layer-norm", { batch: 4, folder: "" }));
    const count = (name: RegExp) =>
      shares.find(({ operation }) => name.test(operation))?.count ?? 0;
    // One kernel and one for its gradient, or the multiplications of the formula.
    if (tf.getBackend() === "tensorflow") {
      for (const name of [/^UniDiffNorm$/, /^UniDiffNormGrad$/]) assert.ok(count(name) >= 1);
    } else {
      assert.ok(count(/^Mul/) >= 3);
    }
  },
);

Deno.test("PyTorch's side computes where ours does", () => {
  const env = (onGpu: boolean, threads?: number) => torchSide("python", onGpu, threads).env;
  assert.deepEqual(env(true), { UNIDIFF_BENCH_DEVICE: "cuda" });
  assert.equal(env(false, 2)?.UNIDIFF_BENCH_DEVICE, "cpu");
  assert.equal(env(false, 2)?.OMP_NUM_THREADS, "2");
});
