import { tf } from "../runtime/tf.ts";
import type { ScheduleConfig } from "./config.ts";

/** ᾱ_t of every time step. */
export interface Schedule {
  readonly alphasCumprod: Float32Array;
}

/**
 * The scaled-linear schedule: √β runs linearly from √betaStart to √betaEnd, ᾱ_t = Π(1 − β).
 *
 * Source: CompVis/stable-diffusion, ldm/modules/diffusionmodules/util.py (make_beta_schedule).
 */
export function makeSchedule(c: ScheduleConfig): Schedule {
  const first = Math.sqrt(c.betaStart), last = Math.sqrt(c.betaEnd);
  const alphasCumprod = new Float32Array(c.steps);
  let product = 1;
  for (let t = 0; t < c.steps; t++) {
    const root = first + (last - first) * t / (c.steps - 1);
    alphasCumprod[t] = product *= 1 - root * root;
  }
  return { alphasCumprod };
}

/** √ᾱ_t and √(1 − ᾱ_t) of each time step as [batch, 1, 1, 1]. */
function coefficients(s: Schedule, timesteps: ArrayLike<number>): [tf.Tensor4D, tf.Tensor4D] {
  const n = timesteps.length;
  const signal = new Float32Array(n), noise = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const t = timesteps[i] as number, a = s.alphasCumprod[t];
    if (a === undefined) {
      throw new Error(`time step ${t} is outside the schedule of ${s.alphasCumprod.length} steps`);
    }
    signal[i] = Math.sqrt(a);
    noise[i] = Math.sqrt(1 - a);
  }
  return [tf.tensor4d(signal, [n, 1, 1, 1]), tf.tensor4d(noise, [n, 1, 1, 1])];
}

/** z_t = √ᾱ_t·z₀ + √(1 − ᾱ_t)·ε for each picture's own time step; [batch, h, w, c] (Ho et al. 2020, eq. 4). */
export function addNoise(
  s: Schedule,
  latents: tf.Tensor4D,
  noise: tf.Tensor4D,
  timesteps: ArrayLike<number>,
): tf.Tensor4D {
  return tf.tidy(() => {
    const [signal, spread] = coefficients(s, timesteps);
    return tf.add(tf.mul(latents, signal), tf.mul(noise, spread)) as tf.Tensor4D;
  });
}

/** ẑ₀ = (z_t − √(1 − ᾱ_t)·ε) / √ᾱ_t: the clean latents that a predicted noise means; [batch, h, w, c]. */
export function predictClean(
  s: Schedule,
  noisy: tf.Tensor4D,
  noise: tf.Tensor4D,
  timesteps: ArrayLike<number>,
): tf.Tensor4D {
  return tf.tidy(() => {
    const [signal, spread] = coefficients(s, timesteps);
    return tf.div(tf.sub(noisy, tf.mul(noise, spread)), signal) as tf.Tensor4D;
  });
}
