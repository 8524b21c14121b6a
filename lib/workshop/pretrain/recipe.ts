import { mini, type ModelConfig } from "../../model/mod.ts";
import { defaultOptimizer } from "../../train/mod.ts";
import type { AutoencoderRecipe } from "./autoencoder.ts";
import type { TrainingCorpus } from "./corpus.ts";
import type { ClipRecipe } from "./clip.ts";
import type { UNetRecipe } from "./unet.ts";

/** Shares of the sources in a batch; they add up to 1. */
export type SourceShares = Readonly<Record<keyof TrainingCorpus, number>>;

/** How the miniature's weights are made. */
export interface PretrainRecipe {
  readonly model: ModelConfig;
  /** Drawn pictures to train on. */
  readonly drawn: number;
  /** What each source gives of a batch, by network. */
  readonly shares: Readonly<Record<"autoencoder" | "clip" | "unet", SourceShares>>;
  readonly autoencoder: AutoencoderRecipe;
  readonly clip: ClipRecipe;
  /** The UNet's long leg from a random start, and a short one that sharpens its average. */
  readonly unetFirst: UNetRecipe;
  readonly unet: UNetRecipe;
}

const loop = { accumulate: 1, warmup: 100, logEvery: 20, checkpointSeconds: 120, seed: 0 };

const unetBatches = { batch: 40, captionDropout: 0.1 };

/**
 * The recipe of the weights in data/mini; about two hours on two cores with the card.
 *
 * Products and emoji teach words and textures that drawings lack; drawings teach garments, colours and
 * clean shapes, which is what is drawn afterwards.
 */
export const miniRecipe: PretrainRecipe = {
  model: mini,
  drawn: 16000,
  shares: {
    autoencoder: { drawn: 0.4, products: 0.4, emoji: 0.2 },
    clip: { drawn: 0.55, products: 0.25, emoji: 0.2 },
    unet: { drawn: 0.775, products: 0.125, emoji: 0.1 },
  },
  autoencoder: {
    ...defaultOptimizer,
    ...loop,
    betas: [0.9, 0.99],
    weightDecay: 0,
    steps: 2600,
    cropSteps: 900,
    cropBatch: 24,
    batch: 16,
    learningRate: 1e-3,
  },
  clip: {
    ...defaultOptimizer,
    ...loop,
    weightDecay: 0.1,
    steps: 1800,
    batch: 96,
    recolour: 0.3,
    learningRate: 1e-3,
  },
  unetFirst: {
    ...defaultOptimizer,
    ...loop,
    ...unetBatches,
    betas: [0.9, 0.99],
    ema: 0.998,
    steps: 5600,
    learningRate: 1e-3,
  },
  // An average over some 500 steps lags behind the weights; so a second leg starts from it.
  unet: {
    ...defaultOptimizer,
    ...loop,
    ...unetBatches,
    betas: [0.9, 0.99],
    warmup: 20,
    steps: 1200,
    learningRate: 6e-4,
    seed: 1,
  },
};
