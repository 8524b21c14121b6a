import assert from "node:assert/strict";
import { labelledSimilarity, probeDraws } from "unidiff/eval/diffusion_classifier.ts";
import { noiseLosses } from "unidiff/eval/noise_loss.ts";
import { unetFeatures } from "unidiff/eval/unet_features.ts";
import { latentShape, type Model, modelSpecs } from "unidiff/model/model.ts";
import { nano } from "unidiff/model/config.ts";
import { loadModel } from "unidiff/study/start.ts";
import { presets } from "unidiff/study/presets.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";

const size = latentShape(nano).reduce((a, b) => a * b);
const latents = stream(0, "latents").normals(3 * size);

async function withModel(test: (model: Model) => Promise<void>): Promise<void> {
  const { tokenizer, params: unused } = await loadModel(presets.nano);
  tf.dispose(unused);
  const params = initialParams(modelSpecs(nano), 1);
  await test({ config: nano, tokenizer, params });
  tf.dispose(params);
}

onBackends(
  "labelledSimilarity() is −error under the same draws for every caption",
  () =>
    withModel(async (model) => {
      const draws = probeDraws(nano, 2, 0);
      assert.deepEqual([...draws.timesteps], [250, 750]);
      const captions = ["A red cup.", "A blue hat.", "A red cup."];
      const found = await labelledSimilarity(model, latents, [2, 0], captions, draws);
      assert.equal(found.length, 6);
      assert.ok(found.every((value) => value < 0));
      // The same caption scores the same: nothing but the caption differs.
      assertClose([found[0]!, found[3]!], [found[2]!, found[5]!], 1e-6);
      assert.notEqual(found[0], found[1]);
      // A picture's row does not depend on the others.
      const alone = await labelledSimilarity(model, latents, [0], captions, draws);
      assertClose(alone, found.slice(3), 1e-5);
    }),
);

onBackends(
  "unetFeatures() under captions: equal captions of one picture are one feature",
  () =>
    withModel(async (model) => {
      const one = latents.subarray(0, size), same = new Float32Array(3 * size);
      for (let i = 0; i < 3; i++) same.set(one, i * size);
      const of = (captions?: string[]) => unetFeatures(model, same, 0, 0, captions);
      const { features, dim } = await of(["A red cup.", "A blue hat.", "A red cup."]);
      const row = (all: Float32Array, i: number) => [...all.subarray(i * dim, (i + 1) * dim)];
      const apart = (a: number[], b: number[]) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
      // At time step 0 hardly any noise tells the three pictures apart.
      assert.ok(
        apart(row(features, 0), row(features, 2)) < apart(row(features, 0), row(features, 1)),
      );
      const none = (await of()).features, empty = (await of(["", "", ""])).features;
      assertClose(none, empty, 1e-5);
    }),
);

onBackends(
  "noiseLosses() of a network without output is the noise's own square",
  () =>
    withModel(async (model) => {
      for (const name of ["conv_out.weight", "conv_out.bias"]) {
        const old = model.params[name]!;
        model.params[name] = tf.zerosLike(old);
        old.dispose();
      }
      const captions = ["a", "b", "c"], steps = [100, 700];
      const losses = await noiseLosses(model, captions, latents, steps, 5);
      const expected = captions.map((_, i) => {
        const squares = steps.map((t) => {
          const noise = stream(5, "noise-loss", t, 0).normals(3 * size);
          const own = noise.subarray(i * size, (i + 1) * size);
          return own.reduce((sum, value) => sum + value ** 2, 0) / size;
        });
        return (squares[0]! + squares[1]!) / 2;
      });
      assertClose(losses, expected, 1e-5);
    }),
);

onBackends(
  "unetFeatures() are as wide as the middle block and follow the picture",
  () =>
    withModel(async (model) => {
      const { features, dim } = await unetFeatures(model, latents, 100, 0);
      assert.deepEqual([dim, features.length], [nano.unet.channels.at(-1), 3 * dim]);
      const again = await unetFeatures(model, latents, 100, 0);
      assert.deepEqual(again.features, features);
      const changed = latents.slice();
      changed.fill(1, 0, size);
      const other = (await unetFeatures(model, changed, 100, 0)).features;
      assert.notDeepEqual(other.slice(0, dim), features.slice(0, dim));
      assertClose(other.slice(dim), features.slice(dim), 1e-6);
    }),
);
