/** What every form of consistency is made of: a teacher whose gradient is stopped, and a student. */
import { untracked } from "../model/mod.ts";
import { tf } from "../runtime/mod.ts";

/** Who teaches: CLIP the diffusion model, the diffusion model CLIP, or each the other. */
export type Direction = "c2d" | "d2c" | "both";

/**
 * A loss between two models' features, in a direction: c→d is loss(sg clip, diffusion), d→c is
 * loss(sg diffusion, clip), both is half of each.
 */
export function reciprocal<T extends tf.Tensor>(
  clip: T,
  diffusion: T,
  direction: Direction,
  loss: (teacher: T, student: T) => tf.Scalar,
): tf.Scalar {
  switch (direction) {
    case "c2d":
      return loss(stopGradient(clip), diffusion);
    case "d2c":
      return loss(stopGradient(diffusion), clip);
    case "both":
      return tf.tidy(() =>
        tf.mul(
          tf.add(loss(stopGradient(clip), diffusion), loss(stopGradient(diffusion), clip)),
          0.5,
        ) as tf.Scalar
      );
  }
}

/** The value of `x` without a gradient: what lies behind it alone has none, not one of zeros. */
export function stopGradient<T extends tf.Tensor>(x: T): T {
  return untracked(() => tf.clone(x));
}

/** Rows of [n, d] brought to length 1. */
export function unitRows(x: tf.Tensor): tf.Tensor2D {
  return tf.tidy(() => {
    const length = tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12));
    return tf.div(x, length) as tf.Tensor2D;
  });
}
