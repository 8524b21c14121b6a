import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { defaultOptimizer, type OptimizerConfig } from "unidiff/train/config.ts";
import { makeOptimizer } from "unidiff/train/optimizers.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

const config: OptimizerConfig = {
  ...defaultOptimizer,
  optimizer: "sgd",
  momentum: 0.9,
  clipNorm: 2,
  ema: 0.8,
};
const groups = (w: tf.Variable, b: tf.Variable) => [
  { name: "w", variables: [w], learningRate: 0.1, weightDecay: 0.05 },
  { name: "b", variables: [b], learningRate: 0.2, weightDecay: 0 },
];
const start = { w: [1, -2, 3, 0.5], b: [0.25] };
const gradients = [{ w: [3, 0, -4, 0], b: [12] }, { w: [0.1, 0.2, 0, -0.3], b: [0.5] }, {
  w: [-1, 0, 0, 1],
  b: [-0.2],
}];
const variables = () =>
  [start.w, start.b].map((values) => tf.tidy(() => tf.variable(tf.tensor(values)))) as [
    tf.Variable,
    tf.Variable,
  ];

/** torch.optim.SGD with clip_grad_norm_ in numbers: weights, and their average, after three steps. */
function byHand() {
  const w = [...start.w], b = [...start.b], mw = w.map(() => 0), mb = [0];
  const aw = [...w], ab = [...b], norms: number[] = [];
  for (const g of gradients) {
    const norm = Math.hypot(...g.w, ...g.b), clip = Math.min(1, 2 / (norm + 1e-6));
    norms.push(norm);
    const move = (x: number[], g: number[], m: number[], a: number[], lr: number, decay: number) =>
      x.forEach((_, i) => {
        m[i] = 0.9 * m[i]! + clip * g[i]! + decay * x[i]!;
        x[i]! -= lr * m[i]!;
        a[i]! += 0.2 * (x[i]! - a[i]!);
      });
    move(w, g.w, mw, aw, 0.1, 0.05);
    move(b, g.b, mb, ab, 0.2, 0);
  }
  return { w, b, aw, ab, norms };
}

onBackends("SGD with momentum, decay, clipping and average equals its formula over 3 steps", () => {
  const expected = byHand(), [w, b] = variables();
  const optimizer = makeOptimizer(groups(w, b), config);
  for (const [i, g] of gradients.entries()) {
    const count = tf.memory().numTensors;
    const norm = optimizer.update([[tf.tensor(g.w)], [tf.tensor(g.b)]], 1);
    assertClose(norm.dataSync(), [expected.norms[i]!], 1e-6, "norm");
    norm.dispose();
    assert.equal(tf.memory().numTensors, count, "an update keeps tensors or gradients");
  }
  assertClose(w.dataSync(), expected.w, 1e-6, "w");
  assertClose(b.dataSync(), expected.b, 1e-6, "b");
  optimizer.load("average");
  assertClose(w.dataSync(), expected.aw, 1e-6, "average of w");
  assertClose(b.dataSync(), expected.ab, 1e-6, "average of b");
  optimizer.dispose();
  tf.dispose([w, b]);
});

onBackends("SGD goes on from its tensors as if it had not stopped", () => {
  const run = (stopAfter?: number) => {
    let [w, b] = variables(), optimizer = makeOptimizer(groups(w, b), config);
    for (const [i, g] of gradients.entries()) {
      optimizer.update([[tf.tensor(g.w)], [tf.tensor(g.b)]], 1).dispose();
      if (i !== stopAfter) continue;
      const saved = Object.fromEntries(
        Object.entries(optimizer.tensors()).map(([name, t]) => [name, t.dataSync()]),
      ) as Record<string, Float32Array>;
      assert.deepEqual(Object.keys(saved).sort(), [
        "b.0.average",
        "b.0.momentum",
        "b.0.weights",
        "w.0.average",
        "w.0.momentum",
        "w.0.weights",
      ]);
      optimizer.dispose();
      tf.dispose([w, b]);
      [w, b] = variables();
      optimizer = makeOptimizer(groups(w, b), config);
      optimizer.restore(i + 1, (name) => saved[name]!);
      assert.throws(
        () => optimizer.restore(1, () => new Float32Array(3)),
        /found 3 values, expected/,
      );
      optimizer.restore(i + 1, (name) => saved[name]!);
    }
    const end = [...w.dataSync(), ...b.dataSync(), optimizer.step];
    optimizer.dispose();
    tf.dispose([w, b]);
    return end;
  };
  assert.deepEqual(run(1), run());
});

onBackends("makeOptimizer() names the optimisers there are", () => {
  const other = { ...config, optimizer: "lion" } as unknown as OptimizerConfig;
  assert.throws(() => makeOptimizer([], other), /"lion" is not known; expected adamw or sgd/);
});
