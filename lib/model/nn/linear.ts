import { tf } from "../../runtime/mod.ts";
import { matrixProduct } from "./matmul.ts";
import { param, type Params } from "./params.ts";

/**
 * Linear layer y = x W + b over the last axis.
 *
 * `x`: […, in] → […, out]. Weight [in, out]; the bias is added where the record has one, and so is
 * x·A·B where it has a low-rank adapter A [in, rank], B [rank, out] (see train/lora.ts).
 */
export function linear(p: Params, prefix: string, x: tf.Tensor): tf.Tensor {
  const weight = param<tf.Rank.R2>(p, `${prefix}.weight`);
  const bias = p[`${prefix}.bias`], down = p[`${prefix}.lora_A.weight`];
  const [input, output] = weight.shape;
  return tf.tidy(() => {
    const a = tf.reshape(x, [-1, input]) as tf.Tensor2D;
    // Not tf.fused.matMul: TensorFlow's fused kernel takes twice the time of these two on a CPU.
    let product = matrixProduct(a, weight);
    if (down !== undefined) {
      const up = param<tf.Rank.R2>(p, `${prefix}.lora_B.weight`);
      const change = matrixProduct(matrixProduct(a, down as tf.Tensor2D), up);
      product = tf.add(product, change);
    }
    const y = bias === undefined ? product : tf.add(product, bias);
    return tf.reshape(y, [...x.shape.slice(0, -1), output]);
  });
}
