import { tf } from "../runtime/mod.ts";

/** Numbers that are added one after the other. */
const ROW = 128;

/**
 * Σ x² of all numbers of a tensor: rows first, then the rows of their sums, and so on.
 *
 * wasm adds one number after the other in single precision: over the millions of a model's gradient
 * that alone put the norm 0.4 % off.
 */
export function sumOfSquares(x: tf.Tensor): tf.Scalar {
  return tf.tidy(() => total(tf.square(tf.reshape(x, [-1])) as tf.Tensor1D));
}

function total(x: tf.Tensor1D): tf.Scalar {
  if (x.size <= ROW) return tf.sum(x) as tf.Scalar;
  const whole = x.size - x.size % ROW;
  const rows = tf.reshape(tf.slice(x, [0], [whole]), [-1, ROW]);
  const sum = total(tf.sum(rows, 1) as tf.Tensor1D);
  if (whole === x.size) return sum;
  return tf.add(sum, tf.sum(tf.slice(x, [whole], [x.size - whole]))) as tf.Scalar;
}

/**
 * What gradients are multiplied by so that their norm is at most `largest`: min(1, largest/(norm + 1e-6)).
 *
 * Source: torch.nn.utils.clip_grad_norm_.
 */
export function clipFactor(norm: tf.Scalar, largest: number): tf.Scalar {
  return tf.tidy(() => tf.minimum(tf.div(largest, tf.add(norm, 1e-6)), 1));
}
