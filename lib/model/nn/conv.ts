import { tf } from "../../runtime/mod.ts";
import { matrixProduct } from "./matmul.ts";
import { param, type Params } from "./params.ts";

/** Stride of a convolution and the pixels of zero padding [top/left, bottom/right]. */
export interface ConvOptions {
  readonly stride?: 1 | 2;
  readonly padding?: readonly [number, number];
}

/**
 * Square convolution with bias, `x`: [batch, h, w, in] → [batch, h', w', out].
 *
 * Without `padding`, the picture keeps its size (stride 1). A stride of 2 needs its padding said,
 * because TensorFlow's "same" pads the other side than PyTorch's `padding=1`.
 */
export function conv2d(
  p: Params,
  prefix: string,
  x: tf.Tensor4D,
  o: ConvOptions = {},
): tf.Tensor4D {
  const filter = param<tf.Rank.R4>(p, `${prefix}.weight`);
  const bias = param<tf.Rank.R1>(p, `${prefix}.bias`);
  if (filter.shape[0] === 1) {
    // A 1×1 convolution is a matrix product, which every backend does faster.
    return tf.tidy(() => {
      const [n, h, w, c] = x.shape;
      const b = tf.reshape(filter, [c, filter.shape[3]]) as tf.Tensor2D;
      const y = tf.add(matrixProduct(tf.reshape(x, [-1, c]) as tf.Tensor2D, b), bias);
      return tf.reshape(y, [n, h, w, filter.shape[3]]) as tf.Tensor4D;
    });
  }
  return tf.tidy(() => {
    const [before, after] = o.padding ?? [0, 0];
    const padded = o.padding === undefined
      ? x
      : tf.pad(x, [[0, 0], [before, after], [before, after], [0, 0]]) as tf.Tensor4D;
    return tf.fused.conv2d({
      x: padded,
      filter,
      bias,
      strides: o.stride ?? 1,
      pad: o.padding === undefined ? "same" : "valid",
    });
  });
}

/** Nearest-neighbour resize to height × width, `x`: [batch, h, w, c]. */
export function upsampleNearest(x: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  return tf.image.resizeNearestNeighbor(x, [height, width]);
}
