import { tf } from "../runtime/tf.ts";
import { flipPixels } from "../data/pixels.ts";
import { stream } from "../runtime/random.ts";
import { sharedTargets } from "../losses/itc.ts";
import { encodeLatents, latentShape, type Model, tokensOf } from "../model/model.ts";
import type { RscConfig } from "./consistency.ts";
import type { JointBatch } from "./objective.ts";

/** Training pictures in memory: pixels for CLIP and latents, both also mirrored. */
export interface JointData {
  readonly count: number;
  readonly names: readonly string[];
  readonly captions: readonly (readonly string[])[];
  /** [count, s, s, 3] */
  readonly pixels: Float32Array;
  readonly mirrored: Float32Array;
  /** [count, h, w, c] */
  readonly latents: Float32Array;
  readonly mirroredLatents: Float32Array;
}

/** How batches are drawn. */
export interface BatchConfig {
  readonly batch: number;
  readonly seed: number;
  readonly captionDropout: number;
  readonly flip: boolean;
  readonly rsc: RscConfig;
}

/** Encodes pictures once; `clipPixels` [n, s, s, 3] and `pixels` [n, S, S, 3] may be the same array. */
export async function jointData(
  model: Model,
  records: readonly { readonly id: string; readonly captions: readonly string[] }[],
  clip: Float32Array,
  diffusion: Float32Array,
): Promise<JointData> {
  const clipSide = model.config.clip.vision.imageSize, side = model.config.imageSize;
  return {
    count: records.length,
    names: records.map(({ id }) => id),
    captions: records.map(({ captions }) => captions),
    pixels: clip,
    mirrored: flipPixels(clip, clipSide),
    latents: await encodeLatents(model, diffusion),
    mirroredLatents: await encodeLatents(model, flipPixels(diffusion, side)),
  };
}

/**
 * The batch of a step: `order` picks the pictures, every draw comes from the stream of its purpose
 * and step, so that all rows of a seed see the same.
 */
export function jointBatch(
  model: Model,
  data: JointData,
  order: ArrayLike<number>,
  step: number,
  c: BatchConfig,
): JointBatch {
  const n = order.length, { config } = model;
  const draws = (purpose: string) => stream(c.seed, purpose, step);
  const flips = draws("flip").uniforms(n), drops = draws("caption-dropout").uniforms(n);
  const which = draws("caption").uniforms(n);
  const captions = Array.from(order, (at, i) => {
    const all = data.captions[at] as readonly string[];
    return all[Math.floor((which[i] as number) * all.length)] as string;
  });
  const rows = (plain: Float32Array, mirrored: Float32Array) => {
    const size = plain.length / data.count, out = new Float32Array(n * size);
    for (let i = 0; i < n; i++) {
      const source = c.flip && (flips[i] as number) < 0.5 ? mirrored : plain;
      const at = order[i] as number;
      out.set(source.subarray(at * size, (at + 1) * size), i * size);
    }
    return out;
  };
  const side = config.clip.vision.imageSize, [h, w, channels] = latentShape(config);
  const shape: [number, number, number, number] = [n, h, w, channels];
  const size = n * h * w * channels, [first, last] = c.rsc.timesteps;
  const time = draws("time"), rscTime = draws("rsc-time");
  return {
    pixels: tf.tensor4d(rows(data.pixels, data.mirrored), [n, side, side, 3]),
    latents: tf.tensor4d(rows(data.latents, data.mirroredLatents), shape),
    tokens: tokensOf(model, [...captions, ""]),
    targets: tf.tensor2d(sharedTargets(captions), [n, n]),
    dropped: tf.tensor3d(drops.map((u) => u < c.captionDropout ? 1 : 0), [n, 1, 1]),
    noise: tf.tensor4d(draws("noise").normals(size), shape),
    timesteps: Int32Array.from({ length: n }, () => time.int(config.schedule.steps)),
    rscNoise: tf.tensor4d(draws("rsc-noise").normals(size), shape),
    rscTimesteps: Int32Array.from({ length: n }, () => first + rscTime.int(last - first + 1)),
    names: Array.from(order, (at) => data.names[at] as string),
  };
}

/** Frees a batch's tensors. */
export function disposeBatch(b: JointBatch): void {
  tf.dispose([b.pixels, b.latents, b.targets, b.dropped, b.noise, b.rscNoise]);
}
