import { z } from "zod";
import { tf } from "../../runtime/mod.ts";
import { AdamW, warmupCosine } from "../../train/mod.ts";
import { compare, type Comparison, type Tolerances } from "./compare.ts";
import { expectTensors, type Reference, shaped } from "./reference.ts";
import { settings } from "./settings.ts";
import { plain } from "./tensors.ts";

const LOSS = "10 * mean((X w^T + b - Y)^2)";
const json = z.strictObject({
  lr: z.number(),
  weight_decay: z.strictObject({ w: z.number(), b: z.number() }),
  betas: z.tuple([z.number(), z.number()]),
  eps: z.number(),
  steps: z.number().int().positive(),
  warmup: z.number().int(),
  clip_norm: z.number(),
  ema_decay: z.number(),
  lr_per_step: z.array(z.number()),
  grad_norm_before_clip: z.array(z.number()),
  loss: z.literal(LOSS).optional(),
});

/** AdamW with clipping, warm-up, cosine and moving average, on a linear regression. */
export function checkOptimizer(reference: Reference, { output }: Tolerances): Comparison[] {
  const s = settings(json, reference.json, "io.json");
  expectTensors(reference, [
    ...["X", "Y", "init.w", "init.b", "final.w", "final.b", "ema.w", "ema.b"],
  ]);
  const x = plain<tf.Rank.R2>(shaped(reference.io, "X", [undefined, undefined]));
  const y = plain<tf.Rank.R2>(shaped(reference.io, "Y", [x.shape[0], undefined]));
  const w0 = plain(shaped(reference.io, "init.w", [y.shape[1], x.shape[1]]));
  const b0 = plain(shaped(reference.io, "init.b", [y.shape[1]]));
  const w = tf.variable(w0), b = tf.variable(b0);
  const groups = [
    { name: "w", variables: [w], learningRate: s.lr, weightDecay: s.weight_decay.w },
    { name: "b", variables: [b], learningRate: s.lr, weightDecay: s.weight_decay.b },
  ];
  const { betas, eps, clip_norm: clipNorm, ema_decay: ema } = s;
  const optimizer = new AdamW(groups, { betas, eps, weightDecay: 0, clipNorm, ema });
  const rates: number[] = [], norms: number[] = [];
  for (let step = 0; step < s.steps; step++) {
    const { value, grads } = tf.variableGrads(() => {
      const predicted = tf.add(tf.matMul(x, w as tf.Tensor2D, false, true), b);
      return tf.mul(10, tf.mean(tf.square(tf.sub(predicted, y)))) as tf.Scalar;
    }, [w, b]);
    const rate = warmupCosine(step, s.warmup, s.steps);
    rates.push(rate * s.lr);
    const norm = optimizer.update([[grads[w.name]!], [grads[b.name]!]], rate);
    norms.push(norm.dataSync()[0] as number);
    tf.dispose([value, grads, norm]);
  }
  const against = (name: string, v: tf.Variable) =>
    compare(name, v.dataSync(), shaped(reference.io, name, v.shape).data, output);
  const compared = [
    compare("lr_per_step", rates, s.lr_per_step, output),
    compare("grad_norm_before_clip", norms, s.grad_norm_before_clip, output),
    against("final.w", w),
    against("final.b", b),
  ];
  optimizer.load("average");
  compared.push(against("ema.w", w), against("ema.b", b));
  optimizer.dispose();
  tf.dispose([x, y, w0, b0, w, b]);
  return compared;
}
