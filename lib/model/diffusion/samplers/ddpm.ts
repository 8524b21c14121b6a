import { tf } from "../../../runtime/mod.ts";
import { cleanOf } from "./prediction.ts";
import { drawn, type Sampler, walk } from "./sampler.ts";
import { timestepsOf } from "./timesteps.ts";

/**
 * DDPM with the smaller of its two variances (Ho et al. 2020, eq. 7): ancestral sampling from the
 * posterior of each step; no noise is added at time step 0.
 */
export const ddpm: Sampler = (denoise, start, schedule, o) => {
  const a = schedule.alphasCumprod, timesteps = timestepsOf(a.length, o.steps, o.spacing, o.offset);
  return walk(start, o.steps, ({ x }, i) => {
    const t = timesteps[i] as number, now = a[t] as number, following = timesteps[i + 1];
    const next = following === undefined ? 1 : a[following] as number;
    const kept = now / next, lost = 1 - kept;
    const clean = cleanOf(denoise(x, t), x, now, o.prediction);
    const mean = tf.add(
      tf.mul(clean, Math.sqrt(next) * lost / (1 - now)),
      tf.mul(x, Math.sqrt(kept) * (1 - next) / (1 - now)),
    ) as tf.Tensor4D;
    if (t === 0) return { x: mean, memory: [] };
    const deviation = Math.sqrt((1 - next) / (1 - now) * lost);
    return { x: tf.add(mean, tf.mul(drawn("ddpm", o, i), deviation)), memory: [] };
  }, o.onStep);
};
