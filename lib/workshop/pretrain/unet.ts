import { stream, tf } from "../../runtime/mod.ts";
import {
  addNoise,
  encodeLatents,
  latentShape,
  makeSchedule,
  minSnrWeights,
  type Model,
  type Params,
  predictionTarget,
  textTower,
  tokensOf,
  unet,
} from "../../model/mod.ts";
import { flipPixels } from "../../data/mod.ts";
import { isLoss } from "../../losses/mod.ts";
import type { LoopConfig, Task } from "../../train/mod.ts";
import { phraseOf, type Source, sourcesOf } from "./mixture.ts";
import { type Pictures, pixelsOf } from "./pictures.ts";

/** Recipe of the UNet's pretraining. */
export interface UNetRecipe extends LoopConfig {
  readonly learningRate: number;
  readonly batch: number;
  readonly captionDropout: number;
  /** γ of min-SNR weights: few steps are spent on noise that is hardly there. */
  readonly minSnr?: number;
  readonly seed: number;
}

interface Batch {
  readonly latents: tf.Tensor4D;
  readonly noise: tf.Tensor4D;
  readonly timesteps: Int32Array;
  readonly states: tf.Tensor3D;
}

/** Pictures as latents, plain and mirrored, in memory. */
export interface Encoded {
  readonly pictures: Pictures;
  /** Share of each batch. */
  readonly share: number;
  readonly plain: Float32Array;
  readonly mirrored: Float32Array;
}

/** Noise prediction from `start` under a frozen text tower, on sources of captioned pictures. */
export function unetTask(
  model: Model,
  r: UNetRecipe,
  encoded: readonly Encoded[],
  start: Params,
): Task<Batch> {
  const { config } = model, schedule = makeSchedule(config.schedule);
  const [h, w, channels] = latentShape(config), size = h * w * channels;
  const sources = sourcesOf(r.batch, encoded.map(({ share }) => share));
  return {
    params: start,
    learningRate: () => r.learningRate,
    prepare(step, micro) {
      const s = stream(r.seed, "unet", step, micro), n = r.batch;
      const latents = new Float32Array(n * size);
      const captions = Array.from({ length: n }, (_, i) => {
        const { pictures, plain, mirrored } = encoded[sources[i] as number] as Encoded;
        const index = s.int(pictures.count);
        const from = s.uniform() < 0.5 ? plain : mirrored;
        latents.set(from.subarray(index * size, (index + 1) * size), i * size);
        return s.uniform() < r.captionDropout ? "" : phraseOf(pictures, index, s);
      });
      const shape: [number, number, number, number] = [n, h, w, channels];
      return {
        latents: tf.tensor4d(latents, shape),
        noise: tf.tensor4d(s.normals(n * size), shape),
        timesteps: Int32Array.from({ length: n }, () => s.int(config.schedule.steps)),
        states: tf.tidy(() =>
          textTower(model.params, config.clip.text, tokensOf(model, captions)).states
        ),
      };
    },
    loss(p, { latents, noise, timesteps, states }) {
      const noisy = addNoise(schedule, latents, noise, timesteps);
      const { prediction } = config.schedule;
      const target = predictionTarget(prediction, schedule, latents, noise, timesteps);
      const weights = r.minSnr === undefined
        ? undefined
        : minSnrWeights(schedule, timesteps, r.minSnr, prediction);
      const { noise: predicted } = unet(p, config.unet, { latents: noisy, timesteps, states });
      const is = isLoss(predicted, target, weights);
      return { total: is, terms: { is } };
    },
    dispose: ({ latents, noise, states }) => tf.dispose([latents, noise, states]),
  };
}

/** Encodes pictures a thousand at a time, so that no more than those are pixels at once. */
export async function encodePictures(
  model: Model,
  { pictures, share }: Source,
  onDone: (count: number) => void = () => {},
): Promise<Encoded> {
  const size = latentShape(model.config).reduce((a, b) => a * b);
  const plain = new Float32Array(pictures.count * size), mirrored = new Float32Array(plain.length);
  for (let at = 0; at < pictures.count; at += 1000) {
    const pixels = pixelsOf(pictures, at, Math.min(1000, pictures.count - at));
    plain.set(await encodeLatents(model, pixels), at * size);
    mirrored.set(await encodeLatents(model, flipPixels(pixels, pictures.size)), at * size);
    onDone(Math.min(at + 1000, pictures.count));
  }
  return { pictures, share, plain, mirrored };
}
