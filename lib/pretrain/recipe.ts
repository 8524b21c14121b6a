import { mini, type ModelConfig } from "../model/config.ts";
import { defaultOptimizer } from "../train/config.ts";
import type { AutoencoderRecipe } from "./autoencoder.ts";
import type { ClipRecipe } from "./clip.ts";
import type { UNetRecipe } from "./unet.ts";

/** How the miniature's weights are made. */
export interface PretrainRecipe {
  readonly model: ModelConfig;
  /** Drawn pictures to train on. */
  readonly drawn: number;
  readonly autoencoder: AutoencoderRecipe;
  readonly clip: ClipRecipe;
  /** The UNet's long leg from a random start, and a short one that sharpens its average. */
  readonly unetFirst: UNetRecipe;
  readonly unet: UNetRecipe;
}

const loop = { accumulate: 1, warmup: 100, logEvery: 20, checkpointSeconds: 120, seed: 0 };

const unetBatches = { batch: 40, secondShare: 1 / 6, captionDropout: 0.1 };

/** The recipe of the weights in data/mini; about an hour on two cores. */
export const miniRecipe: PretrainRecipe = {
  model: mini,
  drawn: 12000,
  autoencoder: {
    ...defaultOptimizer,
    ...loop,
    betas: [0.9, 0.99],
    weightDecay: 0,
    steps: 1400,
    cropSteps: 900,
    cropBatch: 24,
    batch: 16,
    learningRate: 1e-3,
  },
  clip: {
    ...defaultOptimizer,
    ...loop,
    weightDecay: 0.05,
    steps: 760,
    batch: 96,
    secondShare: 1 / 6,
    learningRate: 1e-3,
  },
  unetFirst: {
    ...defaultOptimizer,
    ...loop,
    ...unetBatches,
    betas: [0.9, 0.99],
    ema: 0.998,
    steps: 1100,
    learningRate: 1e-3,
  },
  // An average over some 500 steps lags behind the weights; so a second leg starts from it.
  unet: {
    ...defaultOptimizer,
    ...loop,
    ...unetBatches,
    betas: [0.9, 0.99],
    warmup: 20,
    steps: 320,
    learningRate: 6e-4,
    seed: 1,
  },
};
