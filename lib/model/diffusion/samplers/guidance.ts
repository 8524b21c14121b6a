import { tf } from "../../../runtime/mod.ts";
import type { Denoiser } from "./sampler.ts";

/**
 * Classifier-free guidance (Ho & Salimans 2022): ε = ε_null + scale·(ε_caption − ε_null).
 *
 * `both` gives the prediction for a doubled batch whose first half has no caption.
 */
export function guided(both: Denoiser, scale: number): Denoiser {
  return (latents, t) =>
    tf.tidy(() => {
      const [without, withCaption] = tf.split(both(tf.concat([latents, latents]), t), 2) as [
        tf.Tensor4D,
        tf.Tensor4D,
      ];
      return tf.add(without, tf.mul(tf.sub(withCaption, without), scale)) as tf.Tensor4D;
    });
}
