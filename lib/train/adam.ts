import { ADAM, tf } from "../runtime/mod.ts";

/** Weights and the averages of the gradient and of its square, [n] each. */
export interface Moments {
  readonly weights: tf.Tensor1D;
  readonly first: tf.Tensor1D;
  readonly second: tf.Tensor1D;
}

/**
 * One step of Adam (Kingma & Ba 2015, algorithm 1): m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂),
 * w ← w − size·m/(√v + ε), where `size` and ε hold the corrections of the bias.
 *
 * Composed it reads and writes whole vectors a dozen times; the native library has one kernel for it
 * (runtime/tensorflow_kernels.ts).
 */
export function adam(
  { weights, first, second }: Moments,
  gradient: tf.Tensor1D,
  betas: readonly [number, number],
  size: tf.Scalar,
  epsilon: tf.Scalar,
): Moments {
  if (tf.getKernel(ADAM, tf.getBackend()) !== undefined) {
    const inputs = { weights, first, second, gradient, size, epsilon };
    const results = tf.engine().runKernel(ADAM, inputs, { betas: [...betas] });
    const [w, m, v] = results as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    return { weights: w, first: m, second: v };
  }
  const m = lerp(first, gradient, 1 - betas[0]),
    v = lerp(second, tf.square(gradient), 1 - betas[1]);
  const step = tf.mul(tf.div(m, tf.add(tf.sqrt(v), epsilon)), size);
  return { weights: tf.sub(weights, step), first: m, second: v };
}

/** a + (b − a)·t. */
export function lerp(a: tf.Tensor1D, b: tf.Tensor, t: number): tf.Tensor1D {
  return tf.add(a, tf.mul(tf.sub(b, a), t)) as tf.Tensor1D;
}
