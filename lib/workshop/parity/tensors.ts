import { tf } from "../../runtime/mod.ts";
import { nchwToNhwc, nhwcToNchw, type RawTensor } from "../../weights/mod.ts";
import { compare, type Comparison } from "./compare.ts";
import { shaped, tensorOf, type Tensors } from "./reference.ts";

/** A reference picture or feature map [n, c, h, w] as a tensor [n, h, w, c]. */
export function picture(raw: RawTensor): tf.Tensor4D {
  const { shape, data } = nchwToNhwc(Float32Array.from(raw.data), raw.shape);
  return tf.tensor(data, shape) as unknown as tf.Tensor4D;
}

/** Any other reference tensor, in single precision. */
export function plain<R extends tf.Rank = tf.Rank>(raw: RawTensor): tf.Tensor<R> {
  return tf.tensor(Float32Array.from(raw.data), raw.shape as tf.ShapeMap[R]);
}

/**
 * Compares an output with the reference of that name; feature maps are given as [n, h, w, c]. Of a
 * scalar the reference may say [] or [1].
 *
 * Throws where shapes differ.
 */
export function compareOutput(
  io: Tensors,
  name: string,
  actual: tf.Tensor,
  tolerance: number,
): Comparison {
  const values = actual.dataSync() as Float32Array;
  if (actual.rank === 0 && tensorOf(io, name).data.length === 1) {
    return compare(name, values, tensorOf(io, name).data, tolerance);
  }
  const laid = actual.rank === 4
    ? nhwcToNchw(values, actual.shape)
    : { shape: actual.shape, data: values };
  return compare(name, laid.data, shaped(io, name, laid.shape).data, tolerance);
}
