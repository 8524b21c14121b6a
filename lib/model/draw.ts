import { tf } from "../runtime/tf.ts";
import { textTower } from "../clip/text.ts";
import { ddim, guided } from "../diffusion/samplers.ts";
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
}

/**
 * Draws one picture for each prompt by DDIM with classifier-free guidance.
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
  const schedule = makeSchedule(config.schedule);
  const shape = latentShape(config), size = shape.reduce((a, b) => a * b);
  const latents = new Float32Array(prompts.length * size);
  const piece = 16, pieces = Math.ceil(prompts.length / piece);
  for (let k = 0; k < pieces; k++) {
    const part = prompts.slice(k * piece, (k + 1) * piece), n = part.length;
    const states = tf.tidy(() => {
      const tokens = tokensOf(model, [...part.map(() => ""), ...part]);
      return textTower(params, config.clip.text, tokens).states;
    });
    const noise = part.map((_, i) => stream(o.seed, "draw", k * piece + i).normals(size));
    const start = tf.tensor4d(joined(noise, size), [n, ...shape]);
    const denoise = guided((x, t) => {
      const timesteps = new Int32Array(2 * n).fill(t);
      return unet(params, config.unet, { latents: x, timesteps, states }).noise;
    }, o.guidance);
    const clean = await ddim(
      denoise,
      start,
      schedule,
      o.steps,
      (done) => onStep?.(k * o.steps + done, pieces * o.steps),
    );
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
