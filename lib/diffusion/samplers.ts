import { tf } from "../runtime/tf.ts";
import type { Schedule } from "./schedule.ts";

/** What a sampler asks: the noise in latents [batch, h, w, c] that all stand at time step `t`. */
export type Denoiser = (latents: tf.Tensor4D, t: number) => tf.Tensor4D;

/**
 * Classifier-free guidance (Ho & Salimans 2022): ε = ε_null + scale·(ε_caption − ε_null).
 *
 * `both` gives the noise of a doubled batch whose first half has no caption.
 */
export function guided(both: Denoiser, scale: number): Denoiser {
  return (latents, t) =>
    tf.tidy(() => {
      const [without, withCaption] = tf.split(both(tf.concat([latents, latents]), t), 2) as [
        tf.Tensor4D,
        tf.Tensor4D,
      ];
      return tf.add(without, tf.mul(tf.sub(withCaption, without), scale)) as tf.Tensor4D;
    });
}

/** The time steps of a sampler with `steps` steps, falling; diffusers' "leading" spacing with offset 1. */
export function leadingTimesteps(trainSteps: number, steps: number): number[] {
  if (!Number.isInteger(steps) || steps < 1 || steps > trainSteps) {
    throw new Error(`sampling steps: expected 1 to ${trainSteps}, found ${steps}`);
  }
  const stride = Math.floor(trainSteps / steps);
  return Array.from(
    { length: steps },
    (_, i) => Math.min(trainSteps - 1, (steps - 1 - i) * stride + 1),
  );
}

/**
 * DDIM without added noise (Song et al. 2021, eq. 12 with η = 0).
 *
 * `start`: [batch, h, w, c] of standard normal noise → clean latents. The last step goes to the
 * schedule's first ᾱ, as Stable Diffusion's configuration says (set_alpha_to_one = false).
 * `onStep` is told after each step.
 */
export async function ddim(
  denoise: Denoiser,
  start: tf.Tensor4D,
  schedule: Schedule,
  steps: number,
  onStep?: (done: number) => void | Promise<void>,
): Promise<tf.Tensor4D> {
  const a = schedule.alphasCumprod, stride = Math.floor(a.length / steps);
  let x = tf.clone(start);
  const timesteps = leadingTimesteps(a.length, steps);
  for (const [i, t] of timesteps.entries()) {
    const now = a[t] as number, next = (t >= stride ? a[t - stride] : a[0]) as number;
    const previous = x;
    x = tf.tidy(() => {
      const noise = denoise(previous, t);
      const clean = tf.div(tf.sub(previous, tf.mul(noise, Math.sqrt(1 - now))), Math.sqrt(now));
      return tf.add(
        tf.mul(clean, Math.sqrt(next)),
        tf.mul(noise, Math.sqrt(1 - next)),
      ) as tf.Tensor4D;
    });
    previous.dispose();
    await onStep?.(i + 1);
  }
  return x;
}
