import { tf } from "../runtime/mod.ts";
import { crossEntropy } from "./cross_entropy.ts";

/**
 * ITC, CLIP's symmetric contrastive loss (Radford et al. 2021, figure 3).
 *
 * `image` and `text`: L2-normalised [batch, d]; `logitScale`: the scalar s whose exponential
 * multiplies the cosines. `targets`: [batch, batch] rows of probability over true matches; without
 * it, pair i matches i alone. Scalar: ½·(CE(rows) + CE(columns)).
 */
export function itcLoss(
  image: tf.Tensor2D,
  text: tf.Tensor2D,
  logitScale: tf.Scalar,
  targets?: tf.Tensor2D,
): tf.Scalar {
  return tf.tidy(() => {
    const wanted = targets ?? tf.eye(image.shape[0]);
    const logits = tf.mul(tf.matMul(image, text, false, true), tf.exp(logitScale));
    return tf.mul(
      tf.add(crossEntropy(logits, wanted), crossEntropy(tf.transpose(logits), wanted)),
      0.5,
    ) as tf.Scalar;
  });
}

/**
 * Targets in which identical captions of a batch share the mass, [batch, batch].
 *
 * Two pictures with the same caption are no negatives of each other.
 */
export function sharedTargets(captions: readonly string[]): Float32Array {
  const n = captions.length, targets = new Float32Array(n * n);
  for (let i = 0; i < n; i++) {
    const same = captions.map((caption) => caption === captions[i]);
    const share = 1 / same.filter(Boolean).length;
    same.forEach((match, j) => match && (targets[i * n + j] = share));
  }
  return targets;
}
