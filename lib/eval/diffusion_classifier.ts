/** Captions told apart by the diffusion model: the right one explains a picture's noise best. */
import { stream, tf } from "../runtime/mod.ts";
import {
  addNoise,
  latentShape,
  makeSchedule,
  type Model,
  type ModelConfig,
  predictionTarget,
  textTower,
  tokensOf,
  unet,
} from "../model/mod.ts";

/** Time steps and noise, the same for every caption that is compared. */
export interface ProbeDraws {
  readonly timesteps: Int32Array;
  /** [draws, h, w, c] */
  readonly noise: Float32Array;
}

/** `count` time steps evenly over all of them, each with a noise of its own. */
export function probeDraws(config: ModelConfig, count: number, seed: number): ProbeDraws {
  const steps = config.schedule.steps;
  return {
    timesteps: Int32Array.from({ length: count }, (_, i) => Math.floor((i + 0.5) * steps / count)),
    noise: stream(seed, "probe-noise").normals(
      count * latentShape(config).reduce((a, b) => a * b),
    ),
  };
}

/**
 * −(mean squared error of the predicted noise) of every chosen picture under every caption:
 * [pictures, captions], higher is likelier.
 *
 * `latents` are [n, h, w, c], of which rows `pictures` are taken. All captions see the same draws.
 * Source: Li et al. 2023 (Diffusion Classifier), equation 6.
 */
export async function labelledSimilarity(
  model: Model,
  latents: Float32Array,
  pictures: readonly number[],
  captions: readonly string[],
  draws: ProbeDraws,
  onPicture?: (done: number, all: number) => void | Promise<void>,
): Promise<Float64Array> {
  const { params, config } = model, shape = latentShape(config);
  const size = shape.reduce((a, b) => a * b), m = captions.length, count = draws.timesteps.length;
  const schedule = makeSchedule(config.schedule);
  const states = tf.tidy(() =>
    textTower(params, config.clip.text, tokensOf(model, captions)).states
  );
  const result = new Float64Array(pictures.length * m);
  for (const [row, picture] of pictures.entries()) {
    const clean = latents.subarray(picture * size, (picture + 1) * size);
    const errors = tf.tidy(() => {
      const one = tf.tensor4d(clean, [1, ...shape]);
      const sums = Array.from({ length: count }, (_, k) => {
        const timesteps = new Int32Array(m).fill(draws.timesteps[k] as number);
        const noise = tf.tensor4d(draws.noise.subarray(k * size, (k + 1) * size), [1, ...shape]);
        const noisy = addNoise(schedule, one, noise, timesteps.subarray(0, 1));
        const input = tf.tile(noisy, [m, 1, 1, 1]);
        const found = unet(params, config.unet, { latents: input, timesteps, states }).noise;
        const { prediction } = config.schedule, step = timesteps.subarray(0, 1);
        const target = predictionTarget(prediction, schedule, one, noise, step);
        return tf.mean(tf.squaredDifference(found, target), [1, 2, 3]);
      });
      return tf.mean(tf.stack(sums), 0);
    });
    (await errors.data()).forEach((error, j) => result[row * m + j] = -error);
    errors.dispose();
    await onPicture?.(row + 1, pictures.length);
  }
  states.dispose();
  return result;
}
