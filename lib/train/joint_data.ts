import { stream, tf } from "../runtime/mod.ts";
import { flipPixels } from "../data/mod.ts";
import { sharedTargets } from "../losses/mod.ts";
import { latentShape, type Model, tokensOf } from "../model/mod.ts";
import type { RscConfig } from "./consistency.ts";
import type { JointBatch } from "./batch.ts";

/** Training pictures, read batch by batch: pixels for CLIP, and latents, plain or mirrored. */
export interface JointData {
  readonly count: number;
  readonly names: readonly string[];
  readonly captions: readonly (readonly string[])[];
  /** Pixels in [−1, 1] of the chosen pictures, [n, s, s, 3]. */
  readonly pixels: (indices: ArrayLike<number>) => Float32Array;
  /** Scaled latents of the chosen pictures, [n, h, w, c]; those of the mirrored one where `mirrored`. */
  readonly latents: (
    indices: ArrayLike<number>,
    mirrored: readonly boolean[],
  ) => Float32Array;
}

/** How batches are drawn. */
export interface BatchConfig {
  readonly batch: number;
  readonly seed: number;
  readonly captionDropout: number;
  readonly flip: boolean;
  readonly rsc: RscConfig;
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
  const mirrored = Array.from(flips, (u) => c.flip && u < 0.5);
  const side = config.clip.vision.imageSize, [h, w, channels] = latentShape(config);
  const shape: [number, number, number, number] = [n, h, w, channels];
  const size = n * h * w * channels, [first, last] = c.rsc.timesteps;
  const time = draws("time"), rscTime = draws("rsc-time");
  return {
    pixels: tf.tensor4d(someFlipped(data.pixels(order), side, mirrored), [n, side, side, 3]),
    latents: tf.tensor4d(data.latents(order, mirrored), shape),
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

/** Pictures of which those are mirrored that `mirrored` says. */
function someFlipped(
  pixels: Float32Array,
  side: number,
  mirrored: readonly boolean[],
): Float32Array {
  const size = side * side * 3;
  for (const [i, flip] of mirrored.entries()) {
    const one = pixels.subarray(i * size, (i + 1) * size);
    if (flip) one.set(flipPixels(one, side));
  }
  return pixels;
}

/** Frees a batch's tensors. */
export function disposeBatch(b: JointBatch): void {
  tf.dispose([b.pixels, b.latents, b.targets, b.dropped, b.noise, b.rscNoise]);
}
