import assert from "node:assert/strict";
import { textTower } from "unidiff/model/clip/text.ts";
import { visionTower } from "unidiff/model/clip/vision.ts";
import { unet } from "unidiff/model/diffusion/unet.ts";
import { nano } from "unidiff/model/config.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import type { Params } from "unidiff/model/nn/params.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { freezing } from "unidiff/train/freeze.ts";
import { disposeBatch } from "unidiff/train/joint_data.ts";
import { adaptersFor, isAdapter, mergeAdapters } from "unidiff/weights/adapters.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { onBackends } from "../backends.ts";
import { assertClose } from "../golden.ts";
import { randomBatch } from "unidiff/study/memory/random_model.ts";

onBackends("adapters change nothing at first, and merged ones compute the same", () => {
  const params = initialParams(modelSpecs(nano), 0), adapters = adaptersFor(params, 2, 0);
  const batch = randomBatch(nano, 3);
  const outputs = (p: Params) =>
    tf.tidy(() => {
      const { states } = textTower(p, nano.clip.text, batch.tokens);
      const some = tf.slice(states, [0, 0, 0], [3, -1, -1]) as tf.Tensor3D;
      const input = { latents: batch.latents, timesteps: batch.timesteps, states: some };
      const { noise } = unet(p, nano.unet, input);
      return [states, visionTower(p, nano.clip.vision, batch.pixels).pooled, noise]
        .map((t) => t.dataSync());
    });
  const plain = outputs(params);
  assert.deepEqual(outputs({ ...params, ...adapters }), plain);

  const moved = Object.fromEntries(
    Object.entries(adapters).map(([name, t]) => [
      name,
      tf.tensor(stream(1, name).normals(t.size).map((x) => x / 4), t.shape),
    ]),
  );
  const adapted = outputs({ ...params, ...moved });
  const merged = mergeAdapters({ ...params, ...moved });
  assert.deepEqual(Object.keys(merged).sort(), Object.keys(params).sort());
  for (const [i, values] of outputs(merged).entries()) {
    assertClose(values, adapted[i]!, 2e-5);
    assert.throws(() => assertClose(values, plain[i]!, 1e-2), `output ${i} must have changed`);
  }
  const own = Object.entries(merged).filter(([name, t]) => t !== params[name]).map(([, t]) => t);
  tf.dispose([params, adapters, moved, own]);
  disposeBatch(batch);
});

onBackends("adaptersFor() adapts the attention projections that are wanted, no others", () => {
  const params = initialParams(modelSpecs(nano), 0);
  const every = adaptersFor(params, 1, 0), all = Object.keys(every);
  // transformers of 8 projections: one on the way down, one in the middle, two on the way up
  const of = (pattern: RegExp) => all.filter((name) => pattern.test(name)).length / 2;
  assert.equal(of(/^(down|mid|up)_block/), 8 * 4);
  assert.equal(of(/^text_model/), 4 * 2);
  assert.equal(of(/^vision_model/), 4 * 2);
  assert.equal(of(/^(encoder|decoder)\./), 0);
  assert.ok(all.every(isAdapter));
  const text = adaptersFor(params, 1, 0, (name) => name.startsWith("text_model"));
  assert.ok(Object.keys(text).every((name) => name.startsWith("text_model")));
  assert.throws(() => adaptersFor(params, 0, 0), /at least 1, found 0/);
  assert.throws(() => adaptersFor(params, 1, 0, () => false), /nothing to adapt/);
  tf.dispose([params, every, text]);
});

Deno.test("freezing() sets the rate of what it finds to zero and complains of what finds nothing", () => {
  const names = ["text_model.a", "down_blocks.0.b"], rate = () => 1;
  const frozen = freezing("^text_model|attn", names, rate);
  assert.deepEqual(names.map(frozen), [0, 1]);
  assert.equal(freezing("", names, rate), rate);
  assert.throws(() => freezing("vision", names, rate), /freeze "vision": no parameter has such/);
  assert.throws(() => freezing("(", names, rate), /freeze "\(": Invalid regular expression/);
});
