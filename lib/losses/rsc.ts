import { tf } from "../runtime/mod.ts";
import { type Direction, reciprocal, unitRows } from "./reciprocal.ts";

/** Settings of {@link rscLoss}. */
export interface RscOptions {
  readonly temperature: number;
  readonly direction: Direction;
  /** Subtract the batch mean from both sides first, so that a common offset is no similarity. */
  readonly centre?: boolean;
}

/**
 * RSC, reciprocal semantic consistency, as relational KL (form a; others are in consistency.ts).
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
  return tf.tidy(() =>
    reciprocal(relations(clip, o), relations(diffusion, o), o.direction, divergence)
  );
}

/** log P, [batch, batch]: each row the log-distribution of an item's similarity to the others. */
function relations(x: tf.Tensor2D, o: RscOptions): tf.Tensor2D {
  return tf.tidy(() => {
    const unit = unitRows(o.centre ? tf.sub(x, tf.mean(x, 0, true)) : x);
    const cosines = tf.matMul(unit, unit, false, true);
    const itself = tf.mul(tf.eye(x.shape[0]), -1e9);
    return tf.logSoftmax(tf.add(tf.mul(cosines, 1 / o.temperature), itself)) as tf.Tensor2D;
  });
}

/** mean_i KL(teacher_i ‖ student_i) of the log-distributions in two matrices' rows. */
export function divergence(teacher: tf.Tensor2D, student: tf.Tensor2D): tf.Scalar {
  return tf.tidy(() => {
    // An item's similarity to itself has no mass on either side.
    const terms = tf.mul(tf.exp(teacher), tf.sub(teacher, student));
    return tf.mul(tf.sum(terms), 1 / teacher.shape[0]) as tf.Scalar;
  });
}
