import { stream, tf } from "../runtime/mod.ts";
import {
  addNoise,
  latentShape,
  makeSchedule,
  type Model,
  textTower,
  tokensOf,
  unetEncode,
} from "../model/mod.ts";

/**
 * The middle feature of the UNet averaged over places, of latents [n, h, w, c] noised to `timestep`,
 * without a caption: [n, channels], what the diffusion model itself sees in a picture; or with the
 * pictures' `captions`.
 *
 * The noise depends on `seed` and the picture's place alone.
 */
export async function unetFeatures(
  model: Model,
  latents: Float32Array,
  timestep: number,
  seed: number,
  captions?: readonly string[],
): Promise<{ features: Float32Array; dim: number }> {
  const { params, config } = model, shape = latentShape(config), piece = 64;
  const size = shape.reduce((a, b) => a * b), count = latents.length / size;
  const schedule = makeSchedule(config.schedule), dim = config.unet.channels.at(-1) as number;
  const features = new Float32Array(count * dim);
  const statesOf = (texts: readonly string[]) =>
    tf.tidy(() => textTower(params, config.clip.text, tokensOf(model, texts)).states);
  const empty = statesOf([""]);
  for (let at = 0; at < count; at += piece) {
    const n = Math.min(piece, count - at);
    const noise = stream(seed, "unet-feature", at).normals(n * size);
    const pooled = tf.tidy(() => {
      const clean = tf.tensor4d(latents.subarray(at * size, (at + n) * size), [n, ...shape]);
      const timesteps = new Int32Array(n).fill(timestep);
      const noisy = addNoise(schedule, clean, tf.tensor4d(noise, [n, ...shape]), timesteps);
      const states = captions === undefined
        ? tf.tile(empty, [n, 1, 1])
        : statesOf(captions.slice(at, at + n));
      const { middle } = unetEncode(params, config.unet, { latents: noisy, timesteps, states });
      return tf.mean(middle, [1, 2]);
    });
    features.set(await pooled.data<"float32">(), at * dim);
    pooled.dispose();
  }
  empty.dispose();
  return { features, dim };
}
