/** The project's own backward pass and gradient checkpointing against TensorFlow.js's plain gradients. */
import assert from "node:assert/strict";
import { unet, unetSpecs } from "unidiff/model/diffusion/unet.ts";
import { makeSchedule } from "unidiff/model/diffusion/schedule.ts";
import { isLoss } from "unidiff/losses/is.ts";
import { mini, nano } from "unidiff/model/config.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { withCheckpoints } from "unidiff/model/nn/checkpoint.ts";
import type { Params, ParamSpecs } from "unidiff/model/nn/params.ts";
import { compiled } from "unidiff/runtime/compiled.ts";
import { nativeBackend } from "unidiff/runtime/native.ts";
import { stream } from "unidiff/runtime/random.ts";
import { record } from "unidiff/runtime/recorder.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { presets } from "unidiff/study/presets.ts";
import { disposeBatch } from "unidiff/train/joint_data.ts";
import { jointLoss } from "unidiff/train/objective.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { onBackends } from "../../backends.ts";
import { assertClose } from "../../golden.ts";
import { randomBatch } from "unidiff/study/memory/random_model.ts";

const draw = (name: string, shape: number[]) =>
  tf.tensor(stream(5, name).normals(shape.reduce((a, b) => a * b, 1)), shape);

/** Random parameters as variables. */
function variablesOf(specs: ParamSpecs): Record<string, tf.Variable> {
  const params = initialParams(specs, 0);
  const entries = Object.entries(params).map(([name, t]) => [name, tf.variable(t)]);
  tf.dispose(params);
  return Object.fromEntries(entries);
}

onBackends("valueAndGrads() equals tf.grads where tensors are shared, unused and handed on", () => {
  tf.tidy(() => {
    const [a, b, c, unused] = ["a", "b", "c", "unused"].map((n) => draw(n, [3, 3])) as [
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
      tf.Tensor,
    ];
    // a and b meet twice, a sum hands its gradient on, split has an output that nothing uses
    const f = () => {
      const sum = tf.add(a, b), product = tf.mul(sum, tf.add(a, c));
      const [used] = tf.split(tf.concat([product, sum], 1), 2, 1) as [tf.Tensor, tf.Tensor];
      return tf.sum(tf.add(used, tf.add(sum, tf.matMul(sum as tf.Tensor2D, used as tf.Tensor2D))));
    };
    const { value, grads } = valueAndGrads(f, [a, b, c, unused]);
    const expected = tf.grads(f)([a, b, c]);
    assertClose(value.dataSync(), f().dataSync(), 1e-6);
    expected.forEach((grad, i) => assertClose(grads[i]!.dataSync(), grad.dataSync(), 1e-6));
    assert.equal(grads[3], undefined);
    assert.throws(
      () => tf.grad(() => valueAndGrads(f, [a]).value)(a),
      /while a gradient is recorded/,
    );
  });
});

onBackends("a joint step has the same gradients plain, freed early and with checkpoints", () => {
  const params = variablesOf(modelSpecs(nano)), { train } = presets.nano;
  const weights = { itc: 1, is: 1, rsc: 1, direction: "both" } as const;
  const batch = randomBatch(nano, 4), schedule = makeSchedule(nano.schedule);
  const names = Object.keys(params), variables = names.map((name) => params[name] as tf.Variable);
  const loss = () => jointLoss(params, nano, schedule, weights, train.rsc, batch).total;
  tf.tidy(() => {
    const plain = tf.variableGrads(loss, variables);
    const freed = valueAndGrads(loss, variables);
    const again = withCheckpoints(true, () => valueAndGrads(loss, variables));
    const byTfjs = withCheckpoints(true, () => tf.variableGrads(loss, variables));
    for (const { value } of [freed, again, byTfjs]) {
      assertClose(value.dataSync(), plain.value.dataSync(), 1e-6, "loss");
    }
    const whole = Math.max(...Object.values(plain.grads).map((g) => largest(g?.dataSync() ?? [])));
    for (const [i, variable] of variables.entries()) {
      const expected = plain.grads[variable.name]?.dataSync();
      if (expected === undefined) {
        assert.equal(freed.grads[i], undefined, `${names[i]}`);
        assert.equal(again.grads[i], undefined, `${names[i]}`);
        continue;
      }
      const ways = [freed.grads[i], again.grads[i], byTfjs.grads[variable.name]];
      for (const grad of ways) assertNear(grad!.dataSync(), expected, whole, `${names[i]}`);
    }
  });
  tf.dispose(params);
  disposeBatch(batch);
});

/** Within a millionth of the largest value of the gradient, or where that is a key bias's noise, as small. */
function assertNear(
  found: ArrayLike<number>,
  expected: ArrayLike<number>,
  whole: number,
  what: string,
): void {
  const size = largest(expected), allowed = size < 1e-6 * whole ? whole : size;
  for (let i = 0; i < expected.length; i++) {
    const off = Math.abs((found[i] as number) - (expected[i] as number));
    assert.ok(off <= 1e-6 * allowed, `${what}[${i}]: ${found[i]}, expected ${expected[i]}`);
  }
}

function largest(values: ArrayLike<number>): number {
  return Array.from(values).reduce((m, x) => Math.max(m, Math.abs(x)), 0);
}

onBackends("withCheckpoints() records nothing of blocks that need no gradient", () => {
  const params = initialParams(unetSpecs(nano.unet), 0);
  const last = tf.variable(params["conv_out.weight"] as tf.Tensor);
  const batch = randomBatch(nano, 1), { latents, noise, timesteps } = batch;
  const states = draw("states", [1, 4, nano.unet.crossAttention]) as tf.Tensor3D;
  const p: Params = { ...params, "conv_out.weight": last };
  const f = () => isLoss(unet(p, nano.unet, { latents, timesteps, states }).noise, noise);
  const tensorsWhile = (on: boolean) => {
    let count = 0;
    tf.tidy(() => {
      withCheckpoints(on, () =>
        valueAndGrads(() => {
          const loss = f();
          count = tf.memory().numTensors;
          return loss;
        }, [last]));
    });
    return count;
  };
  const plain = tensorsWhile(false), checkpointed = tensorsWhile(true);
  assert.ok(
    checkpointed < plain - 300,
    `${checkpointed} tensors with checkpoints, ${plain} without`,
  );
  tf.dispose([params, last, states]);
  disposeBatch(batch);
});

onBackends("checkpoints lower the largest number of bytes that a step of the UNet holds", () => {
  const params = variablesOf(unetSpecs(mini.unet));
  const batch = randomBatch(mini, 4), { latents, noise, timesteps } = batch;
  const states = draw("states", [4, 32, mini.unet.crossAttention]) as tf.Tensor3D;
  const f = () => isLoss(unet(params, mini.unet, { latents, timesteps, states }).noise, noise);
  const kept = (on: boolean) => {
    let bytes = 0;
    const before = tf.memory().numBytes;
    tf.tidy(() => {
      withCheckpoints(on, () =>
        valueAndGrads(() => {
          const loss = f();
          bytes = tf.memory().numBytes - before;
          return loss;
        }, Object.values(params)));
    });
    return bytes;
  };
  const plain = kept(false), checkpointed = kept(true);
  assert.ok(checkpointed < plain / 4, `${checkpointed} bytes with checkpoints, ${plain} without`);
  tf.dispose([params, states]);
  disposeBatch(batch);
});

onBackends(
  "in a graph a block's second time waits, and its gradients are those of the first",
  () => {
    const backend = nativeBackend();
    if (!backend) return;
    const params = variablesOf(unetSpecs(nano.unet)), batch = randomBatch(nano, 2);
    const { latents, noise, timesteps } = batch;
    const states = draw("states", [2, 4, nano.unet.crossAttention]) as tf.Tensor3D;
    const xs = Object.values(params);
    const step = (on: boolean) =>
      withCheckpoints(on, () => {
        const input = { latents, timesteps, states };
        const { value, grads } = valueAndGrads(
          () => isLoss(unet(params, nano.unet, input).noise, noise),
          xs,
        );
        return [value, ...grads.map((grad, i) => grad ?? tf.zerosLike(xs[i] as tf.Tensor))];
      });
    const [plain, again] = [false, true].map((on) => {
      const f = compiled(() => step(on)), results = f({ xs, latents, noise, states });
      const values = results.map((t) => t.dataSync());
      tf.dispose(results);
      f.dispose();
      return values;
    }) as [Float32Array[], Float32Array[]];
    const whole = Math.max(...plain.map(largest));
    for (const [i, values] of plain.entries()) {
      assertNear(
        again[i] as Float32Array,
        values,
        whole,
        `${i}`,
      );
    }
    tf.tidy(() => {
      const waiting = (on: boolean) =>
        record(backend, xs, [], () => step(on)).recording.nodes
          .filter(({ operation, controls }) => operation === "Identity" && controls.length > 0)
          .length;
      assert.equal(waiting(false), 0);
      assert.ok(waiting(true) >= 8, `${waiting(true)} inputs of blocks wait`);
    });
    tf.dispose([params, states]);
    disposeBatch(batch);
  },
);
