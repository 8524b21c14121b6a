import { tf } from "../../../runtime/mod.ts";
import type { Schedule } from "../schedule.ts";
import { noiseOf } from "./prediction.ts";
import { type Denoiser, type Sampler, type SamplerOptions, walk } from "./sampler.ts";
import { alphaOf, sigmaAt } from "./sigmas.ts";
import { checkSteps, timestepsOf } from "./timesteps.ts";

/**
 * Euler's method on the probability-flow equation in σ (Karras et al. 2022, algorithm 1 without
 * churn): x ← x + ε·(σ_next − σ).
 */
export const euler: Sampler = (denoise, start, schedule, o) => {
  const { timesteps, sigmas, initial } = eulerSteps(schedule, o);
  return walk(start, o.steps, ({ x }, i) => {
    const now = sigmas[i] as number, next = sigmas[i + 1] as number;
    const from = i === 0 ? tf.mul(x, initial) as tf.Tensor4D : x;
    const slope = slopeOf(denoise, from, now, timesteps[i] as number, o);
    return { x: tf.add(from, tf.mul(slope, next - now)), memory: [] };
  }, o.onStep);
};

/** The time steps, their σ with a last 0, and the deviation that the start is scaled to. */
export function eulerSteps(
  schedule: Schedule,
  { steps, spacing, offset }: SamplerOptions,
): { timesteps: number[]; sigmas: number[]; initial: number } {
  const trainSteps = schedule.alphasCumprod.length;
  checkSteps(steps, trainSteps);
  // Between whole time steps σ is known too, so that "linspace" is not rounded here.
  const timesteps = spacing === "linspace"
    ? Array.from(
      { length: steps },
      (_, i) => steps === 1 ? 0 : (trainSteps - 1) * (steps - 1 - i) / (steps - 1),
    )
    : timestepsOf(trainSteps, steps, spacing, offset);
  const sigmas = timesteps.map((t) => sigmaAt(schedule, t)), largest = Math.max(...sigmas);
  const initial = (spacing ?? "leading") === "leading" ? Math.hypot(largest, 1) : largest;
  return { timesteps, sigmas: [...sigmas, 0], initial };
}

/** dx/dσ, which is the noise ε in `x` = x₀ + σ·ε; the network sees x/√(σ² + 1). */
export function slopeOf(
  denoise: Denoiser,
  x: tf.Tensor4D,
  sigma: number,
  t: number,
  { prediction }: SamplerOptions,
): tf.Tensor4D {
  return tf.tidy(() => {
    const alpha = alphaOf(sigma), seen = tf.mul(x, Math.sqrt(alpha)) as tf.Tensor4D;
    return noiseOf(denoise(seen, t), seen, alpha, prediction);
  });
}
