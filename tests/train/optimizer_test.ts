import assert from "node:assert/strict";
import { stream } from "unidiff/runtime/random.ts";
import { ADAM_W } from "unidiff/runtime/tensorflow_kernels.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { adamW } from "unidiff/train/adam.ts";
import { defaultOptimizer } from "unidiff/train/config.ts";
import { AdamW } from "unidiff/train/optimizer.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";
import { assertCase } from "../parity.ts";

onBackends(
  "AdamW, clipping, schedule and average equal torch over 12 steps",
  () => assertCase("optim"),
);

/** The vectors of AdamW and the norms after a few steps from fixed numbers. */
function trained(graphs: "0" | "1"): { vectors: number[][]; norms: number[] } {
  const before = Deno.env.get("UNIDIFF_GRAPHS"), tensors = tf.memory().numTensors;
  Deno.env.set("UNIDIFF_GRAPHS", graphs);
  try {
    const numbers = stream(3, "optimiser");
    const shapes = [[64, 48], [3, 3, 8, 16], [48], [1]];
    const draw = (shape: number[]) =>
      tf.tensor(numbers.normals(shape.reduce((a, b) => a * b, 1)), shape);
    const groups = [shapes.slice(0, 2), shapes.slice(2)].map((part, i) => ({
      name: String(i),
      variables: part.map((shape) => tf.tidy(() => tf.variable(draw(shape)))),
      learningRate: 1e-2,
      weightDecay: i === 0 ? 0.1 : 0,
    }));
    const optimizer = new AdamW(groups, { ...defaultOptimizer, ema: 0.99, clipNorm: 1 });
    const norms = [1, 0.7, 0.3].map((rate) => {
      const grads = groups.map(({ variables }) => variables.map((v) => draw(v.shape)));
      const norm = optimizer.update(grads, rate), [value] = norm.dataSync();
      norm.dispose();
      return value as number;
    });
    const vectors = Object.values(optimizer.tensors()).map((t) => [...t.dataSync()]);
    vectors.push(...groups.flatMap((g) => g.variables.map((v) => [...v.dataSync()])));
    optimizer.dispose();
    for (const { variables } of groups) for (const v of variables) v.dispose();
    return { vectors, norms };
  } finally {
    if (before === undefined) Deno.env.delete("UNIDIFF_GRAPHS");
    else Deno.env.set("UNIDIFF_GRAPHS", before);
    assert.equal(tf.memory().numTensors, tensors, "tensors left behind");
  }
}

onBackends("AdamW as a graph gives the operations' numbers to the last bit", () => {
  const graph = trained("1"), operations = trained("0");
  assert.ok(graph.norms.every((norm) => norm > 1), "clipping was needed");
  assert.deepEqual(graph, operations);
});

onBackends(
  "AdamW by one kernel gives what its operations give, whatever it keeps and limits",
  () => {
    const kernel = tf.getKernel(ADAM_W, tf.getBackend());
    assert.equal(kernel !== undefined, tf.getBackend() === "tensorflow");
    if (kernel === undefined) return;
    const n = 600_001, numbers = Float32Array.of(3e-3, 0.999, 1e-7); // so many that helpers wake
    const draw = (name: string, of: (x: number) => number = (x) => x) =>
      tf.tensor1d(stream(5, name).normals(n).map(of));
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const state = {
        weights: draw("w"),
        first: draw("m"),
        second: draw("v", (x) => x * x + 0.01),
      };
      const gradient = draw("g"), clip = tf.scalar(0.7);
      for (const average of [undefined, draw("a")]) {
        for (const limits of [undefined, [-0.5, 1] as const]) {
          const step = () => {
            const o = { betas: [0.9, 0.999], ema: 0.99, limits } as const;
            return adamW({ ...state, ...(average && { average }) }, gradient, clip, numbers, o);
          };
          const found = step();
          tf.unregisterKernel(ADAM_W, "tensorflow");
          try {
            const expected = step();
            assert.deepEqual(Object.keys(found), Object.keys(expected));
            for (const key of Object.keys(expected) as (keyof typeof expected)[]) {
              assertClose(found[key]!.dataSync(), expected[key]!.dataSync(), 3e-7, key);
            }
          } finally {
            tf.registerKernel(kernel);
          }
          if (limits) assert.ok(tf.min(found.weights).dataSync()[0]! >= -0.5);
        }
      }
    });
    assert.equal(tf.memory().numTensors, before);
  },
);
