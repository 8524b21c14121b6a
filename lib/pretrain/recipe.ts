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
  readonly unet: UNetRecipe;
}

const loop = { accumulate: 1, warmup: 100, logEvery: 20, checkpointSeconds: 120, seed: 0 };

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
  unet: {
    ...defaultOptimizer,
    ...loop,
    betas: [0.9, 0.99],
    ema: 0.998,
    steps: 1100,
    batch: 40,
    secondShare: 1 / 6,
    captionDropout: 0.1,
    learningRate: 1e-3,
  },
};
