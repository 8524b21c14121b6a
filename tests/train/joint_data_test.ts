/** A batch's draws: each from its own stream, and pixels and latents of the same picture. */
import assert from "node:assert/strict";
import { nano } from "unidiff/model/config.ts";
import { latentShape, modelSpecs } from "unidiff/model/model.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { randomModel } from "unidiff/study/memory/random_model.ts";
import { presets } from "unidiff/study/presets.ts";
import {
  type BatchConfig,
  disposeBatch,
  jointBatch,
  type JointData,
} from "unidiff/train/joint_data.ts";
import { onBackends } from "../backends.ts";

const side = nano.clip.vision.imageSize, values = latentShape(nano).reduce((a, b) => a * b);

/** Picture i is i on its left half and −i on its right; latents say which picture, and −that of a mirrored one. */
const data: JointData = {
  count: 8,
  names: Array.from({ length: 8 }, (_, i) => `picture ${i}`),
  captions: Array.from({ length: 8 }, (_, i) => [`a ${i}`, `the ${i}`]),
  pixels: (indices) =>
    Float32Array.from({ length: indices.length * side * side * 3 }, (_, at) => {
      const picture = indices[Math.floor(at / (side * side * 3))]! + 1;
      return Math.floor(at / 3) % side < side / 2 ? picture : -picture;
    }),
  latents: (indices, mirrored) =>
    Float32Array.from({ length: indices.length * values }, (_, at) => {
      const i = Math.floor(at / values);
      return (indices[i]! + 1) * (mirrored[i] ? -1 : 1);
    }),
};

const config: BatchConfig = { ...presets.nano.train, batch: 8, seed: 3, flip: true };
const order = [4, 1, 7, 0, 2, 6, 3, 5];

onBackends(
  "a mirrored picture has the latents of the mirrored picture, another its plain ones",
  async () => {
    const model = await randomModel(nano);
    const batch = jointBatch(model, data, order, 0, config);
    const pixels = batch.pixels.dataSync(), latents = batch.latents.dataSync();
    const mirrored = order.map((picture, i) => {
      const left = pixels[i * side * side * 3]!, latent = latents[i * values]!;
      assert.equal(Math.abs(left), picture + 1);
      assert.equal(Math.sign(left), Math.sign(latent), `picture ${picture}`);
      return left < 0;
    });
    assert.ok(mirrored.includes(true) && mirrored.includes(false), "some are, some are not");
    const plain = jointBatch(model, data, order, 0, { ...config, flip: false });
    assert.ok(plain.latents.dataSync().every((x) => x > 0));
    assert.ok(order.every((_, i) => plain.pixels.dataSync()[i * side * side * 3]! > 0));
    [batch, plain].forEach(disposeBatch);
    tf.dispose(model.params);
  },
);

onBackends("captions are dropped as often as asked for, and 1 says dropped", async () => {
  const model = await randomModel(nano);
  const dropped = (captionDropout: number) =>
    Array.from({ length: 40 }, (_, step) => {
      const batch = jointBatch(model, data, order, step, { ...config, captionDropout });
      const values = [...batch.dropped.dataSync()];
      disposeBatch(batch);
      return values;
    }).flat();
  assert.ok(dropped(0).every((x) => x === 0));
  assert.ok(dropped(1).every((x) => x === 1));
  const share = dropped(0.2).reduce((a, b) => a + b) / 320;
  assert.ok(share > 0.12 && share < 0.28, `${share} of 0.2`);
  tf.dispose(model.params);
});

onBackends("draws depend on seed and step alone, and time steps stay in their ranges", async () => {
  const model = await randomModel(nano), { rsc } = config;
  assert.ok(Object.keys(modelSpecs(nano)).length > 0);
  const drawn = (step: number, seed: number) => {
    const b = jointBatch(model, data, order, step, { ...config, seed });
    const found = {
      noise: [...b.noise.dataSync()],
      rscNoise: [...b.rscNoise.dataSync()],
      timesteps: [...b.timesteps as Int32Array],
      rscTimesteps: [...b.rscTimesteps as Int32Array],
      ids: [...b.tokens.ids],
    };
    assert.deepEqual(b.names, order.map((i) => `picture ${i}`));
    assert.ok(found.timesteps.every((t) => t >= 0 && t < nano.schedule.steps));
    assert.ok(found.rscTimesteps.every((t) => t >= rsc.timesteps[0] && t <= rsc.timesteps[1]));
    disposeBatch(b);
    return found;
  };
  assert.deepEqual(drawn(2, 3), drawn(2, 3));
  for (const other of [drawn(3, 3), drawn(2, 4)]) {
    for (const key of ["noise", "rscNoise", "timesteps", "rscTimesteps", "ids"] as const) {
      assert.notDeepEqual(other[key], drawn(2, 3)[key], key);
    }
  }
  const one = drawn(2, 3);
  assert.notDeepEqual(one.noise, one.rscNoise);
  tf.dispose(model.params);
});
