import { tf } from "../runtime/tf.ts";
import { textTower } from "../clip/text.ts";
import { guided, type SamplerName, samplerOf } from "../diffusion/samplers/mod.ts";
import { makeSchedule } from "../diffusion/schedule.ts";
import { unet } from "../diffusion/unet.ts";
import { stream } from "../runtime/random.ts";
import { decodeLatents, latentShape, type Model, tokensOf } from "./model.ts";

/** How pictures are drawn. */
export interface DrawOptions {
  readonly steps: number;
  readonly guidance: number;
  /** Seed of the starting noise; picture i of a call starts from the same noise in every model. */
  readonly seed: number;
  /** "ddim" where nothing is said. */
  readonly sampler?: SamplerName;
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
  const { params, config } = model;
  const schedule = makeSchedule(config.schedule), sample = samplerOf(o.sampler ?? "ddim");
  const shape = latentShape(config), size = shape.reduce((a, b) => a * b);
  const latents = new Float32Array(prompts.length * size);
  const piece = 16, pieces = Math.ceil(prompts.length / piece);
  for (let k = 0; k < pieces; k++) {
    const part = prompts.slice(k * piece, (k + 1) * piece), n = part.length;
    const states = tf.tidy(() => {
      const tokens = tokensOf(model, [...part.map(() => ""), ...part]);
      return textTower(params, config.clip.text, tokens).states;
    });
    // Each picture has streams of its own: the same ones in whatever company it is drawn.
    const noise = (...purpose: [] | [string, number]) => {
      const own = part.map((_, i) =>
        stream(o.seed, "draw", k * piece + i, ...purpose).normals(size)
      );
      return tf.tensor4d(joined(own, size), [n, ...shape]);
    };
    const start = noise();
    const denoise = guided((x, t) => {
      const timesteps = new Float32Array(2 * n).fill(t);
      return unet(params, config.unet, { latents: x, timesteps, states }).noise;
    }, o.guidance);
    const clean = await sample(denoise, start, schedule, {
      steps: o.steps,
      prediction: config.schedule.prediction ?? "epsilon",
      noise: (i) => noise("step", i),
      onStep: (done, of) => onStep?.(k * of + done, pieces * of),
    });
    latents.set(await clean.data<"float32">(), k * piece * size);
    tf.dispose([states, start, clean]);
  }
  return decodeLatents(model, latents);
}

function joined(parts: readonly Float32Array[], size: number): Float32Array {
  const all = new Float32Array(parts.length * size);
  parts.forEach((part, i) => all.set(part, i * size));
  return all;
}
