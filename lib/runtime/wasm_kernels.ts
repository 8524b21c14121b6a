/**
 * Kernels for the wasm backend: two that tfjs-backend-wasm 4.22 lacks and gradients need, and two
 * that it has in a form ten times slower than its own forward convolution and product.
 */
import { tf } from "./tf.ts";
import { batchedProduct } from "./wasm_product.ts";

type Inputs = Record<string, tf.TensorInfo>;
type Attributes = Record<string, unknown>;
type Compute = (inputs: Inputs, attributes: Attributes) => tf.Tensor;

/** Registers the kernels for the wasm backend, once. */
export function registerWasmKernels(): void {
  if (tf.getKernel("UnsortedSegmentSum", "wasm") !== undefined) return;
  register("UnsortedSegmentSum", segmentSum);
  register("Conv2DBackpropFilter", filterGradient);
  register("Conv2DBackpropInput", inputGradient);
  replace("BatchMatMul", batchedProduct);
}

function register(kernelName: string, compute: Compute): void {
  replace(
    kernelName,
    () => ({ inputs, attrs }) =>
      tf.tidy(() => compute(inputs as Inputs, (attrs ?? {}) as unknown as Attributes)),
  );
}

/** Registers a kernel made from the one that is there, if any. */
function replace(kernelName: string, make: (old: tf.KernelFunc) => tf.KernelFunc): void {
  const old = tf.getKernel(kernelName, "wasm");
  if (old !== undefined) tf.unregisterKernel(kernelName, "wasm");
  const kernelFunc = make(old?.kernelFunc as tf.KernelFunc);
  // The old one's set-up, which links it to the wasm module, comes along.
  tf.registerKernel({ ...old, kernelName, backendName: "wasm", kernelFunc });
}

/** A tensor over the data that a kernel was given. */
function tensorOf<T extends tf.Tensor = tf.Tensor>(info: tf.TensorInfo): T {
  return (info instanceof tf.Tensor
    ? tf.clone(info)
    : tf.engine().makeTensorFromTensorInfo(info)) as T;
}

type Four = [number, number, number, number];

/** Sizes and padding of the convolution whose gradient is wanted. */
function convolutionOf(kernel: string, input: Four, filter: Four, a: Attributes) {
  if ((a.dataFormat ?? "NHWC") !== "NHWC") {
    throw new Error(`${kernel} on wasm: expected NHWC, found ${a.dataFormat}`);
  }
  const { strides, pad, dimRoundingMode } = a as {
    strides: number | [number, number];
    pad: "same" | "valid" | number;
    dimRoundingMode?: "floor" | "round" | "ceil";
  };
  return tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode);
}

/**
 * dL/dW of y = conv2d(x, W), as one convolution in which the channels of x are the batch and those of
 * the batch are the channels, dy is the filter, and the stride of W spreads it.
 *
 * Inputs x [batch, h, w, in] and dy [batch, h', w', out] → [fh, fw, in, out].
 */
function filterGradient(inputs: Inputs, a: Attributes): tf.Tensor {
  const x = tensorOf<tf.Tensor4D>(inputs.x as tf.TensorInfo);
  const dy = tensorOf<tf.Tensor4D>(inputs.dy as tf.TensorInfo);
  const [rows, columns, input, output] = a.filterShape as Four;
  const { padInfo: { top, left }, strideHeight, strideWidth, ...info } = convolutionOf(
    "Conv2DBackpropFilter",
    x.shape,
    [rows, columns, input, output],
    a,
  );
  // Rows and columns of x that the filter visits: some may lie beyond it, others may be left over.
  const height = (info.outHeight - 1) * strideHeight + rows;
  const width = (info.outWidth - 1) * strideWidth + columns;
  const seen = fit(x, [top, height], [left, width]);
  const gradient = tf.conv2d(
    tf.transpose(seen, [3, 1, 2, 0]),
    tf.transpose(dy, [1, 2, 0, 3]),
    1,
    "valid",
    "NHWC",
    [strideHeight, strideWidth],
  );
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

/**
 * dL/dx of y = conv2d(x, W): dy, with zeros between its rows and columns where W strides, convolved
 * with W turned by half a turn.
 *
 * Inputs dy [batch, h', w', out] and filter [fh, fw, in, out] → [batch, h, w, in].
 */
function inputGradient(inputs: Inputs, a: Attributes): tf.Tensor {
  const dy = tensorOf<tf.Tensor4D>(inputs.dy as tf.TensorInfo);
  const filter = tensorOf<tf.Tensor4D>(inputs.filter as tf.TensorInfo);
  const shape = a.inputShape as Four;
  const { padInfo: { top, left }, strideHeight, strideWidth } = convolutionOf(
    "Conv2DBackpropInput",
    shape,
    filter.shape,
    a,
  );
  const [rows, columns] = filter.shape;
  const spread = fit(
    interleave(dy, strideHeight, strideWidth),
    [rows - 1 - top, shape[1] + rows - 1],
    [columns - 1 - left, shape[2] + columns - 1],
  );
  return tf.conv2d(spread, tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]), 1, "valid");
}

/** Puts stride - 1 rows and columns of zeros behind each row and column. */
function interleave(x: tf.Tensor4D, strideY: number, strideX: number): tf.Tensor4D {
  if (strideY === 1 && strideX === 1) return x;
  const [batch, height, width, channels] = x.shape;
  const wide = tf.concat([x, tf.zeros([batch, height, width, channels * (strideX - 1)])], 3);
  const rows = tf.reshape(wide, [batch, height, width * strideX * channels]);
  const none = tf.zeros([batch, height, (strideY - 1) * width * strideX * channels]);
  return tf.reshape(
    tf.concat([rows, none], 2),
    [batch, height * strideY, width * strideX, channels],
  );
}

/** Puts zeros before rows and columns, and as many after them, or cuts, as gives the wanted size. */
function fit(
  x: tf.Tensor4D,
  [top, height]: [number, number],
  [left, width]: [number, number],
): tf.Tensor4D {
  const bottom = height - top - x.shape[1], right = width - left - x.shape[2];
  const padding: [number, number][] = [[top, bottom], [left, right]];
  const [y, z] = padding.map(([before, after]) => [before, Math.max(0, after)]) as Pairs;
  const padded = [...y, ...z].every((n) => n === 0) ? x : tf.pad(x, [[0, 0], y, z, [0, 0]]);
  if (bottom >= 0 && right >= 0) return padded;
  return tf.slice(padded, [0, 0, 0, 0], [x.shape[0], height, width, x.shape[3]]);
}

type Pairs = [[number, number], [number, number]];

/** Sums of the rows of x that share a segment id, [numSegments, …]; ids run over x's first axes. */
function segmentSum(inputs: Inputs, a: Attributes): tf.Tensor {
  const x = tensorOf(inputs.x as tf.TensorInfo);
  const ids = tensorOf(inputs.segmentIds as tf.TensorInfo);
  const rank = ids.rank, count = ids.size, segments = a.numSegments as number;
  const rest = x.shape.slice(rank);
  const rows = tf.reshape(x, [count, ...rest]);
  return tf.scatterND(tf.reshape(ids, [count, 1]), rows, [segments, ...rest]);
}
