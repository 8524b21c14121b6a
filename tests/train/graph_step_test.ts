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
