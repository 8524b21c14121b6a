import { tf } from "../runtime/mod.ts";

/**
 * −Σ target · log softmax(logits) over the rows, divided by their number; a scalar.
 *
 * `logits` and `targets`: [rows, answers]. A row of zeros among the targets counts as a row without loss.
 */
export function crossEntropy(logits: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  return tf.tidy(() =>
    tf.neg(tf.div(tf.sum(tf.mul(targets, tf.logSoftmax(logits))), logits.shape[0] as number))
  );
}
