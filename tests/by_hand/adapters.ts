/**
 * By hand, not in CI: a random nano model with adapters, its files and its outputs, for adapters.py.
 *
 *   deno run -A tests/by_hand/adapters.ts FOLDER && python tests/by_hand/adapters.py FOLDER
 */
import { join } from "@std/path";
import { textTower } from "unidiff/model/clip/text.ts";
import { embeddedTokenizer } from "unidiff/model/clip/tokenizer_files.ts";
import { clipPixels, imageEmbedding, visionTower } from "unidiff/model/clip/vision.ts";
import { unet } from "unidiff/model/diffusion/unet.ts";
import { randomBatch } from "unidiff/study/memory/random_model.ts";
import { nano } from "unidiff/model/config.ts";
import { modelSpecs } from "unidiff/model/model.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { adaptersFor } from "unidiff/weights/adapters.ts";
import { writePublished } from "unidiff/weights/hub_write.ts";
import { nhwcToNchw } from "unidiff/weights/layout.ts";
import { writeAdapters } from "unidiff/weights/lora.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { writeSafetensors } from "unidiff/weights/safetensors.ts";

const [folder] = Deno.args;
if (folder === undefined) throw new Error("expected the folder to write, which must not exist");
await startBackend();
const text = { ...nano.clip.text, vocabulary: 49408, endOfText: 49407 };
const config = { ...nano, clip: { ...nano.clip, text } };
const params = initialParams(modelSpecs(config), 0);
await writePublished({ config, params, tokenizer: await embeddedTokenizer() }, folder);
// A start's B is zero: other numbers, so that there is something to see.
const adapters = Object.fromEntries(
  Object.entries(adaptersFor(params, 4, 0)).map(([name, t]) => [
    name,
    tf.tensor(stream(1, name).normals(t.size).map((x) => x / 4), t.shape),
  ]),
);
await writeAdapters(join(folder, "adapters"), adapters);

const p = { ...params, ...adapters }, n = 3, batch = randomBatch(config, n);
const { states } = textTower(p, config.clip.text, batch.tokens);
const some = tf.slice(states, [0, 0, 0], [n, -1, -1]) as tf.Tensor3D;
const input = { latents: batch.latents, timesteps: batch.timesteps, states: some };
const pixels = clipPixels(batch.pixels), vision = visionTower(p, config.clip.vision, pixels);
const picture = (t: tf.Tensor) => nhwcToNchw(t.dataSync() as Float32Array, t.shape);
const plain = (t: tf.Tensor) => ({ shape: t.shape, data: t.dataSync() as Float32Array });
await writeSafetensors(join(folder, "io.safetensors"), {
  latents: picture(batch.latents),
  timesteps: { shape: [n], data: Int32Array.from(batch.timesteps) },
  ids: { shape: [n + 1, text.contextLength], data: batch.tokens.ids },
  pixels: picture(pixels),
  states: plain(states),
  noise: picture(unet(p, config.unet, input).noise),
  image: plain(imageEmbedding(p, vision.pooled)),
});
