/** Does a backend compute what the plain one computes? */
import { tf } from "./tf.ts";
import { stream } from "./random.ts";

/** One comparison of a backend with the plain cpu backend. */
export interface SelfTestResult {
  readonly name: string;
  /** Largest difference relative to the largest value. */
  readonly error: number;
  readonly passed: boolean;
  /** What the backend threw, if it did. */
  readonly problem?: string;
}

/** What a backend may differ by; TF32 on a GPU rounds inputs of products to 10 bits. */
export const selfTestTolerance = { plain: 2e-4, tf32: 5e-3 } as const;

const draw = (name: string, shape: number[]) =>
  tf.tensor(stream(11, "self-test", name).normals(shape.reduce((a, b) => a * b, 1)), shape);

/** The operations and gradients that the models need, each on small inputs. */
const cases: Record<string, () => tf.Tensor[]> = {
  "matrix product": () => [tf.matMul(draw("a", [24, 40]), draw("b", [40, 16]))],
  "batched product": () => [tf.matMul(draw("q", [3, 8, 6]), draw("k", [3, 10, 6]), false, true)],
  "convolution and gradients": () => convolution(1, "same"),
  "strided convolution and gradients": () => convolution(2, "valid"),
  "gradient of an embedding": () => {
    const ids = tf.tensor1d([3, 1, 3, 0], "int32");
    const weight = draw("rows", [4, 5]);
    return [tf.grad((t) => tf.sum(tf.mul(tf.gather(t, ids), weight)))(draw("table", [6, 5]))];
  },
  "softmax, norm and gradients": () => {
    const weight = draw("w", [4, 6]);
    return [
      tf.grad((x) => {
        const normal = tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), 1, true), 1e-5)));
        return tf.sum(tf.mul(tf.softmax(normal), weight));
      })(draw("x", [4, 6])),
    ];
  },
  "upsampling, erf, sigmoid and gradients": () => {
    const weight = draw("u", [1, 4, 4, 3]);
    return [
      tf.grad((x) => {
        const large = tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [4, 4]);
        return tf.sum(tf.mul(tf.mul(tf.erf(large), tf.sigmoid(large)), weight));
      })(draw("v", [1, 2, 2, 3])),
    ];
  },
  "splitting, joining, sums along axes": () => {
    const x = draw("s", [6, 10]);
    const [a, b] = tf.split(x, [4, 6], 1) as [tf.Tensor, tf.Tensor];
    return [tf.concat([b, a], 1), tf.sum(x, 0), tf.sum(x, 1), tf.transpose(x), tf.logSoftmax(x)];
  },
};

function convolution(stride: 1 | 2, pad: "same" | "valid"): tf.Tensor[] {
  const x = draw("picture", [2, 9, 9, 3]) as tf.Tensor4D;
  const w = draw("filter", [3, 3, 3, 5]) as tf.Tensor4D;
  const f = (x: tf.Tensor, w: tf.Tensor) =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad);
  const y = f(x, w), dy = draw("dy", y.shape);
  return [y, ...tf.grads(f)([x, w], dy)];
}

/** What one case computes on the backend in use. */
async function values(run: () => tf.Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(run);
  const found = await Promise.all(tensors.map((t) => t.data<"float32">()));
  tf.dispose(tensors);
  return found;
}

/**
 * Compares the backend in use with the plain cpu backend, case by case, and leaves it in use.
 *
 * A case that throws has an infinite error.
 */
export async function selfTest(tolerance: number): Promise<SelfTestResult[]> {
  const backend = tf.getBackend();
  const found = new Map<string, Float32Array[] | string>();
  for (const [name, run] of Object.entries(cases)) {
    found.set(name, await values(run).catch((error) => String(error?.message ?? error)));
  }
  await tf.setBackend("cpu");
  const results: SelfTestResult[] = [];
  for (const [name, run] of Object.entries(cases)) {
    const expected = await values(run), got = found.get(name) as Float32Array[] | string;
    if (typeof got === "string") {
      results.push({ name, error: Infinity, passed: false, problem: got });
    } else {
      const error = largestError(got, expected);
      results.push({ name, error, passed: error <= tolerance });
    }
  }
  await tf.setBackend(backend);
  return results;
}

function largestError(found: Float32Array[], expected: Float32Array[]): number {
  let worst = 0;
  for (const [i, want] of expected.entries()) {
    const got = found[i];
    if (got === undefined || got.length !== want.length) return Infinity;
    const scale = want.reduce((m, x) => Math.max(m, Math.abs(x)), 1e-30);
    for (let k = 0; k < want.length; k++) {
      const error = Math.abs((got[k] as number) - (want[k] as number)) / scale;
      if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error;
    }
  }
  return worst;
}
