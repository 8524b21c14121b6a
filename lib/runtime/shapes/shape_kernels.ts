/** The result's shape of every TensorFlow.js kernel that this project's networks use. */
import { tf } from "../tf.ts";
import type { ShapesBackend } from "./shapes_backend.ts";

type Info = tf.TensorInfo;
type Inputs = Readonly<Record<string, Info>>;
// deno-lint-ignore no-explicit-any
type Attributes = Readonly<Record<string, any>>;
type Kernel = (inputs: Inputs, attributes: Attributes, b: ShapesBackend) => Info | Info[];

const { broadcast_util, backend_util } = tf;

/** The one input of a kernel, whatever its name. */
const only = (inputs: Inputs): Info => Object.values(inputs)[0] as Info;

const unary: Kernel = (inputs, _, b) => b.hold(only(inputs).shape, only(inputs).dtype);

const binary = (dtype?: tf.DataType): Kernel => (inputs, _, backend) => {
  const [a, b] = Object.values(inputs) as [Info, Info];
  const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
  return backend.hold(shape, dtype ?? a.dtype);
};

const reduction: Kernel = (inputs, { axis, keepDims }, b) => {
  const x = only(inputs), axes = tf.util.parseAxisParam(axis, x.shape);
  const [kept, reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
  return reduced.length === 0 && !keepDims ? b.share(x, shape) : b.hold(shape, x.dtype);
};

const sharing: Kernel = (inputs, _, b) => b.share(only(inputs), only(inputs).shape);

const convolution: Kernel = ({ x, filter }, a, b) => {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = a;
  const info = backend_util.computeConv2DInfo(
    (x as Info).shape as [number, number, number, number],
    (filter as Info).shape as [number, number, number, number],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    backend_util.convertConv2DDataFormat(dataFormat),
  );
  return b.hold(info.outShape, (x as Info).dtype);
};

const resized: Kernel = ({ images }, { size: [height, width] }, b) => {
  const [n = 1, , , c = 1] = (images as Info).shape;
  return b.hold([n, height, width, c], "float32");
};

const resizedBack: Kernel = ({ images }, _, b) => b.hold((images as Info).shape, "float32");

const each = (names: string, kernel: Kernel): Record<string, Kernel> =>
  Object.fromEntries(names.split(" ").map((name) => [name, kernel]));

/** By kernel name. */
export const kernels: Readonly<Record<string, Kernel>> = {
  ...each(
    "Sigmoid Erf Exp Expm1 Neg Rsqrt Sqrt Square Abs Log Log1p Relu Tanh Floor Softmax LogSoftmax " +
      "Reciprocal Sign Step ClipByValue ZerosLike OnesLike Sin Cos Softplus Elu Round Reverse",
    unary,
  ),
  ...each("Add Sub Multiply RealDiv Maximum Minimum SquaredDifference Pow DivNoNan", binary()),
  ...each("Greater GreaterEqual Less LessEqual Equal NotEqual LogicalAnd", binary("bool")),
  ...each("Sum Mean Max Min Prod", reduction),
  ...each("Identity StopGradient", sharing),
  ...each("Conv2D FusedConv2D", convolution),
  ...each("ResizeNearestNeighbor ResizeBilinear", resized),
  ...each("ResizeNearestNeighborGrad ResizeBilinearGrad", resizedBack),
  Cast: ({ x }, { dtype }, b) => {
    const from = x as Info;
    return from.dtype === dtype ? b.share(from, from.shape) : b.hold(from.shape, dtype);
  },
  Reshape: ({ x }, { shape }, b) => {
    const from = x as Info;
    return b.share(from, tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape(from.shape)));
  },
  Transpose: ({ x }, { perm }, b) =>
    b.hold((perm as number[]).map((axis) => (x as Info).shape[axis] as number), (x as Info).dtype),
  BatchMatMul: ({ a, b: second }, { transposeA, transposeB }, b) => {
    const left = (a as Info).shape, right = (second as Info).shape;
    const batch = broadcast_util.assertAndGetBroadcastShape(left.slice(0, -2), right.slice(0, -2));
    const rows = left.at(transposeA ? -1 : -2) as number;
    const columns = right.at(transposeB ? -2 : -1) as number;
    return b.hold([...batch, rows, columns], "float32");
  },
  Concat: (inputs, { axis }, b) => {
    const parts = Object.values(inputs), [at] = tf.util.parseAxisParam(axis, only(inputs).shape);
    const shape = backend_util.computeOutShape(parts.map((p) => p.shape), at as number);
    return b.hold(shape, only(inputs).dtype);
  },
  SplitV: ({ x }, { numOrSizeSplits, axis }, b) => {
    const from = x as Info, [at] = tf.util.parseAxisParam(axis, from.shape) as [number];
    return backend_util.prepareSplitSize(from as tf.Tensor, numOrSizeSplits, at)
      .map((size) => b.hold(from.shape.with(at, size), from.dtype));
  },
  Slice: ({ x }, { begin, size }, b) => {
    const [, sizes] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    return b.hold(sizes as number[], (x as Info).dtype);
  },
  Tile: ({ x }, { reps }, b) =>
    b.hold((x as Info).shape.map((size, i) => size * reps[i]), (x as Info).dtype),
  PadV2: ({ x }, { paddings }, b) =>
    b.hold(
      (x as Info).shape.map((size, i) => size + paddings[i][0] + paddings[i][1]),
      (x as Info).dtype,
    ),
  Pack: (inputs, { axis }, b) => {
    const shape = [...only(inputs).shape];
    shape.splice(axis, 0, Object.keys(inputs).length);
    return b.hold(shape, only(inputs).dtype);
  },
  AddN: unary,
  Fill: (_, { shape, dtype }, b) => b.hold(shape, dtype ?? "float32"),
  Select: ({ t }, _, b) => b.hold((t as Info).shape, (t as Info).dtype),
  GatherV2: ({ x, indices }, { axis, batchDims }, b) => {
    const from = x as Info, [at] = tf.util.parseAxisParam(axis, from.shape) as [number];
    const info = backend_util.segment_util.collectGatherOpShapeInfo(
      from as tf.Tensor,
      indices as tf.Tensor,
      at,
      batchDims ?? 0,
    );
    return b.hold(info.outputShape, from.dtype);
  },
  UnsortedSegmentSum: ({ x }, { numSegments }, b) =>
    b.hold([numSegments, ...(x as Info).shape.slice(1)], (x as Info).dtype),
  Conv2DBackpropInput: (_, { inputShape }, b) => b.hold(inputShape, "float32"),
  Conv2DBackpropFilter: (_, { filterShape }, b) => b.hold(filterShape, "float32"),
};
