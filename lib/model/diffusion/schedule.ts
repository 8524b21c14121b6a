import { derived, tf } from "../../runtime/mod.ts";
import type { ScheduleConfig } from "./config.ts";
import type { Prediction } from "./samplers/prediction.ts";

/** ᾱ_t of every time step. */
export interface Schedule {
  readonly alphasCumprod: Float32Array;
}

/**
 * The schedule ᾱ_t = Π(1 − β): √β ("scaled_linear") or β ("linear") runs evenly between its ends.
 *
 * Source: CompVis/stable-diffusion, ldm/modules/diffusionmodules/util.py (make_beta_schedule).
 */
export function makeSchedule(c: ScheduleConfig): Schedule {
  const power = c.kind === "linear" ? 1 : 2;
  const first = c.betaStart ** (1 / power), last = c.betaEnd ** (1 / power);
  const alphasCumprod = new Float32Array(c.steps);
  let product = 1;
  for (let t = 0; t < c.steps; t++) {
    const root = first + (last - first) * t / (c.steps - 1);
    alphasCumprod[t] = product *= 1 - root ** power;
  }
  return { alphasCumprod };
}

/** ᾱ_t; throws where the schedule has no such step. */
function alphaAt({ alphasCumprod }: Schedule, t: number): number {
  const alpha = alphasCumprod[t];
  if (alpha === undefined) {
    throw new Error(`time step ${t} is outside the schedule of ${alphasCumprod.length} steps`);
  }
  return alpha;
}

/** √ᾱ_t and √(1 − ᾱ_t) of each time step as [batch, 1, 1, 1]. */
function coefficients(s: Schedule, timesteps: ArrayLike<number>): [tf.Tensor4D, tf.Tensor4D] {
  const each = (f: (alpha: number) => number) => {
    const values = derived(timesteps, (all) => Float32Array.from(all, (t) => f(alphaAt(s, t))));
    return tf.tensor4d(values, [values.length, 1, 1, 1]);
  };
  return [each((a) => Math.sqrt(a)), each((a) => Math.sqrt(1 - a))];
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

/**
 * The clean latents that a prediction means: ẑ₀ = (z_t − √(1 − ᾱ_t)·ε) / √ᾱ_t, or
 * √ᾱ_t·z_t − √(1 − ᾱ_t)·v; [batch, h, w, c].
 */
export function predictClean(
  s: Schedule,
  noisy: tf.Tensor4D,
  output: tf.Tensor4D,
  timesteps: ArrayLike<number>,
  prediction: Prediction = "epsilon",
): tf.Tensor4D {
  return tf.tidy(() => {
    const [signal, spread] = coefficients(s, timesteps);
    return (prediction === "epsilon"
      ? tf.div(tf.sub(noisy, tf.mul(output, spread)), signal)
      : tf.sub(tf.mul(noisy, signal), tf.mul(output, spread))) as tf.Tensor4D;
  });
}

/** v_t = √ᾱ_t·ε − √(1 − ᾱ_t)·z₀ for each picture's own time step (Salimans & Ho 2022, appendix D). */
export function velocity(
  s: Schedule,
  latents: tf.Tensor4D,
  noise: tf.Tensor4D,
  timesteps: ArrayLike<number>,
): tf.Tensor4D {
  return tf.tidy(() => {
    const [signal, spread] = coefficients(s, timesteps);
    return tf.sub(tf.mul(noise, signal), tf.mul(latents, spread)) as tf.Tensor4D;
  });
}

/** What a network that predicts `prediction` is trained towards: the noise, or {@link velocity}. */
export function predictionTarget(
  prediction: Prediction | undefined,
  s: Schedule,
  latents: tf.Tensor4D,
  noise: tf.Tensor4D,
  timesteps: ArrayLike<number>,
): tf.Tensor4D {
  return prediction === "v_prediction" ? velocity(s, latents, noise, timesteps) : noise;
}

/**
 * The min-SNR weight of the loss at each time step (Hang et al. 2023): with SNR = ᾱ/(1 − ᾱ),
 * min(SNR, γ)/SNR where the noise is predicted, min(SNR, γ)/(SNR + 1) where v is.
 */
export function minSnrWeights(
  s: Schedule,
  timesteps: ArrayLike<number>,
  gamma: number,
  prediction: Prediction = "epsilon",
): Float32Array {
  return derived(timesteps, (all) =>
    Float32Array.from(all, (t) => {
      const a = alphaAt(s, t), snr = a / (1 - a);
      return Math.min(snr, gamma) / (prediction === "epsilon" ? snr : snr + 1);
    }));
}
