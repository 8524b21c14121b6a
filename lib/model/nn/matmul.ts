import { MATRIX_PRODUCT, tf } from "../../runtime/mod.ts";

/**
 * The product of two matrices, each transposed where said: [m, k]·[k, n] → [m, n].
 *
 * tf.matMul makes three-dimensional arrays of them and back, four dispatches more than the product
 * itself; where the backend has a kernel for matrices (runtime/tensorflow_kernels.ts) that is used.
 */
export function matrixProduct(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  transposeA = false,
  transposeB = false,
): tf.Tensor2D {
  if (tf.getKernel(MATRIX_PRODUCT, tf.getBackend()) === undefined) {
    return tf.matMul(a, b, transposeA, transposeB);
  }
  const attributes = { transposeA, transposeB };
  return tf.engine().runKernel(MATRIX_PRODUCT, { a, b }, attributes) as tf.Tensor2D;
}

tf.registerGradient({
  kernelName: MATRIX_PRODUCT,
  inputsToSave: ["a", "b"],
  gradFunc: (dyIn, saved, attributes) => {
    const dy = dyIn as tf.Tensor2D, [a, b] = saved as [tf.Tensor2D, tf.Tensor2D];
    const { transposeA, transposeB } = attributes as unknown as Record<string, boolean>;
    return {
      a: () =>
        transposeA
          ? matrixProduct(b, dy, transposeB, true)
          : matrixProduct(dy, b, false, !transposeB),
      b: () =>
        transposeB
          ? matrixProduct(dy, a, true, transposeA)
          : matrixProduct(a, dy, !transposeA, false),
    };
  },
});
