/** The wasm backend's own kernels against the plain cpu backend. */
import assert from "node:assert/strict";
import { startBackend } from "unidiff/runtime/backend.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";

const draw = (name: string, shape: number[]) =>
  tf.tensor(stream(5, name).normals(shape.reduce((a, b) => a * b, 1)), shape);

/** Asserts that both backends compute the same numbers, and that none leaves a tensor behind. */
async function same(what: string, run: () => tf.Tensor[]): Promise<void> {
  const found: { shape: number[]; values: Float32Array }[][] = [];
  for (const backend of ["wasm", "cpu"] as const) {
    await startBackend(backend);
    const before = tf.memory().numTensors;
    const tensors = tf.tidy(run);
    found.push(tensors.map((t) => ({ shape: t.shape, values: t.dataSync<"float32">() })));
    tf.dispose(tensors);
    assert.equal(tf.memory().numTensors, before, `${what}: tensors were left behind on ${backend}`);
  }
  const [wasm, cpu] = found as [typeof found[0], typeof found[0]];
  for (const [i, { shape, values }] of cpu.entries()) {
    assert.deepEqual(wasm[i]?.shape, shape, `${what}: shape of result ${i}`);
    const scale = Math.max(...values.map(Math.abs));
    values.forEach((v, k) => {
      const error = Math.abs(v - (wasm[i]?.values[k] ?? NaN)) / scale;
      assert.ok(error < 1e-5, `${what}: result ${i} at ${k}: ${wasm[i]?.values[k]}, expected ${v}`);
    });
  }
}

const options = { sanitizeOps: false, sanitizeResources: false };

Deno.test("wasm: gradients of convolutions of any size, stride and padding", options, async () => {
  const cases: [number, number, number, 1 | 2 | 3, "same" | "valid" | number][] = [
    [9, 7, 3, 1, "same"],
    [8, 8, 3, 2, "same"],
    [9, 7, 3, 2, "same"],
    [9, 8, 3, 2, "valid"], // the last column is seen by no filter
    [8, 8, 4, 2, "same"],
    [10, 9, 3, 3, "valid"],
    [7, 6, 1, 1, "same"],
    [8, 8, 2, 2, "valid"], // patches side by side, as in the vision tower
    [7, 7, 3, 2, 1],
  ];
  for (const [height, width, size, stride, pad] of cases) {
    await same(`${height}x${width}, filter ${size}, stride ${stride}, ${pad}`, () => {
      const x = draw("x", [2, height, width, 3]), w = draw("w", [size, size, 3, 4]);
      const f = (x: tf.Tensor, w: tf.Tensor) =>
        tf.conv2d(
          x as tf.Tensor4D,
          w as tf.Tensor4D,
          stride,
          pad,
          "NHWC",
          1,
          typeof pad === "number" ? "floor" : undefined,
        );
      return tf.grads(f)([x, w], draw("dy", f(x, w).shape));
    });
  }
});

Deno.test("wasm: products of matrices and of stacks, transposed or not", options, async () => {
  const stacks: [number[], number[]][] = [[[], []], [[1], [1]], [[5], [5]], [[2, 3], [2, 3]], [
    [1],
    [4],
  ], [[4], [1]]];
  for (const [stackA, stackB] of stacks) {
    for (const [turnA, turnB] of [[false, false], [true, false], [false, true], [true, true]]) {
      await same(`${stackA} by ${stackB}, ${turnA}, ${turnB}`, () => {
        const a = draw("a", [...stackA, ...(turnA ? [7, 6] : [6, 7])]);
        const b = draw("b", [...stackB, ...(turnB ? [5, 7] : [7, 5])]);
        return [tf.matMul(a, b, turnA, turnB)];
      });
    }
  }
  await same("the gradient of a product of stacks", () => {
    const f = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b, false, true);
    return tf.grads(f)([draw("a", [3, 4, 6]), draw("b", [3, 5, 6])], draw("dy", [3, 4, 5]));
  });
});

Deno.test("wasm: sums of rows by index, some indices absent, some twice", options, async () => {
  await same("gradient of gather", () => {
    const ids = tf.tensor([[4, 0, 4], [1, 4, 1]], [2, 3], "int32"), w = draw("w", [2, 3, 2]);
    return [tf.grad((t) => tf.sum(tf.mul(tf.gather(t, ids), w)))(draw("t", [6, 2]))];
  });
});
