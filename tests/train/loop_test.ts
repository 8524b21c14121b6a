/** The training loop on a small quadratic: accumulation, decay, limits, checkpoints, what is not finite. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { exists } from "unidiff/runtime/files.ts";
import { nativeBackend } from "unidiff/runtime/native.ts";
import { rawBinding } from "unidiff/runtime/recorder.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { restoreCheckpoint, saveCheckpoint } from "unidiff/train/checkpoint.ts";
import { defaultOptimizer, type LoopConfig } from "unidiff/train/config.ts";
import { trainLoop } from "unidiff/train/loop.ts";
import { groupParameters, read, type Task, TrainStep } from "unidiff/train/step.ts";
import { makeOptimizer } from "unidiff/train/optimizers.ts";
import { onBackends } from "../backends.ts";
import { inFolder } from "../data/folder.ts";
import { assertClose } from "../golden.ts";

const config: LoopConfig = {
  ...defaultOptimizer,
  steps: 6,
  accumulate: 1,
  warmup: 0,
  logEvery: 1,
  checkpointSeconds: 1000,
  clipNorm: 1e9,
};

interface Batch {
  readonly x: tf.Tensor2D;
}

/** ½·mean‖x·W + b‖² for batches that `numbers` gives by step and micro-batch. */
function quadratic(
  numbers: (step: number, micro: number) => number[],
  more: Partial<Task<Batch>> = {},
): Task<Batch> {
  return {
    params: { "w.weight": tf.tensor2d([1, -2, 3, 0.5], [2, 2]), "w.bias": tf.tensor1d([0.25, -1]) },
    learningRate: () => 0.1,
    prepare: (step, micro) => ({ x: tf.tensor2d(numbers(step, micro), [1, 2]) }),
    loss(p, { x }) {
      const y = tf.add(tf.matMul(x, p["w.weight"] as tf.Tensor2D), p["w.bias"] as tf.Tensor1D);
      const half = tf.mul(tf.mean(tf.square(y)), 0.5) as tf.Scalar;
      return { total: half, terms: { half } };
    },
    describe: () => "the one batch",
    dispose: ({ x }) => x.dispose(),
    ...more,
  };
}

const draws = (step: number, micro: number) => [Math.sin(step + 1), Math.cos(3 * micro + step)];

async function trained(
  task: Task<Batch>,
  c: LoopConfig,
  folder: string,
): Promise<Record<string, number[]>> {
  const { params } = await trainLoop(task, c, { folder, identity: "quadratic" });
  const values = Object.fromEntries(
    Object.entries(params).map(([name, t]) => [name, [...t.dataSync()]]),
  );
  tf.dispose([params, task.params]);
  return values;
}

onBackends("gradients of micro-batches are averaged, and so are their losses", async () => {
  const gradients = async (
    accumulate: number,
    numbers: (step: number, micro: number) => number[],
  ) => {
    const task = quadratic(numbers), step = new TrainStep(task, { ...config, accumulate });
    const values = await read(await step.gradients(0)), norm = step.update(0);
    const [found] = norm.dataSync();
    norm.dispose();
    step.dispose();
    tf.dispose(task.params);
    return { half: values.half as number, norm: found as number };
  };
  const one = await gradients(1, () => [0.3, -0.7]);
  const three = await gradients(3, () => [0.3, -0.7]);
  assertClose([three.half, three.norm], [one.half, one.norm], 1e-6);
  const [a, b] = [await gradients(1, () => [1, 0]), await gradients(1, () => [0, 2])];
  const both = await gradients(2, (_, micro) => micro === 0 ? [1, 0] : [0, 2]);
  assertClose([both.half], [(a.half + b.half) / 2], 1e-6);
});

onBackends("matrices are decayed; biases, norms and scalars are not", () => {
  const params = {
    "a.weight": tf.ones([3, 2]),
    "conv.weight": tf.ones([1, 1, 2, 2]),
    "a.bias": tf.ones([2]),
    "norm.weight": tf.ones([4]),
    "logit_scale": tf.scalar(1),
  };
  const { groups, params: own } = groupParameters({ params, learningRate: () => 0.1 }, {
    ...config,
    weightDecay: 0.5,
  });
  for (const optimizer of ["adamw", "sgd"] as const) {
    const o = makeOptimizer(groups, { ...config, optimizer, weightDecay: 0.5 });
    o.update(groups.map(({ variables }) => variables.map((v) => tf.zerosLike(v))), 1).dispose();
    o.dispose();
  }
  const left = (name: string) =>
    (own[name as keyof typeof params] as tf.Tensor).dataSync()[0] as number;
  for (const name of ["a.weight", "conv.weight"]) {
    assertClose([left(name)], [0.95 * 0.95], 1e-6, name);
  }
  for (const name of ["a.bias", "norm.weight", "logit_scale"]) assert.equal(left(name), 1, name);
  tf.dispose([params, own]);
});

onBackends(
  "an update leaves a bounded parameter within its limits, and it can come back",
  async () => {
    for (const optimizer of ["adamw", "sgd"] as const) {
      let pull = -1; // the gradient, so that it grows
      const task: Task<object> = {
        params: { bounded: tf.scalar(0.9), free: tf.scalar(0.9) },
        learningRate: () => 0.3,
        limits: (name) => name === "bounded" ? [0, 1] : undefined,
        prepare: () => ({}),
        loss: (p) => {
          const total = tf.mul(
            tf.add(p.bounded as tf.Scalar, p.free as tf.Scalar),
            pull,
          ) as tf.Scalar;
          return { total, terms: {} };
        },
      };
      const take = async () => {
        const step = new TrainStep(task, { ...config, optimizer });
        tf.dispose((await step.gradients(0)).terms as never);
        step.update(1).dispose();
        const found = ["bounded", "free"].map((name) =>
          (step.params[name] as tf.Tensor).dataSync()[0] as number
        );
        tf.dispose(task.params);
        Object.assign(task.params, { bounded: tf.scalar(found[0]!), free: tf.scalar(found[1]!) });
        step.dispose();
        return found as [number, number];
      };
      const [bounded, free] = await take();
      assert.equal(bounded, 1, optimizer);
      assert.ok(free > 1.1, `${free}`);
      pull = 1;
      const [back] = await take();
      assert.ok(back < 0.8, `${optimizer}: ${back}`);
      tf.dispose(task.params);
    }
  },
);

onBackends(
  "a run that goes on from a checkpoint ends in the numbers of one without a break",
  () =>
    inFolder(async (folder) => {
      for (
        const more of [{ optimizer: "adamw" as const, ema: 0.5 }, {
          optimizer: "sgd" as const,
          momentum: 0.9,
        }]
      ) {
        const c = { ...config, ...more }, name = more.optimizer;
        const whole = await trained(quadratic(draws), c, join(folder, `${name}-whole`));
        const parts = join(folder, `${name}-parts`);
        const task = quadratic(draws);
        let asked = 0;
        const first = await trainLoop(task, c, {
          folder: parts,
          identity: "quadratic",
          shouldStop: () => ++asked === 3,
        });
        assert.equal(first.finished, false);
        tf.dispose([first.params, task.params]);
        assert.deepEqual(await trained(quadratic(draws), c, parts), whole, name);
      }
    }),
);

onBackends(
  "a checkpoint of another identity is refused, and what to do is said",
  () =>
    inFolder(async (folder) => {
      const task = quadratic(draws), { groups, params } = groupParameters(task, config);
      const optimizer = makeOptimizer(groups, config);
      await saveCheckpoint(folder, optimizer, "one");
      await assert.rejects(
        restoreCheckpoint(folder, optimizer, "another"),
        /belongs to another configuration \(found one, expected another\): delete that folder/,
      );
      assert.equal(await restoreCheckpoint(folder, optimizer, "one"), 0);
      optimizer.dispose();
      tf.dispose([task.params, params]);
    }),
);

onBackends(
  "a gradient that is no number stops the run, at the last step too; the checkpoint stays",
  () =>
    inFolder(async (folder) => {
      // √|x| has the value 0 and an endless slope at 0.
      const rooted = (bad: number): Task<Batch> =>
        quadratic((step) => step === bad ? [0, 0] : [1, 1], {
          loss: (p, { x }) => {
            const root = tf.sum(tf.sqrt(tf.abs(tf.mul(p["w.weight"] as tf.Tensor2D, x))));
            const total = tf.add(root, tf.mul(tf.sum(p["w.bias"] as tf.Tensor), 0)) as tf.Scalar;
            return { total, terms: { root: root as tf.Scalar } };
          },
        });
      for (const bad of [2, config.steps - 1]) {
        const c = { ...config, checkpointSeconds: 0 },
          run = join(folder, String(bad)),
          task = rooted(bad);
        await assert.rejects(
          trainLoop(task, c, { folder: run, identity: "quadratic" }),
          (error: Error) => {
            assert.match(
              error.message,
              new RegExp(`the gradient is not finite at step ${bad}: .*"root":0`),
            );
            assert.match(error.message, /"gradNorm":"(NaN|Infinity)".*batch the one batch/);
            return true;
          },
        );
        tf.dispose(task.params);
        const lines = (await Deno.readTextFile(join(run, "metrics.jsonl"))).trim().split("\n");
        assert.equal(lines.length, bad, "the steps before it are written");
        assert.ok(await exists(join(run, "checkpoint", "state.safetensors")));
        const good = await trained(rooted(-1), { ...c, steps: bad }, run);
        assert.ok(Object.values(good).flat().every(Number.isFinite), "its numbers are good");
      }
    }),
);

onBackends(
  "a compiled step carries neither parameters nor gradients to the host or back",
  async () => {
    const backend = nativeBackend();
    if (!backend) return;
    const size = 64, own = backend.binding;
    const task: Task<Batch> = {
      params: {
        "w.weight": tf.randomNormal([size, size], 0, 1, "float32", 1),
        "w.bias": tf.zeros([size]),
      },
      learningRate: () => 0.01,
      prepare: () => ({ x: tf.ones([2, size]) as tf.Tensor2D }),
      loss: (p, { x }) => {
        const y = tf.add(tf.matMul(x, p["w.weight"] as tf.Tensor2D), p["w.bias"] as tf.Tensor1D);
        return { total: tf.mean(tf.square(y)) as tf.Scalar, terms: {} };
      },
      dispose: ({ x }) => x.dispose(),
    };
    const step = new TrainStep(task, config);
    const take = async (k: number) => {
      const terms = await step.gradients(k), norm = step.update(1);
      await read(terms);
      await norm.data();
      norm.dispose();
    };
    await take(0); // records
    assert.notEqual(
      rawBinding(backend),
      backend.binding,
      "recording has put a binding in the addon's place",
    );
    const sent: number[] = [], fetched: number[] = [];
    const watched = backend.binding;
    const raw = rawBinding(backend);
    backend.binding = {
      ...watched,
      createTensor: (shape: number[], type: number, values: ArrayBufferView) => {
        sent.push(values.byteLength);
        return raw.createTensor(shape, type, values);
      },
      tensorDataSync: (id: number) => {
        const values = raw.tensorDataSync(id);
        fetched.push(values.byteLength);
        return values;
      },
    };
    try {
      await take(1);
    } finally {
      backend.binding = watched;
    }
    const weights = 4 * size * size;
    assert.ok(Math.max(...sent, 0) < weights, `sent ${sent} bytes`);
    assert.deepEqual(fetched, [4, 4], "the loss and the norm of the gradient");
    step.dispose();
    tf.dispose(task.params);
    assert.ok(own !== undefined);
  },
);
