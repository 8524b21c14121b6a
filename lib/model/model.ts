import { inPieces, tf } from "../runtime/mod.ts";
import { clipSpecs } from "./clip/clip.ts";
import { textEmbedding, textTower, type Tokens } from "./clip/text.ts";
import type { Tokenizer } from "./clip/tokenizer.ts";
import { clipPixels, imageEmbedding, visionTower } from "./clip/vision.ts";
import { unetSpecs } from "./diffusion/unet.ts";
import { vaeDecode, vaeEncode, vaeSpecs } from "./diffusion/vae.ts";
import type { Params, ParamSpecs } from "./nn/params.ts";
import type { ModelConfig } from "./config.ts";

/** A UniDiff model: sizes, the parameters of all networks in one record, and the tokenizer. */
export interface Model {
  readonly config: ModelConfig;
  readonly params: Params;
  readonly tokenizer: Tokenizer;
}

/** The networks of a model; the text tower is CLIP's and the UNet's at once. */
export type Tower = "text" | "vision" | "unet" | "vae";

/** Which network a parameter belongs to, by its published name. */
export function towerOf(name: string): Tower {
  if (/^(text_model|text_projection)\./.test(name) || name === "logit_scale") return "text";
  if (/^(vision_model|visual_projection)\./.test(name)) return "vision";
  if (/^(encoder|decoder|quant_conv|post_quant_conv)\./.test(name)) return "vae";
  return "unet";
}

/** Every parameter of a model. */
export function modelSpecs(c: ModelConfig): ParamSpecs {
  return { ...clipSpecs(c.clip), ...unetSpecs(c.unet), ...vaeSpecs(c.vae) };
}

/** Captions, and pictures of 64², go through a network in pieces of at most so many. */
const piece = 64;

/** How many pictures of a side go through a network at once: as many pixels as 64 of 64², at least one. */
export function piecesOf(side: number): number {
  return Math.max(1, Math.min(piece, Math.floor(piece * (64 / side) ** 2)));
}

/** Token ids of captions, padded to the model's context. */
export function tokensOf({ tokenizer, config }: Model, captions: readonly string[]): Tokens {
  const { ids } = tokenizer.encode([...captions], config.clip.text.contextLength);
  return { ids, count: captions.length };
}

/** L2-normalised image embeddings, row-major [n, projection], of pixels [n, s, s, 3] in [−1, 1]. */
export function embedImages(
  { params, config }: Pick<Model, "params" | "config">,
  pixels: Float32Array,
): Promise<Float32Array> {
  const side = config.clip.vision.imageSize;
  const most = piecesOf(side);
  return inPieces(pixels, side * side * 3, config.clip.projection, most, (part, n) => {
    const x = clipPixels(tf.tensor4d(part, [n, side, side, 3]));
    return imageEmbedding(params, visionTower(params, config.clip.vision, x).pooled);
  });
}

/** L2-normalised text embeddings, row-major [n, projection], of captions. */
export function embedCaptions(model: Model, captions: readonly string[]): Promise<Float32Array> {
  const { params, config } = model;
  const { ids } = tokensOf(model, captions);
  return inPieces(
    ids,
    config.clip.text.contextLength,
    config.clip.projection,
    piece,
    (part, count) =>
      textEmbedding(params, textTower(params, config.clip.text, { ids: part, count }).pooled),
  );
}

/** Side and channels of the latents of a picture. */
export function latentShape({ vae, imageSize }: ModelConfig): [number, number, number] {
  const side = imageSize / 2 ** (vae.channels.length - 1);
  return [side, side, vae.latentChannels];
}

/** Scaled latent means [n, h, w, c], row-major, of pixels [n, s, s, 3] in [−1, 1]. */
export function encodeLatents(
  { params, config }: Pick<Model, "params" | "config">,
  pixels: Float32Array,
): Promise<Float32Array> {
  const { imageSize: side, vae } = config;
  const size = latentShape(config).reduce((a, b) => a * b);
  return inPieces(pixels, side * side * 3, size, piecesOf(side), (part, n) => {
    const { mean } = vaeEncode(params, vae, tf.tensor4d(part, [n, side, side, 3]));
    return tf.mul(mean, vae.scalingFactor);
  });
}

/** Pixels [n, s, s, 3] in [−1, 1], row-major, of scaled latents [n, h, w, c]. */
export function decodeLatents(
  { params, config }: Pick<Model, "params" | "config">,
  latents: Float32Array,
): Promise<Float32Array> {
  const { imageSize: side, vae } = config;
  const [h, w, c] = latentShape(config);
  return inPieces(latents, h * w * c, side * side * 3, piecesOf(side), (part, n) => {
    const z = tf.div(tf.tensor4d(part, [n, h, w, c]), vae.scalingFactor) as tf.Tensor4D;
    return tf.clipByValue(vaeDecode(params, vae, z), -1, 1);
  });
}
