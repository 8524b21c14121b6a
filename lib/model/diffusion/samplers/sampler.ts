import { tf } from "../../../runtime/mod.ts";
import type { Schedule } from "../schedule.ts";
import type { Prediction } from "./prediction.ts";
import type { Spacing } from "./timesteps.ts";

/**
 * What a sampler asks: the network's prediction for latents [batch, h, w, c] that all stand at time
 * step `t`, which need not be whole.
 */
export type Denoiser = (latents: tf.Tensor4D, t: number) => tf.Tensor4D;

/** How a sampler walks. */
export interface SamplerOptions {
  readonly steps: number;
  /** What the denoiser predicts; "epsilon" by default. */
  readonly prediction?: Prediction;
  /** How time steps are spread; "leading" by default. */
  readonly spacing?: Spacing;
  /** Added to the time steps of "leading"; 1 by default, as Stable Diffusion's files say. */
  readonly offset?: number;
  /** What DDIM and PNDM end at: the schedule's first ᾱ (the default) or 1. */
  readonly last?: "first" | "one";
  /** DDIM's share of added noise in [0, 1]; 0 by default. */
  readonly eta?: number;
  /** Places the steps of DPM-Solver++ as Karras et al. 2022, eq. 5. */
  readonly karras?: boolean;
  /**
   * Standard normal noise in the shape of the latents for step `i`; the sampler frees it. Needed by
   * DDPM, Euler ancestral and DDIM with `eta`; the other samplers draw nothing.
   */
  readonly noise?: (i: number) => tf.Tensor4D;
  /** Told after each step. */
  readonly onStep?: (done: number, of: number) => void | Promise<void>;
}

/**
 * Draws latents: `start` [batch, h, w, c] of standard normal noise → clean latents, a new tensor.
 *
 * Nothing is read back from the device on the way, and the number of tensors is the same after each
 * step. Throws where an option does not fit.
 */
export type Sampler = (
  denoise: Denoiser,
  start: tf.Tensor4D,
  schedule: Schedule,
  options: SamplerOptions,
) => Promise<tf.Tensor4D>;

/** The latents, and what a multistep method remembers of the steps before. */
export interface Place {
  readonly x: tf.Tensor4D;
  readonly memory: readonly tf.Tensor4D[];
}

/** Takes `count` steps from `start`, freeing what each leaves behind. */
export async function walk(
  start: tf.Tensor4D,
  count: number,
  step: (place: Place, i: number) => Place,
  onStep: SamplerOptions["onStep"],
): Promise<tf.Tensor4D> {
  let place: Place = { x: tf.clone(start), memory: [] };
  try {
    for (let i = 0; i < count; i++) {
      const before = place;
      // tidy() looks for tensors to keep in plain arrays and objects.
      const [x, ...memory] = tf.tidy(() => {
        const { x, memory } = step(before, i);
        return [x, ...memory];
      });
      place = { x: x as tf.Tensor4D, memory };
      tf.dispose([before.x, ...before.memory].filter((t) => t !== x && !memory.includes(t)));
      await onStep?.(i + 1, count);
    }
  } catch (error) {
    tf.dispose([place.x, ...place.memory]);
    throw error;
  }
  tf.dispose([...place.memory]);
  return place.x;
}

/** The noise of step `i`; throws where a sampler that draws was given no source. */
export function drawn(sampler: string, { noise }: SamplerOptions, i: number): tf.Tensor4D {
  if (noise === undefined) {
    throw new Error(`${sampler}: expected a source of noise, found none; give the option "noise"`);
  }
  return noise(i);
}
