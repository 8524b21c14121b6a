import { stream, tf } from "../runtime/mod.ts";
import {
  addNoise,
  latentShape,
  makeSchedule,
  type Model,
  noisePredictor,
  predictionTarget,
  textTower,
  tokensOf,
} from "../model/mod.ts";

/**
 * The noise loss of every picture under its caption, the mean over some time steps: [n].
 *
 * `latents` are scaled, [n, h, w, c]. The draws depend on `seed`, the time step and the picture's
 * place, so that models are compared on the same.
 */
export async function noiseLosses(
  model: Model,
  captions: readonly string[],
  latents: Float32Array,
  timesteps: readonly number[],
  seed: number,
): Promise<Float64Array> {
  const { params, config: sizes } = model;
  const shape = latentShape(sizes), size = shape.reduce((a, b) => a * b);
  const schedule = makeSchedule(sizes.schedule), count = captions.length, piece = 64;
  const losses = new Float64Array(count), predict = noisePredictor(params, sizes.unet);
  for (let at = 0; at < count; at += piece) {
    const n = Math.min(piece, count - at);
    const states = tf.tidy(() =>
      textTower(params, sizes.clip.text, tokensOf(model, captions.slice(at, at + n))).states
    );
    for (const t of timesteps) {
      const noise = stream(seed, "noise-loss", t, at).normals(n * size);
      const loss = tf.tidy(() => {
        const epsilon = tf.tensor4d(noise, [n, ...shape]);
        const clean = tf.tensor4d(latents.subarray(at * size, (at + n) * size), [n, ...shape]);
        const steps = new Int32Array(n).fill(t);
        const noisy = addNoise(schedule, clean, epsilon, steps);
        const out = predict({ latents: noisy, timesteps: steps, states });
        const { prediction } = sizes.schedule;
        const target = predictionTarget(prediction, schedule, clean, epsilon, steps);
        return tf.mean(tf.squaredDifference(out, target), [1, 2, 3]);
      });
      (await loss.data()).forEach((value, i) => losses[at + i]! += value / timesteps.length);
      loss.dispose();
    }
    states.dispose();
  }
  return losses;
}
