import { tf } from "../../../runtime/mod.ts";
import { eulerSteps, slopeOf } from "./euler.ts";
import { drawn, type Sampler, walk } from "./sampler.ts";

/**
 * Euler ancestral: each step goes below the next σ by Euler's method and adds noise back up to it.
 *
 * Source: crowsonkb/k-diffusion, sampling.py (sample_euler_ancestral).
 */
export const eulerAncestral: Sampler = (denoise, start, schedule, o) => {
  const { timesteps, sigmas, initial } = eulerSteps(schedule, o);
  return walk(start, o.steps, ({ x }, i) => {
    const now = sigmas[i] as number, next = sigmas[i + 1] as number;
    const from = i === 0 ? tf.mul(x, initial) as tf.Tensor4D : x;
    const up = Math.sqrt(next ** 2 * (now ** 2 - next ** 2) / now ** 2);
    const down = Math.sqrt(next ** 2 - up ** 2);
    const slope = slopeOf(denoise, from, now, timesteps[i] as number, o);
    const moved = tf.add(from, tf.mul(slope, down - now));
    return { x: tf.add(moved, tf.mul(drawn("euler-ancestral", o, i), up)), memory: [] };
  }, o.onStep);
};
