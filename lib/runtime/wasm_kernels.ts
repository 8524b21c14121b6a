/**
 * Two kernels that tfjs-backend-wasm 4.22 lacks and gradients need: that of a convolution towards
 * its filter, and the sum of rows by index (the gradient of an embedding).
 */
import { tf } from "./tf.ts";

type Inputs = Record<string, tf.TensorInfo>;
type Attributes = Record<string, unknown>;

/** Registers the missing kernels for the wasm backend, once. */
export function registerWasmKernels(): void {
  register("Conv2DBackpropFilter", filterGradient);
  register("UnsortedSegmentSum", segmentSum);
}

function register(
  kernelName: string,
  compute: (inputs: Inputs, attributes: Attributes) => tf.Tensor,
): void {
  if (tf.getKernel(kernelName, "wasm") !== undefined) return;
  tf.registerKernel({
    kernelName,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) =>
      tf.tidy(() => compute(inputs as Inputs, (attrs ?? {}) as unknown as Attributes)),
  });
}

/** A tensor over the data that a kernel was given. */
function tensorOf(info: tf.TensorInfo): tf.Tensor {
  return info instanceof tf.Tensor ? tf.clone(info) : tf.engine().makeTensorFromTensorInfo(info);
}

/**
 * dL/dW of y = conv2d(x, W): for each place of the filter, (shifted, strided x)ᵀ · dy.
 *
 * Inputs x [batch, h, w, in] and dy [batch, h', w', out] → [fh, fw, in, out].
 */
function filterGradient(inputs: Inputs, a: Attributes): tf.Tensor {
  const x = tensorOf(inputs.x as tf.TensorInfo) as tf.Tensor4D;
  const dy = tensorOf(inputs.dy as tf.TensorInfo) as tf.Tensor4D;
  if ((a.dataFormat ?? "NHWC") !== "NHWC") {
    throw new Error(`Conv2DBackpropFilter on wasm: expected NHWC, found ${a.dataFormat}`);
  }
  const [rows, columns, input, output] = a.filterShape as [number, number, number, number];
  const strides = a.strides as number | [number, number];
  const [strideY, strideX] = Array.isArray(strides) ? strides : [strides, strides];
  const [, height, width] = x.shape, [batch, outHeight, outWidth] = dy.shape;
  // How far the last filter place reaches beyond the picture decides the padding.
  const spanY = (outHeight - 1) * strideY + rows, spanX = (outWidth - 1) * strideX + columns;
  const same = a.pad === "same";
  const missingY = same ? Math.max(0, spanY - height) : 0;
  const missingX = same ? Math.max(0, spanX - width) : 0;
  const top = Math.floor(missingY / 2), left = Math.floor(missingX / 2);
  const padded = tf.pad(x, [[0, 0], [top, missingY - top], [left, missingX - left], [0, 0]]);
  const gradient = tf.reshape(dy, [batch * outHeight * outWidth, output]);
  const places: tf.Tensor[] = [];
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const seen = tf.stridedSlice(
        padded,
        [0, i, j, 0],
        [batch, i + (outHeight - 1) * strideY + 1, j + (outWidth - 1) * strideX + 1, input],
        [1, strideY, strideX, 1],
      );
      const values = tf.reshape(seen, [batch * outHeight * outWidth, input]);
      places.push(tf.matMul(values as tf.Tensor2D, gradient as tf.Tensor2D, true, false));
    }
  }
  return tf.reshape(tf.stack(places), [rows, columns, input, output]);
}

/** Sums of the rows of x that share a segment id, [numSegments, …]; ids run over x's first axis. */
function segmentSum(inputs: Inputs, a: Attributes): tf.Tensor {
  const x = tensorOf(inputs.x as tf.TensorInfo);
  const ids = tensorOf(inputs.segmentIds as tf.TensorInfo);
  const rank = ids.rank, count = ids.size, segments = a.numSegments as number;
  const rest = x.shape.slice(rank);
  const rows = tf.reshape(x, [count, ...rest]);
  return tf.scatterND(tf.reshape(ids, [count, 1]), rows, [segments, ...rest]);
}
