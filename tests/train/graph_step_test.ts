/** The training step as one graph computes what its operations compute one by one. */
import assert from "node:assert/strict";
import { tf } from "unidiff/runtime/tf.ts";
import { compiled } from "unidiff/runtime/compiled.ts";
import { makeSchedule } from "unidiff/model/diffusion/schedule.ts";
import { nano } from "unidiff/model/config.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { valueAndGrads } from "unidiff/model/nn/backward.ts";
import { stream } from "unidiff/runtime/random.ts";
import { presets } from "unidiff/study/presets.ts";
import { rscSpecs } from "unidiff/train/consistency.ts";
import { disposeBatch } from "unidiff/train/joint_data.ts";
import { jointLoss, learningRateOf } from "unidiff/train/objective.ts";
import { read, TrainStep } from "unidiff/train/step.ts";
import type { LossWeights } from "unidiff/losses/mod.ts";
import type { JointBatch } from "unidiff/train/batch.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";
import { randomBatch } from "unidiff/study/memory/random_model.ts";

Deno.env.set("UNIDIFF_GRAPHS", "1");

/** Another batch of the same shapes: other words, time steps, noise and pictures. */
function otherBatch(b: JointBatch): JointBatch {
  const again = (x: tf.Tensor, name: string) =>
    tf.tensor(stream(8, name).normals(x.size), x.shape) as never;
  const { count } = b.tokens, ids = b.tokens.ids.map((id) => id < 1000 ? id + 20 : id);
  ids[3] = 9; // a longer caption: its end token stands elsewhere
  return {
    ...b,
    pixels: again(b.pixels, "pixels"),
    latents: again(b.latents, "latents"),
    tokens: { ids, count },
    targets: tf.clone(b.targets),
    dropped: tf.ones(b.dropped.shape) as tf.Tensor3D,
    noise: again(b.noise, "noise"),
    timesteps: Int32Array.from(b.timesteps, (t) => 900 - t),
    rscNoise: again(b.rscNoise, "rsc"),
    rscTimesteps: Int32Array.from(b.rscTimesteps, (t) => 300 - t),
  };
}

onBackends("a step's losses and gradients are the same as one graph, batch after batch", () => {
  if (tf.getBackend() !== "tensorflow") return;
  const schedule = makeSchedule(nano.schedule), rates = { text: 1, vision: 1, unet: 1 };
  for (const form of ["a", "e"] as const) {
    const rsc = { ...presets.nano.train.rsc, form };
    const weights = { itc: 1, is: 1, rsc: 0.5, direction: "both" as const };
    const params = initialParams({ ...modelSpecs(nano), ...rscSpecs(nano, rsc) }, 0);
    const names = Object.keys(params).filter((name) =>
      learningRateOf(name, weights, rates, rsc) > 0
    );
    const xs = names.map((name) => params[name] as tf.Tensor);
    const step = ({ b }: { xs: tf.Tensor[]; b: JointBatch }) => {
      const loss = () => jointLoss(params, nano, schedule, weights, rsc, b, { minSnr: 5 }).total;
      const { value, grads } = valueAndGrads(loss, xs);
      return [value, ...grads.map((grad, i) => grad ?? tf.zerosLike(xs[i] as tf.Tensor))];
    };
    const graph = compiled(step), first = randomBatch(nano, 3), second = otherBatch(first);
    const values: number[] = [];
    for (const b of [first, second, first]) {
      const found = graph({ xs, b }), expected = tf.tidy(() => step({ xs, b }));
      for (const [i, t] of found.entries()) {
        const want = expected[i] as tf.Tensor;
        // Biases of keys have no effect: their gradients are rounding noise about zero.
        const scale = Math.max(1e-3, ...want.dataSync().map(Math.abs));
        assertClose(
          [...t.dataSync(), scale],
          [...want.dataSync(), scale],
          2e-4,
          `${form} ${names[i - 1] ?? "loss"}`,
        );
      }
      values.push(found[0]?.dataSync()[0] as number);
      tf.dispose([found, expected]);
    }
    assert.equal(values[0], values[2], "the same batch has the same loss to the last bit");
    assert.ok(Math.abs((values[0] as number) - (values[1] as number)) > 1e-3);
    graph.dispose();
    disposeBatch(first);
    disposeBatch(second);
    tf.dispose(params);
  }
});

onBackends("what is held at the start stays there in a graph, step after step", async () => {
  if (tf.getBackend() !== "tensorflow") return;
  const schedule = makeSchedule(nano.schedule), { train } = presets.nano;
  const reciprocal: LossWeights = { itc: 1, is: 1, rsc: 1, direction: "both" };
  const anchored = (to: "weights" | "features" | "relations"): LossWeights => {
    return { ...reciprocal, rsc: 0, anchor: { to, weight: 1 } };
  };
  /** The terms of four steps under a teacher or an anchor. */
  const termsOf = async (teacher: "tuned" | "start", weights: LossWeights, graphs: "0" | "1") => {
    const rsc = { ...train.rsc, teacher }, start = initialParams(modelSpecs(nano), 0);
    const first = randomBatch(nano, 3), second = otherBatch(first);
    const step = new TrainStep({
      params: start,
      learningRate: (name) => learningRateOf(name, weights, train.learningRates, rsc),
      prepare: (step) => step % 2 === 0 ? first : second,
      loss: (p, b) => jointLoss(p, nano, schedule, weights, rsc, b, { start }),
    }, train);
    Deno.env.set("UNIDIFF_GRAPHS", graphs);
    const found: Record<string, number>[] = [];
    try {
      for (let k = 0; k < 4; k++) {
        found.push(await read(await step.gradients(k)));
        step.update(1).dispose();
      }
    } finally {
      Deno.env.set("UNIDIFF_GRAPHS", "1");
      step.dispose();
      [first, second].forEach(disposeBatch);
      tf.dispose(start);
    }
    return found;
  };
  const last = (found: Record<string, number>[], term: string) => found.at(-1)?.[term] as number;
  const tuned = last(await termsOf("tuned", reciprocal, "1"), "rsc");
  for (
    const [term, weights] of [
      ["rsc", reciprocal],
      ["anchor", anchored("weights")],
      ["anchor", anchored("features")],
      ["anchor", anchored("relations")],
    ] as const
  ) {
    const name = `${term} ${weights.anchor?.to ?? ""}`;
    const graph = await termsOf("start", weights, "1"),
      plain = await termsOf("start", weights, "0");
    for (const [k, terms] of plain.entries()) {
      const values = (of: typeof terms) => Object.keys(terms).map((key) => of[key] as number);
      assertClose(values(graph[k] as typeof terms), values(terms), 2e-3, `${name}, step ${k}`);
    }
    if (term === "anchor") {
      assert.ok(last(graph, term) > 10 * Math.abs(graph[0]?.anchor ?? 1), name);
    } else assert.ok(Math.abs(last(graph, term) - tuned) > 1e-3 * tuned, name);
  }
});
