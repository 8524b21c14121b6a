/** Formulas as one kernel each give what their operations give, whatever the shape and the threads. */
import assert from "node:assert/strict";
import { geglu, gelu, quickGelu, silu } from "unidiff/model/nn/activation.ts";
import { attention, causalMask } from "unidiff/model/nn/attention.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { groupNorm, layerNorm } from "unidiff/model/nn/norm.ts";
import { compiled } from "unidiff/runtime/compiled.ts";
import { stream } from "unidiff/runtime/random.ts";
import { ATTENTION, GEGLU, GELU, NORM, SWISH } from "unidiff/runtime/tensorflow_kernels.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { onBackends } from "../../backends.ts";
import { assertClose } from "../../golden.ts";

const FUSED = [NORM, GELU, GEGLU, SWISH, ATTENTION].flatMap((name) => [name, `${name}Grad`]);

const draw = (name: string, shape: number[], around = 0) => {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(stream(5, name).normals(size).map((x) => x + around), shape);
};

/** The value of f on x and parameters, and the gradient of Σ f·w by each of them. */
function valueAndSlopes(f: (...xs: tf.Tensor[]) => tf.Tensor, xs: tf.Tensor[]): Float32Array[] {
  const found = tf.tidy(() => {
    const value = f(...xs), weight = draw("weight", value.shape);
    const { grads } = valueAndGrads(() => tf.sum(tf.mul(f(...xs), weight)), xs);
    return [value, ...grads.map((grad) => grad as tf.Tensor)];
  });
  const values = found.map((t) => t.dataSync() as Float32Array);
  tf.dispose(found);
  return values;
}

/** Without the kernels: what all other devices compute. */
function byOperations<T>(f: () => T): T {
  const kernels = FUSED.map((name) => tf.getKernel(name, "tensorflow"));
  for (const name of FUSED) tf.unregisterKernel(name, "tensorflow");
  try {
    return f();
  } finally {
    for (const kernel of kernels) tf.registerKernel(kernel);
  }
}

/** Asserts that value and gradients by kernels are those by operations, to a part of the largest number. */
function assertSame(
  f: (...xs: tf.Tensor[]) => tf.Tensor,
  xs: tf.Tensor[],
  part: number,
  what: string,
): void {
  const found = valueAndSlopes(f, xs), expected = byOperations(() => valueAndSlopes(f, xs));
  for (const [i, values] of found.entries()) {
    const largest = expected[i]!.reduce((m, x) => Math.max(m, Math.abs(x)), 1);
    assertClose([...values, largest], [...expected[i]!, largest], part, `${what}, ${i}`);
  }
}

const norm = (weight: tf.Tensor, bias: tf.Tensor) => ({ "n.weight": weight, "n.bias": bias });

onBackends("a formula as one kernel has the value and the gradients of its operations", () => {
  if (tf.getBackend() !== "tensorflow") return;
  for (const name of FUSED) assert.ok(tf.getKernel(name, "tensorflow"), name);
  const before = tf.memory().numTensors;
  const cases: [string, number[], number, (...xs: tf.Tensor[]) => tf.Tensor][] = [];
  // One picture, sizes that divide into nothing, more than one block, so much that helpers wake.
  for (const shape of [[1, 1, 4, 1], [3, 1, 5, 6], [9, 2, 3, 12], [34, 16, 16, 64]]) {
    const channels = shape.at(-1)!;
    for (const groups of [1, 2, 3, channels]) {
      if (channels % groups !== 0) continue;
      cases.push([
        `group norm ${shape} in ${groups}`,
        shape,
        channels,
        (x, weight, bias) => groupNorm(norm(weight!, bias!), "n", x as tf.Tensor4D, groups, 1e-5),
      ]);
    }
  }
  for (const shape of [[1, 4], [3, 5], [7, 3, 33], [400, 30, 48]]) {
    cases.push([
      `layer norm ${shape}`,
      shape,
      shape.at(-1)!,
      (x, weight, bias) => layerNorm(norm(weight!, bias!), "n", x!),
    ]);
    for (const [name, f] of Object.entries({ gelu, quickGelu, silu })) {
      cases.push([`${name} ${shape}`, shape, 0, (x) => f(x!)]);
    }
  }
  for (const shape of [[1, 2], [3, 5, 14], [400, 30, 96]]) {
    cases.push([`geglu ${shape}`, shape, 0, (x) => geglu(x!)]);
  }
  for (const [name, shape, channels, f] of cases) {
    const xs = [draw("x", shape, 0.5)];
    if (channels > 0) xs.push(draw("gamma", [channels], 1), draw("beta", [channels]));
    assertSame(f, xs, 1e-5, name); // sums of many numbers differ by their order
    tf.dispose(xs);
  }
  assert.equal(tf.memory().numTensors, before);
});

onBackends("attention as one kernel has the value and the gradients of its operations", () => {
  if (tf.getBackend() !== "tensorflow") return;
  const before = tf.memory().numTensors;
  for (
    const [batch, n, m, heads, head, masked] of [
      [2, 16, 16, 4, 12, false],
      [3, 5, 7, 4, 3, false], // no multiple of anything
      [2, 21, 21, 4, 32, true],
      [1, 40, 9, 8, 20, false], // a block of queries and a half
      [2, 65, 65, 4, 32, true],
      [8, 33, 1, 2, 16, false], // one key: its weight is 1
      [32, 64, 64, 4, 24, false], // so much that helpers wake
    ] as const
  ) {
    const xs = ([[n, "q"], [m, "k"], [m, "v"]] as const).map(([rows, name]) =>
      draw(name, [batch, rows, heads * head])
    );
    const mask = masked ? causalMask(n) : undefined;
    const f = (...[q, k, v]: tf.Tensor[]) =>
      attention(q as tf.Tensor3D, k as tf.Tensor3D, v as tf.Tensor3D, heads, mask);
    assertSame(f, xs, 3e-6, String([batch, n, m, heads, head]));
    tf.dispose([...xs, ...(mask ? [mask] : [])]);
  }
  assert.equal(tf.memory().numTensors, before);
});

onBackends(
  "a kernel's value is written over its argument only where nothing else needs that",
  () => {
    if (tf.getBackend() !== "tensorflow") return;
    const x = draw("x", [64, 600]), kept = x.dataSync().slice();
    const expected = tf.tidy(() => tf.add(silu(tf.mul(x, 2)), tf.mul(x, 2)).dataSync());
    silu(x).dispose();
    assert.deepEqual(x.dataSync(), kept);
    // In a graph the product is one node that both read.
    const graph = compiled(({ x }: { x: tf.Tensor }) => {
      const twice = tf.mul(x, 2);
      return [tf.add(silu(twice), twice)];
    });
    const [found] = graph({ x });
    assert.deepEqual(found!.dataSync(), expected);
    tf.dispose([x, found!]);
    graph.dispose();
  },
);

onBackends("numbers that are none stay so, and the largest ones overflow nothing", () => {
  if (tf.getBackend() !== "tensorflow") return;
  tf.tidy(() => {
    const x = tf.tensor1d([NaN, 1e30, -1e30, Infinity, 100, -100]);
    for (const f of [gelu, silu, quickGelu]) {
      const [none, ...rest] = f(x).dataSync();
      assert.ok(Number.isNaN(none));
      assert.deepEqual([rest[0], rest[2], rest[3]], [Math.fround(1e30), Infinity, 100]);
      assert.ok(Math.abs(rest[4]!) < 1e-30);
    }
  });
});

onBackends("digits of a kernel do not depend on the number of threads", async () => {
  if (tf.getBackend() !== "tensorflow") return;
  const script = new URL("fused_digits.ts", import.meta.url).pathname;
  const digits = await Promise.all(["1", "2", "5"].map(async (threads) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", script],
      env: { TF_NUM_INTRAOP_THREADS: threads, TF_NUM_INTEROP_THREADS: "1", NO_COLOR: "1" },
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim();
  }));
  assert.equal(digits[0]!.length, 64);
  assert.deepEqual(new Set(digits), new Set([digits[0]]));
});
