import { tf } from "../../../runtime/mod.ts";
import type { Schedule } from "../schedule.ts";
import { cleanOf } from "./prediction.ts";
import { type Sampler, type SamplerOptions, walk } from "./sampler.ts";
import { alphaOf, karrasSigmas, sigmaAt, sigmaOf, timestepAt } from "./sigmas.ts";
import { checkSteps, roundHalfEven, timestepsOf } from "./timesteps.ts";

/**
 * DPM-Solver++ of second order, multistep, with the midpoint rule (Lu et al. 2022, algorithm 2).
 *
 * With λ = −log σ and h = λ_next − λ_now a step is x ← (s_next/s_now)·x − a_next·(e^−h − 1)·D, where
 * a = √ᾱ, s = √(1 − ᾱ), and D extrapolates the clean latents from this step and the one before. The
 * first and the last step are of first order; the last ends at σ = 0. Source: diffusers,
 * schedulers/scheduling_dpmsolver_multistep.py.
 */
export const dpmSolver: Sampler = (denoise, start, schedule, o) => {
  const { timesteps, sigmas } = dpmSteps(schedule, o);
  return walk(start, o.steps, ({ x, memory: [before] }, i) => {
    const sigma = sigmas[i] as number, now = alphaOf(sigma);
    const clean = cleanOf(denoise(x, timesteps[i] as number), x, now, o.prediction);
    if (i === o.steps - 1) return { x: clean, memory: [] };
    const following = sigmas[i + 1] as number, next = alphaOf(following);
    const h = Math.log(sigma / following);
    let direction: tf.Tensor = clean;
    if (before !== undefined) {
      const ratio = Math.log((sigmas[i - 1] as number) / sigma) / h;
      direction = tf.add(clean, tf.mul(tf.sub(clean, before), 0.5 / ratio));
    }
    const moved = tf.sub(
      tf.mul(x, Math.sqrt((1 - next) / (1 - now))),
      tf.mul(direction, Math.sqrt(next) * Math.expm1(-h)),
    );
    return { x: moved as tf.Tensor4D, memory: [clean] };
  }, o.onStep);
};

/** The time steps and their σ. The even spacings leave the last of steps + 1 places to σ = 0. */
function dpmSteps(
  schedule: Schedule,
  { steps, spacing = "leading", offset = 1, karras = false }: SamplerOptions,
): { timesteps: number[]; sigmas: number[] } {
  const a = schedule.alphasCumprod, trainSteps = a.length;
  checkSteps(steps, trainSteps - 1);
  if (karras) {
    const ends = [a[trainSteps - 1], a[0]].map((alpha) => sigmaOf(alpha as number));
    const sigmas = karrasSigmas(ends[0] as number, ends[1] as number, steps);
    return { timesteps: sigmas.map((s) => roundHalfEven(timestepAt(schedule, s))), sigmas };
  }
  const timesteps = spacing === "trailing"
    ? timestepsOf(trainSteps, steps, spacing)
    : timestepsOf(trainSteps, steps + 1, spacing, offset).slice(0, steps);
  return { timesteps, sigmas: timesteps.map((t) => sigmaAt(schedule, t)) };
}
