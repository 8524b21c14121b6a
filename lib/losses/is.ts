import { derived, tf } from "../runtime/mod.ts";

/**
 * IS, text-conditioned image synthesis: the noise-prediction loss E‖ε − ε_θ(z_t, t, c)‖².
 *
 * `predicted` and `target`: [batch, h, w, c]; `weights`: [batch], one for each picture, all 1 where
 * left out (min-SNR, see diffusion/schedule.ts). Scalar mean over all values (Rombach et al. 2022,
 * eq. 3).
 */
export function isLoss(
  predicted: tf.Tensor4D,
  target: tf.Tensor4D,
  weights?: ArrayLike<number>,
): tf.Scalar {
  return tf.tidy(() => {
    const squares = tf.square(tf.sub(predicted, target));
    if (weights === undefined) return tf.mean(squares);
    const values = derived(weights, (weights) => Float32Array.from(weights));
    const each = tf.tensor4d(values, [values.length, 1, 1, 1]);
    return tf.mean(tf.mul(squares, each));
  }) as tf.Scalar;
}
