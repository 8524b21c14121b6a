import { compiled, inPieces, tf } from "../runtime/mod.ts";
import { clipSpecs } from "./clip/clip.ts";
import type { ClipConfig } from "./clip/config.ts";
import { textEmbedding, textTower, type Tokens } from "./clip/text.ts";
import type { Tokenizer } from "./clip/tokenizer.ts";
import { clipPixels, imageEmbedding, visionTower } from "./clip/vision.ts";
import type { VaeConfig } from "./diffusion/config.ts";
import { unetSpecs } from "./diffusion/unet.ts";
import { vaeDecode, vaeEncode, vaeSpecs } from "./diffusion/vae.ts";
import { inParts } from "./nn/in_parts.ts";
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

/** The parameters of some networks. */
export function paramsOf(params: Params, ...towers: Tower[]): Params {
  return Object.fromEntries(
    Object.entries(params).filter(([name]) => towers.includes(towerOf(name))),
  );
}

/** `f` as one graph for pieces of the full size; others are rare and run operation by operation. */
function forPieces<I>(f: (input: I) => tf.Tensor): (input: I, full: boolean) => tf.Tensor {
  const graph = compiled((input: I) => [f(input)]);
  return (input, full) => full ? graph(input)[0] as tf.Tensor : f(input);
}

const embeddingOfImages = forPieces((i: { p: Params; c: ClipConfig; x: tf.Tensor4D }) =>
  imageEmbedding(i.p, visionTower(i.p, i.c.vision, clipPixels(i.x)).pooled)
);
const embeddingOfCaptions = forPieces((i: { p: Params; c: ClipConfig; tokens: Tokens }) =>
  textEmbedding(i.p, textTower(i.p, i.c.text, i.tokens).pooled)
);
const encoded = forPieces(({ p, c, x }: { p: Params; c: VaeConfig; x: tf.Tensor4D }) =>
  inParts(x.shape[0], (part) => ({
    latents: tf.mul(vaeEncode(p, c, part.of(x)).mean, c.scalingFactor),
  })).latents
);
const decoded = forPieces(({ p, c, x }: { p: Params; c: VaeConfig; x: tf.Tensor4D }) =>
  inParts(x.shape[0], (part) => {
    const latents = tf.div(part.of(x), c.scalingFactor) as tf.Tensor4D;
    return { pixels: tf.clipByValue(vaeDecode(p, c, latents), -1, 1) };
  }).pixels
);

/** L2-normalised image embeddings, row-major [n, projection], of pixels [n, s, s, 3] in [−1, 1]. */
export function embedImages(
  { params, config }: Pick<Model, "params" | "config">,
  pixels: Float32Array,
): Promise<Float32Array> {
  const { clip: c } = config, side = c.vision.imageSize, most = piecesOf(side);
  const p = paramsOf(params, "vision");
  return inPieces(pixels, side * side * 3, c.projection, most, (part, n) => {
    return embeddingOfImages({ p, c, x: tf.tensor4d(part, [n, side, side, 3]) }, n === most);
  });
}

/** L2-normalised text embeddings, row-major [n, projection], of captions. */
export function embedCaptions(model: Model, captions: readonly string[]): Promise<Float32Array> {
  const { clip: c } = model.config, p = paramsOf(model.params, "text");
  const { ids } = tokensOf(model, captions);
  return inPieces(ids, c.text.contextLength, c.projection, piece, (part, count) => {
    return embeddingOfCaptions({ p, c, tokens: { ids: part, count } }, count === piece);
  });
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
  const { imageSize: side, vae: c } = config, most = piecesOf(side);
  const size = latentShape(config).reduce((a, b) => a * b), p = paramsOf(params, "vae");
  return inPieces(pixels, side * side * 3, size, most, (part, n) => {
    return encoded({ p, c, x: tf.tensor4d(part, [n, side, side, 3]) }, n === most);
  });
}

/** Pixels [n, s, s, 3] in [−1, 1], row-major, of scaled latents [n, h, w, c]. */
export function decodeLatents(
  { params, config }: Pick<Model, "params" | "config">,
  latents: Float32Array,
): Promise<Float32Array> {
  const { imageSize: side, vae: c } = config, most = piecesOf(side), shape = latentShape(config);
  const size = shape.reduce((a, b) => a * b), p = paramsOf(params, "vae");
  return inPieces(latents, size, side * side * 3, most, (part, n) => {
    return decoded({ p, c, x: tf.tensor4d(part, [n, ...shape]) }, n === most);
  });
}
