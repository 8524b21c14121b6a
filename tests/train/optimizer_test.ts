import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { AdamW } from "unidiff/train/optimizer.ts";
import { warmupCosine } from "unidiff/train/schedule.ts";
import { onBackends } from "../backends.ts";
import { assertClose, loadCase, tensorOf } from "../golden.ts";

interface OptimJson {
  lr: number;
  weight_decay: { w: number; b: number };
  betas: [number, number];
  eps: number;
  steps: number;
  warmup: number;
  clip_norm: number;
  ema_decay: number;
  lr_per_step: number[];
  grad_norm_before_clip: number[];
}

onBackends("AdamW, clipping, schedule and average equal torch over 12 steps", async () => {
  const { io, json } = await loadCase<unknown, OptimJson>("optim");
  const tensor = (name: string) => {
    const raw = tensorOf(io, name);
    return tf.tensor(raw.data as Float32Array, raw.shape);
  };
  const x = tensor("X"), y = tensor("Y"), w0 = tensor("init.w"), b0 = tensor("init.b");
  const w = tf.variable(w0), b = tf.variable(b0);
  const groups = [
    { name: "w", variables: [w], learningRate: json.lr, weightDecay: json.weight_decay.w },
    { name: "b", variables: [b], learningRate: json.lr, weightDecay: json.weight_decay.b },
  ];
  const optimizer = new AdamW(groups, {
    betas: json.betas,
    eps: json.eps,
    weightDecay: 0,
    clipNorm: json.clip_norm,
    ema: json.ema_decay,
  });
  for (let step = 0; step < json.steps; step++) {
    const rate = warmupCosine(step, json.warmup, json.steps);
    assertClose([rate * json.lr], [json.lr_per_step[step] as number], 1e-6, `rate of step ${step}`);
    const { value, grads } = tf.variableGrads(() =>
      tf.mul(
        10,
        tf.mean(tf.square(tf.sub(tf.add(tf.matMul(x, w as tf.Tensor2D, false, true), b), y))),
      ) as tf.Scalar, [w, b]);
    const named = [[grads[w.name] as tf.Tensor], [grads[b.name] as tf.Tensor]];
    const norm = optimizer.update(named, rate);
    assertClose([norm], [json.grad_norm_before_clip[step] as number], 2e-5, `norm of step ${step}`);
    tf.dispose([value, grads]);
  }
  assertClose(w.dataSync(), tensorOf(io, "final.w").data, 2e-5, "w");
  assertClose(b.dataSync(), tensorOf(io, "final.b").data, 2e-5, "b");
  optimizer.load("average");
  assertClose(w.dataSync(), tensorOf(io, "ema.w").data, 2e-5, "average of w");
  assertClose(b.dataSync(), tensorOf(io, "ema.b").data, 2e-5, "average of b");
  assert.equal(optimizer.step, json.steps);
  optimizer.dispose();
  tf.dispose([x, y, w0, b0, w, b]);
});
