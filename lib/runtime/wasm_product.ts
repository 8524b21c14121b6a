import { tf } from "./tf.ts";

/** The parts of tfjs's wasm backend that a kernel works with. */
interface WasmBackend {
  readonly wasm: {
    cwrap(name: string, returns: null, parameters: string[]): Product;
    readonly tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: object): { id: number; memoryOffset: number } };
  dataIdNextNumber: number;
  makeOutput(shape: number[], dtype: "float32"): tf.TensorInfo;
}

type Product = (
  ...call: [number, Uint8Array, number, number, Uint8Array, number, boolean, boolean, number]
) => void;

/**
 * The wasm kernel for products of stacks of matrices, in place of the backend's own.
 *
 * That one reaches the fast library (XNNPACK) only for a single pair that is not transposed, and
 * falls into a plain loop, ten times slower, for all else: attention, and most gradients. So this
 * one transposes first, and multiplies pair by pair. `own` still does stacks of unequal sizes.
 */
export function batchedProduct(own: tf.KernelFunc): tf.KernelFunc {
  return (call) => {
    const { a, b } = call.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = call.attrs as unknown as Record<string, boolean>;
    const stackA = a.shape.slice(0, -2), stackB = b.shape.slice(0, -2);
    if (stackA.join() !== stackB.join()) return own(call);
    const turnedA = transposeA ? transposed(a) : a, turnedB = transposeB ? transposed(b) : b;
    try {
      return pairByPair(call.backend as WasmBackend, turnedA, turnedB);
    } finally {
      if (turnedA instanceof tf.Tensor && turnedA !== a) turnedA.dispose();
      if (turnedB instanceof tf.Tensor && turnedB !== b) turnedB.dispose();
    }
  };
}

/** A tensor with its last two axes exchanged. */
function transposed(info: tf.TensorInfo): tf.Tensor {
  const rank = info.shape.length, axes = info.shape.map((_, i) => i);
  return tf.tidy(() => {
    const x = info instanceof tf.Tensor ? info : tf.engine().makeTensorFromTensorInfo(info);
    return tf.transpose(x, [...axes.slice(0, -2), rank - 1, rank - 2]);
  });
}

function pairByPair(backend: WasmBackend, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo {
  const [m, k] = a.shape.slice(-2) as [number, number],
    [l, n] = b.shape.slice(-2) as [number, number];
  if (k !== l) throw new Error(`product of [${a.shape}] and [${b.shape}]: ${k} and ${l} differ`);
  const out = backend.makeOutput([...a.shape.slice(0, -2), m, n], "float32");
  const count = m * n === 0 ? 0 : out.shape.reduce((x, y) => x * y, 1) / (m * n);
  const multiply = productOf(backend), { tfjs } = backend.wasm;
  const shapeA = bytes([1, m, k]), shapeB = bytes([1, k, n]);
  const [startA, startB, startOut] = [a, b, out].map(({ dataId }) =>
    backend.dataIdMap.get(dataId).memoryOffset
  ) as [number, number, number];
  for (let i = 0; i < count; i++) {
    // Names for the i-th matrices, in place; the library keeps what it prepared under b's name.
    const [idA, idB, idOut] = [0, 0, 0].map(() => backend.dataIdNextNumber++) as [
      number,
      number,
      number,
    ];
    tfjs.registerTensor(idA, m * k, startA + 4 * m * k * i);
    tfjs.registerTensor(idB, k * n, startB + 4 * k * n * i);
    tfjs.registerTensor(idOut, m * n, startOut + 4 * m * n * i);
    multiply(idA, shapeA, 3, idB, shapeB, 3, false, false, idOut);
    for (const id of [idA, idB, idOut]) tfjs.disposeData(id);
  }
  return out;
}

const products = new WeakMap<WasmBackend, Product>();

/** The module's own product of two stacks, which is fast for one pair. */
function productOf(backend: WasmBackend): Product {
  const known = products.get(backend);
  if (known) return known;
  const made = backend.wasm.cwrap("BatchMatMul", null, [
    ...["number", "array", "number", "number", "array", "number"],
    ...["number", "number", "number"],
  ]);
  products.set(backend, made);
  return made;
}

const bytes = (shape: number[]) => new Uint8Array(new Int32Array(shape).buffer);
