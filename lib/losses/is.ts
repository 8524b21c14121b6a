import { tf } from "../runtime/tf.ts";

/**
 * IS, text-conditioned image synthesis: the noise-prediction loss E‖ε − ε_θ(z_t, t, c)‖².
 *
 * `predicted` and `noise`: [batch, h, w, c]. Scalar mean over all values (Rombach et al. 2022, eq. 3).
 */
export function isLoss(predicted: tf.Tensor4D, noise: tf.Tensor4D): tf.Scalar {
  return tf.tidy(() => tf.mean(tf.square(tf.sub(predicted, noise)))) as tf.Scalar;
}
