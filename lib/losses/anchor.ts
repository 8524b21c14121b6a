/** Pulls of a tuned model towards its start: the plain controls of what RSC is to prevent. */
import { tf } from "../runtime/mod.ts";
import { stopGradient } from "./reciprocal.ts";
import { cosineAlignment, rscLoss } from "./rsc.ts";

/**
 * ½ Σ (w − w₀)² over all numbers of some parameters; a scalar. Source: Li et al. 2018 (L2-SP, 1802.01483).
 *
 * Throws where the two lists differ in length.
 */
export function weightsAnchor(tuned: readonly tf.Tensor[], start: readonly tf.Tensor[]): tf.Scalar {
  if (tuned.length !== start.length || tuned.length === 0) {
    throw new Error(
      `weightsAnchor: ${tuned.length} and ${start.length} tensors, expected as many`,
    );
  }
  return tf.tidy(() =>
    tf.mul(
      tf.addN(tuned.map((w, i) => tf.sum(tf.square(tf.sub(w, start[i] as tf.Tensor))))),
      0.5,
    ) as tf.Scalar
  );
}

/** Distillation: the mean of 1 − cos(x_i, x_i of the start); both [batch, d], normalised here. */
export function featuresAnchor(tuned: tf.Tensor2D, start: tf.Tensor2D): tf.Scalar {
  return cosineAlignment(stopGradient(start), tuned, { direction: "c2d" });
}

/**
 * Each picture's relations to the others of its batch held at the start's: mean_i KL(P₀_i ‖ P_i), P as
 * in {@link rscLoss}; both [batch, d].
 */
export function relationsAnchor(
  tuned: tf.Tensor2D,
  start: tf.Tensor2D,
  o: { readonly temperature: number; readonly centre?: boolean },
): tf.Scalar {
  return rscLoss(start, tuned, { ...o, direction: "c2d" });
}
