import { tf } from "../../../runtime/mod.ts";

/** What a network predicts of x = √ᾱ·x₀ + √(1 − ᾱ)·ε: the noise ε, or v = √ᾱ·ε − √(1 − ᾱ)·x₀. */
export const predictions = ["epsilon", "v_prediction"] as const;
export type Prediction = typeof predictions[number];

/** The noise in latents `x` at ᾱ = `alpha`; [batch, h, w, c] (Salimans & Ho 2022, appendix D). */
export function noiseOf(
  output: tf.Tensor4D,
  x: tf.Tensor4D,
  alpha: number,
  prediction: Prediction = "epsilon",
): tf.Tensor4D {
  if (prediction === "epsilon") return output;
  return tf.tidy(() =>
    tf.add(tf.mul(output, Math.sqrt(alpha)), tf.mul(x, Math.sqrt(1 - alpha))) as tf.Tensor4D
  );
}

/** The clean latents in `x` at ᾱ = `alpha`; [batch, h, w, c] (Salimans & Ho 2022, appendix D). */
export function cleanOf(
  output: tf.Tensor4D,
  x: tf.Tensor4D,
  alpha: number,
  prediction: Prediction = "epsilon",
): tf.Tensor4D {
  const signal = Math.sqrt(alpha), spread = Math.sqrt(1 - alpha);
  return tf.tidy(() =>
    (prediction === "epsilon"
      ? tf.div(tf.sub(x, tf.mul(output, spread)), signal)
      : tf.sub(tf.mul(x, signal), tf.mul(output, spread))) as tf.Tensor4D
  );
}
