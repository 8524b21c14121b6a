import { tf } from "../../../runtime/mod.ts";
import { noiseOf, type Prediction } from "./prediction.ts";
import { type Sampler, walk } from "./sampler.ts";
import { timestepsOf } from "./timesteps.ts";

/** Adams–Bashforth weights of the newest prediction, the one before, and so on. */
const weights = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
] as const;

/**
 * PNDM without its Runge–Kutta start (Liu et al. 2022), which is Stable Diffusion v1's "PLMS".
 *
 * The first step is taken twice, the second time with the mean of the predictions at its two ends;
 * so the network is asked steps + 1 times. Source: diffusers, schedulers/scheduling_pndm.py
 * (skip_prk_steps = true).
 */
export const pndm: Sampler = (denoise, start, schedule, o) => {
  const a = schedule.alphasCumprod, { steps, prediction } = o;
  const spread = timestepsOf(a.length, steps, o.spacing, o.offset);
  const timesteps = steps === 1 ? spread : [...spread.slice(0, 2), ...spread.slice(1)];
  const stride = Math.floor(a.length / steps), last = o.last === "one" ? 1 : a[0] as number;
  const at = (t: number) => t < 0 ? last : a[t] as number;
  return walk(start, timesteps.length, ({ x, memory }, i) => {
    const t = timesteps[i] as number, output = denoise(x, t);
    if (i === 1) {
      // Once more from where the first step began: memory holds its prediction and its latents.
      const [first, from] = memory as [tf.Tensor4D, tf.Tensor4D];
      const mean = tf.div(tf.add(output, first), 2) as tf.Tensor4D;
      return { x: transfer(mean, from, at(t + stride), at(t), prediction), memory: [first] };
    }
    const outputs = [output, ...memory].slice(0, 4);
    const moved = transfer(blend(outputs), x, at(t), at(t - stride), prediction);
    return { x: moved, memory: i === 0 ? [output, x] : outputs.slice(0, 3) };
  }, o.onStep);
};

/** The linear multistep combination of predictions, newest first. */
function blend(outputs: readonly tf.Tensor4D[]): tf.Tensor4D {
  const shares = weights[outputs.length - 1] as readonly number[];
  return tf.tidy(() =>
    tf.addN(outputs.map((x, k) => tf.mul(x, shares[k] as number)))
  ) as tf.Tensor4D;
}

/** Latents carried from ᾱ = `now` to `next` along the predicted noise (Liu et al. 2022, eq. 9). */
function transfer(
  output: tf.Tensor4D,
  x: tf.Tensor4D,
  now: number,
  next: number,
  prediction: Prediction = "epsilon",
): tf.Tensor4D {
  return tf.tidy(() => {
    const noise = noiseOf(output, x, now, prediction);
    const divisor = now * Math.sqrt(1 - next) + Math.sqrt(now * (1 - now) * next);
    return tf.sub(
      tf.mul(x, Math.sqrt(next / now)),
      tf.mul(noise, (next - now) / divisor),
    ) as tf.Tensor4D;
  });
}
