import { tf } from "../../../runtime/mod.ts";
import { cleanOf, noiseOf } from "./prediction.ts";
import { drawn, type Sampler, walk } from "./sampler.ts";
import { timestepsOf } from "./timesteps.ts";

/**
 * DDIM (Song et al. 2021, eqs. 12 and 16): `eta` 0 adds no noise, 1 as much as DDPM.
 *
 * The last step goes to the schedule's first ᾱ, as Stable Diffusion's configuration says
 * (set_alpha_to_one = false), or to 1.
 */
export const ddim: Sampler = (denoise, start, schedule, o) => {
  const a = schedule.alphasCumprod, { steps, prediction, eta = 0 } = o;
  const timesteps = timestepsOf(a.length, steps, o.spacing, o.offset);
  const stride = Math.floor(a.length / steps), last = o.last === "one" ? 1 : a[0] as number;
  return walk(start, steps, ({ x }, i) => {
    const t = timesteps[i] as number, now = a[t] as number;
    const next = t >= stride ? a[t - stride] as number : last;
    const output = denoise(x, t);
    const clean = cleanOf(output, x, now, prediction), noise = noiseOf(output, x, now, prediction);
    const added = eta * Math.sqrt((1 - next) / (1 - now) * (1 - now / next));
    const moved = tf.add(
      tf.mul(clean, Math.sqrt(next)),
      tf.mul(noise, Math.sqrt(1 - next - added * added)),
    ) as tf.Tensor4D;
    if (eta === 0) return { x: moved, memory: [] };
    return { x: tf.add(moved, tf.mul(drawn("ddim", o, i), added)), memory: [] };
  }, o.onStep);
};
