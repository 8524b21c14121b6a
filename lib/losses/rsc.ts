import { tf } from "../runtime/tf.ts";

/** Who teaches: CLIP the diffusion model, the diffusion model CLIP, or each the other. */
export type Direction = "c2d" | "d2c" | "both";

/** Settings of {@link rscLoss}. */
export interface RscOptions {
  readonly temperature: number;
  readonly direction: Direction;
  /** Subtract the batch mean from both sides first, so that a common offset is no similarity. */
  readonly centre?: boolean;
}

/**
 * RSC, reciprocal semantic consistency, as relational KL (form a).
 *
 * INFERRED: the paper's formula is not public. With P_i = softmax over j≠i of cos(x_i, x_j)/τ on
 * either side, CLIP's distribution Pc and the diffusion model's Pd are drawn together:
 * c→d is mean_i KL(sg Pc_i ‖ Pd_i), d→c is mean_i KL(sg Pd_i ‖ Pc_i), both is half of each. The
 * teacher's gradient is stopped. Relatives: Deep Mutual Learning (1706.00384), TinyCLIP.
 *
 * `clip`: [batch, a] and `diffusion`: [batch, b], any widths, normalised here. Scalar. Needs a batch
 * of at least 3: with two items every distribution is certain.
 */
export function rscLoss(clip: tf.Tensor2D, diffusion: tf.Tensor2D, o: RscOptions): tf.Scalar {
  const n = clip.shape[0];
  if (n < 3) throw new Error(`rscLoss: expected a batch of at least 3, found ${n}`);
  return tf.tidy(() => {
    const c = relations(clip, o), d = relations(diffusion, o);
    switch (o.direction) {
      case "c2d":
        return divergence(c, d);
      case "d2c":
        return divergence(d, c);
      case "both":
        return tf.mul(tf.add(divergence(c, d), divergence(d, c)), 0.5) as tf.Scalar;
    }
  });
}

/** log P, [batch, batch]: each row the log-distribution of an item's similarity to the others. */
function relations(x: tf.Tensor2D, o: RscOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const centred = o.centre ? tf.sub(x, tf.mean(x, 0, true)) : x;
    const length = tf.sqrt(tf.add(tf.sum(tf.square(centred), 1, true), 1e-12));
    const unit = tf.div(centred, length);
    const cosines = tf.matMul(unit, unit, false, true);
    const itself = tf.mul(tf.eye(x.shape[0]), -1e9);
    return tf.logSoftmax(tf.add(tf.mul(cosines, 1 / o.temperature), itself)) as tf.Tensor2D;
  });
}

/** mean_i KL(sg teacher_i ‖ student_i) of log-distributions; the diagonal has no mass. */
function divergence(teacher: tf.Tensor2D, student: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    const fixed = stopGradient(teacher);
    const terms = tf.mul(tf.exp(fixed), tf.sub(fixed, student));
    return tf.mul(tf.sum(terms), 1 / teacher.shape[0]) as tf.Scalar;
  });
}

/** The value of `x` without its gradient. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return tf.customGrad((x) => ({
    value: tf.clone(x as tf.Tensor),
    gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy),
  }))(x) as T;
}
