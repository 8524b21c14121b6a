/**
 * What a written model says here, for published_check.py to compare with transformers and diffusers:
 *
 *   deno task weights export results/<study>/runs/<run> OUT
 *   deno run -A tests/by_hand/published_outputs.ts OUT          (writes OUT/outputs.safetensors)
 *   python tests/by_hand/published_check.py OUT
 */
import { join } from "@std/path";
import { tf } from "unidiff/runtime/tf.ts";
import { textEmbedding, textTower } from "unidiff/model/clip/text.ts";
import { imageEmbedding, visionTower } from "unidiff/model/clip/vision.ts";
import { unet } from "unidiff/model/diffusion/unet.ts";
import { vaeDecode, vaeEncode } from "unidiff/model/diffusion/vae.ts";
import { captionStates, drawLatents } from "unidiff/model/draw.ts";
import { latentShape, tokensOf } from "unidiff/model/model.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { stream } from "unidiff/runtime/random.ts";
import { nhwcToNchw } from "unidiff/weights/layout.ts";
import { loadPublished } from "unidiff/weights/published.ts";
import { type TensorEntry, writeSafetensors } from "unidiff/weights/safetensors.ts";

const [folder] = Deno.args;
if (folder === undefined) throw new Error("expected the folder that weights export wrote");
await startBackend();
const model = await loadPublished({
  clip: join(folder, "clip"),
  diffusion: join(folder, "diffusion"),
});
const { config, params } = model, entries: TensorEntry[] = [];
const captions = ["A red cup.", "a photograph of a navy-blue box, front view"];

function keep(name: string, tensor: tf.Tensor): void {
  const data = tensor.dataSync() as Float32Array;
  const { shape } = tensor;
  entries.push({ name, ...(shape.length === 4 ? nhwcToNchw(data, shape) : { shape, data }) });
}
const normal = (name: string, shape: number[]) =>
  tf.tensor(
    stream(0, "check", name).normals(shape.reduce((a, b) => a * b)),
    shape,
  ) as unknown as tf.Tensor4D;

const tokens = tokensOf(model, captions), side = config.clip.vision.imageSize;
entries.push({
  name: "ids",
  shape: [captions.length, config.clip.text.contextLength],
  data: tokens.ids,
});
const pixels = normal("pixels", [2, side, side, 3]);
keep("pixels", pixels);
keep(
  "image_embeds",
  imageEmbedding(params, visionTower(params, config.clip.vision, pixels).pooled),
);
const text = textTower(params, config.clip.text, tokens);
keep("text_embeds", textEmbedding(params, text.pooled));
keep("text_states", text.states);

const [h, w, c] = latentShape(config), latents = normal("latents", [2, h, w, c]);
keep("latents", latents);
const timesteps = Int32Array.of(37, 801);
keep("noise", unet(params, config.unet, { latents, timesteps, states: text.states }).noise);

const images = normal("images", [2, config.imageSize, config.imageSize, 3]);
keep("images", images);
const moments = vaeEncode(params, config.vae, images);
keep("mean", moments.mean);
keep("log_variance", moments.logVariance);
keep("decoded", vaeDecode(params, config.vae, latents));

const options = { steps: 5, guidance: 3, seed: 0 };
keep("drawn", await drawLatents(model, captionStates(model, captions), latents, options));
await writeSafetensors(join(folder, "outputs.safetensors"), entries, {
  metadata: { captions: JSON.stringify(captions) },
});
console.log(`${entries.length} tensors in ${join(folder, "outputs.safetensors")}`);
Deno.exit(0);
