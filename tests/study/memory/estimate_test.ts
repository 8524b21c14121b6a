import assert from "node:assert/strict";
import { estimateStep } from "unidiff/study/memory/estimate.ts";
import { checkMemory, describeEstimate, deviceMemory } from "unidiff/study/memory/limit.ts";
import { onShapes } from "unidiff/runtime/shapes/on_shapes.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { countParameters } from "unidiff/model/nn/params.ts";
import { linear } from "unidiff/model/nn/linear.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import type { Changes } from "unidiff/study/preset.ts";
import { presetOf } from "unidiff/study/presets.ts";
import type { Preset } from "unidiff/study/preset.ts";
import { rowOf, rows } from "unidiff/study/rows.ts";

/** A test whose backend is back, and whose tensors are gone, afterwards. */
function test(name: string, body: () => Promise<void>): void {
  Deno.test({
    name,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await startBackend();
      const before = tf.memory().numTensors, backend = tf.getBackend();
      await body();
      assert.equal(tf.memory().numTensors, before, "tensors were left behind");
      assert.equal(tf.getBackend(), backend);
    },
  });
}

const estimate = (name: string, row: keyof typeof rows, changes: Changes = {}) =>
  estimateStep(presetOf(name, changes), rowOf(row));

test("onShapes() counts what a linear layer and its gradient hold, to the byte", async () => {
  const [n, k, m] = [5, 3, 7];
  const found = await onShapes((b) =>
    tf.tidy(() => {
      const x = tf.zeros([n, k]), w = tf.zeros([k, m]);
      const held = [b.now];
      b.resetPeak();
      const dy = tf.ones([n, m]);
      const { value, grads } = valueAndGrads(() => linear({ "l.weight": w }, "l", x), [w], dy);
      held.push(b.now, b.peak);
      assert.deepEqual(grads[0]!.shape, [k, m]);
      tf.dispose([value, dy, grads as tf.Tensor[]]);
      held.push(b.now);
      return held;
    })
  );
  const inputs = n * k + k * m;
  // The layer's output, its gradient, and W's gradient; nothing else at any moment.
  assert.deepEqual(found.map((bytes) => bytes / 4), [
    inputs,
    inputs + 2 * n * m + k * m,
    inputs + 2 * n * m + k * m,
    inputs,
  ]);
});

test("onShapes() gives every kernel's result the shape that it really has", async () => {
  const shapes = () =>
    tf.tidy(() => {
      const x = tf.ones([2, 5, 4, 6]) as tf.Tensor4D, f = tf.ones([3, 3, 6, 8]) as tf.Tensor4D;
      const table = tf.ones([9, 4]), ids = tf.tensor1d([1, 8, 3], "int32");
      return [
        tf.conv2d(x, f, 1, "same"),
        tf.conv2d(x, f, 2, "valid"),
        tf.image.resizeNearestNeighbor(x, [7, 9]),
        tf.grad((x) => tf.conv2d(x as tf.Tensor4D, f, 2, "valid"))(x),
        tf.grad((f) => tf.conv2d(x, f as tf.Tensor4D, 2, "valid"))(f),
        tf.transpose(x, [0, 2, 1, 3]),
        tf.matMul(tf.ones([2, 3, 5]), tf.ones([2, 4, 5]), false, true),
        tf.mean(x, [1, 2], true),
        tf.sum(x),
        ...tf.split(x, [1, 5], 3),
        tf.concat([x, x], -1),
        tf.slice(x, [0, 1], [-1, 2]),
        tf.gather(table, ids),
        tf.grad((table) => tf.gather(table, ids))(table),
        tf.tile(table, [2, 3]),
        tf.pad(table, [[1, 2], [0, 1]]),
        tf.stack([table, table], 1),
        tf.logSoftmax(table),
        tf.addN([table, table]),
        tf.add(table, tf.ones([4])),
      ].map(({ shape }) => shape);
    });
  assert.deepEqual(await onShapes(shapes), shapes());
});

test("estimateStep() has the closed forms of weights, gradients and optimisers", async () => {
  const adam = await estimate("nano", "A6"), { trained } = adam;
  const count = countParameters(modelSpecs(presetOf("nano").model));
  assert.equal(adam.count, count);
  assert.equal(adam.parameters, 4 * count);
  assert.equal(adam.gradients, 4 * trained);
  assert.equal(adam.optimizer, 3 * 4 * trained, "AdamW: two moments and its own copy");
  const average = await estimate("nano", "A6", { "train.ema": 0.9 });
  assert.equal(average.optimizer, 4 * 4 * trained);
  const momentum = await estimate("nano", "A6", { "train.optimizer": "sgd" });
  assert.equal(momentum.optimizer, 4 * trained);
  const plain = await estimate("nano", "A6", { "train.optimizer": "sgd", "train.momentum": 0 });
  assert.equal(plain.optimizer, 0);
  const twice = await estimate("nano", "A6", { "train.accumulate": 4 });
  assert.equal(twice.gradients, 2 * 4 * trained);
  const frozen = await estimate("nano", "A6", { "train.freeze": "^vision_model" });
  assert.ok(frozen.trained < trained);
  const adapted = await estimate("nano", "A6", { "train.lora": 1 });
  assert.ok(adapted.trained < trained / 20 && adapted.count > count);
});

test("estimateStep() grows with the batch and shrinks with checkpoints", async () => {
  const of = async (batch: number, checkpoints: boolean) => {
    const changes = { "train.batch": batch, "train.gradientCheckpointing": checkpoints };
    return (await estimate("mini", "A6", changes)).activations;
  };
  const [small, large, checkpointed] = [
    await of(8, false),
    await of(16, false),
    await of(16, true),
  ];
  assert.ok(Math.abs(large / small - 2) < 0.1, `${small} and ${large}`);
  assert.ok(checkpointed < large / 2, `${checkpointed} and ${large}`);
});

test("estimateStep() knows every row's kernels", async () => {
  for (const row of Object.keys(rows) as (keyof typeof rows)[]) {
    if (row === "A0") continue;
    const e = await estimate("nano", row, { "train.gradientCheckpointing": row === "A7e" });
    assert.ok(e.tensors > e.parameters + e.gradients, row);
  }
});

test("checkMemory() refuses what cannot fit, with numbers and options that would fit", async () => {
  const preset: Preset = presetOf("nano"), rowIds = ["A0", "A1", "A6"];
  const all = await checkMemory(preset, rowIds, { bytes: 2 ** 40, what: "a large machine" });
  assert.equal(all?.row, "A6");
  assert.equal(await checkMemory(preset, ["A0"], { bytes: 1, what: "nothing" }), undefined);
  const { total, activations } = all!.estimate;
  const limit = { bytes: total - activations / 2, what: "a small machine" };
  await assert.rejects(checkMemory(preset, rowIds, limit), ({ message }: Error) => {
    assert.match(message, /a step of row A6 needs 0\.\d GiB: weights 0\.0, gradients 0\.0, optim/);
    assert.match(message, /a small machine is 0\.\d GiB/);
    assert.match(message, /--set train\.gradientCheckpointing=true.* {3}\(0\.\d GiB\)/);
    return true;
  });
  await assert.rejects(
    checkMemory(preset, ["A6"], { bytes: 1000, what: "nothing" }),
    /Nothing that this project knows would make it fit/,
  );
});

Deno.test("deviceMemory() tells the machine's memory", () => {
  const { bytes, what } = deviceMemory(false);
  assert.ok(bytes > 2 ** 28 && bytes <= Deno.systemMemoryInfo().total);
  assert.match(what, /this (machine|container)'s memory/);
});

test("estimateStep() says that the published size at 512² fits a card of 60 GiB", async () => {
  const of = (checkpoints: boolean) =>
    estimate("sd15", "A6", { "train.batch": 4, "train.gradientCheckpointing": checkpoints });
  assert.equal(presetOf("sd15").model.imageSize, 512);
  const [checkpointed, whole] = [await of(true), await of(false)];
  // 28.8 GiB; 56.0 GiB without checkpointing.
  for (const one of [checkpointed, whole]) {
    assert.ok(one.total > 15 * 2 ** 30 && one.total < 60 * 2 ** 30, describeEstimate(one));
  }
  assert.ok(whole.total > 1.5 * checkpointed.total, describeEstimate(whole));
  assert.ok(checkpointed.activations > 0 && whole.activations > 4 * checkpointed.activations);
});
