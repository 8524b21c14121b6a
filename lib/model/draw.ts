import { stream, tf } from "../runtime/mod.ts";
import { textTower } from "./clip/text.ts";
import { guided, type SamplerName, samplerOf } from "./diffusion/samplers/mod.ts";
import { makeSchedule } from "./diffusion/schedule.ts";
import { decodeLatents, latentShape, type Model, piecesOf, tokensOf } from "./model.ts";
import { noisePredictor } from "./predict.ts";

/** How pictures are drawn. */
export interface DrawOptions {
  readonly steps: number;
  readonly guidance: number;
  /** Seed of the starting noise; picture i of a call starts from the same noise in every model. */
  readonly seed: number;
  /** "ddim" where nothing is said. */
  readonly sampler?: SamplerName;
}

/** What a drawing tells and is given on its way. */
export interface DrawHooks {
  /** Told after each step of each piece. */
  readonly onStep?: (done: number, of: number) => void | Promise<void>;
  /** Noise for step `i` in the shape of the latents, for samplers that draw some. */
  readonly noise?: (i: number) => tf.Tensor4D;
  /** Sees the latents and the guided prediction of the network at every call, inside a tidy. */
  readonly watch?: (latents: tf.Tensor4D, prediction: tf.Tensor4D, t: number) => void;
}

/**
 * Draws one picture for each prompt by a sampler with classifier-free guidance.
 *
 * → pixels [prompts, s, s, 3] in [−1, 1], row-major.
 */
export async function drawPictures(
  model: Model,
  prompts: readonly string[],
  o: DrawOptions,
  onStep?: (done: number, of: number) => void | Promise<void>,
): Promise<Float32Array> {
  const shape = latentShape(model.config), size = shape.reduce((a, b) => a * b);
  const latents = new Float32Array(prompts.length * size);
  const piece = Math.max(1, Math.floor(piecesOf(model.config.imageSize) / 4));
  const pieces = Math.ceil(prompts.length / piece);
  for (let k = 0; k < pieces; k++) {
    const part = prompts.slice(k * piece, (k + 1) * piece), n = part.length;
    const states = captionStates(model, part);
    // Each picture has streams of its own: the same ones in whatever company it is drawn.
    const noise = (...purpose: [] | [string, number]) => {
      const own = part.map((_, i) =>
        stream(o.seed, "draw", k * piece + i, ...purpose).normals(size)
      );
      return tf.tensor4d(joined(own, size), [n, ...shape]);
    };
    const start = noise();
    try {
      const clean = await drawLatents(model, states, start, o, {
        noise: (i) => noise("step", i),
        onStep: (done, of) => onStep?.(k * of + done, pieces * of),
      });
      latents.set(await clean.data<"float32">(), k * piece * size);
      clean.dispose();
    } finally {
      tf.dispose([states, start]);
    }
  }
  return decodeLatents(model, latents);
}

/** States of n captions for guidance: [2n, tokens, d], first n times those of the empty caption. */
export function captionStates(model: Model, captions: readonly string[]): tf.Tensor3D {
  const { params, config } = model;
  return tf.tidy(() => {
    const tokens = tokensOf(model, [...captions.map(() => ""), ...captions]);
    return textTower(params, config.clip.text, tokens).states;
  });
}

/**
 * Draws scaled latents [n, h, w, c] from noise `start` of that shape under `states`, as
 * {@link captionStates} gives them.
 */
export async function drawLatents(
  { params, config }: Pick<Model, "params" | "config">,
  states: tf.Tensor3D,
  start: tf.Tensor4D,
  o: Omit<DrawOptions, "seed">,
  { onStep, noise, watch }: DrawHooks = {},
): Promise<tf.Tensor4D> {
  const sample = samplerOf(o.sampler ?? "ddim"), n = start.shape[0];
  const predict = noisePredictor(params, config.unet);
  const denoise = guided((x, t) => {
    const timesteps = new Float32Array(2 * n).fill(t);
    return predict({ latents: x, timesteps, states });
  }, o.guidance);
  const watched = (x: tf.Tensor4D, t: number) => {
    const prediction = denoise(x, t);
    watch?.(x, prediction, t);
    return prediction;
  };
  return await sample(watched, start, makeSchedule(config.schedule), {
    steps: o.steps,
    prediction: config.schedule.prediction ?? "epsilon",
    ...(noise ? { noise } : {}),
    ...(onStep ? { onStep } : {}),
  });
}

function joined(parts: readonly Float32Array[], size: number): Float32Array {
  const all = new Float32Array(parts.length * size);
  parts.forEach((part, i) => all.set(part, i * size));
  return all;
}
