/** What one step is given. */
import type { Tokens } from "../model/mod.ts";
import type { tf } from "../runtime/mod.ts";

/** One step's data: B pictures with all their draws. */
export interface JointBatch {
  /** Pixels in [−1, 1] for CLIP, [B, s, s, 3]. */
  readonly pixels: tf.Tensor4D;
  /** Scaled latents of the same pictures, [B, h, w, c]. */
  readonly latents: tf.Tensor4D;
  /** B captions, then the empty one. */
  readonly tokens: Tokens;
  /** True matches, [B, B] rows of probability. */
  readonly targets: tf.Tensor2D;
  /** 1 where the caption is dropped, [B, 1, 1]. */
  readonly dropped: tf.Tensor3D;
  readonly noise: tf.Tensor4D;
  readonly timesteps: ArrayLike<number>;
  readonly rscNoise: tf.Tensor4D;
  readonly rscTimesteps: ArrayLike<number>;
  /** Names of the records, for messages. */
  readonly names: readonly string[];
}
