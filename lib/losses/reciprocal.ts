/** What every form of consistency is made of: a teacher whose gradient is stopped, and a student. */
import { untracked } from "../model/mod.ts";
import { tf } from "../runtime/mod.ts";

/** Who teaches: CLIP the diffusion model, the diffusion model CLIP, or each the other. */
export type Direction = "c2d" | "d2c" | "both";

/** What teaches in either direction. */
export interface Teachers<T extends tf.Tensor = tf.Tensor2D> {
  readonly clip: T;
  readonly diffusion: T;
}

/**
 * A loss between two models' features, in a direction: c→d is loss(sg clip, diffusion), d→c is
 * loss(sg diffusion, clip), both is half of each. The students' own features teach unless `teachers`
 * are given.
 */
export function reciprocal<T extends tf.Tensor>(
  clip: T,
  diffusion: T,
  direction: Direction,
  loss: (teacher: T, student: T) => tf.Scalar,
  teachers: Teachers<T> = { clip, diffusion },
): tf.Scalar {
  const c2d = () => loss(stopGradient(teachers.clip), diffusion);
  const d2c = () => loss(stopGradient(teachers.diffusion), clip);
  switch (direction) {
    case "c2d":
      return c2d();
    case "d2c":
      return d2c();
    case "both":
      return tf.tidy(() => tf.mul(tf.add(c2d(), d2c()), 0.5) as tf.Scalar);
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
