import { mini, type ModelConfig, nano } from "../../model/mod.ts";
import { defaultOptimizer } from "../../train/mod.ts";
import type { AutoencoderRecipe } from "./autoencoder.ts";
import type { ClipRecipe } from "./clip.ts";
import { SOURCE_NAMES, type SourceName } from "./corpus.ts";
import { type JudgeRecipe, judgeRecipe } from "./judge.ts";
import type { UNetRecipe } from "./unet.ts";

/** Shares of the sources in a batch; they add up to 1, and a source left out has none. */
export type SourceShares = Readonly<Partial<Record<SourceName, number>>>;

/** How the weights of a small model are made. */
export interface PretrainRecipe {
  readonly model: ModelConfig;
  /** Drawn pictures to train on. */
  readonly drawn: number;
  /** What each source gives of a batch, by network. */
  readonly shares: Readonly<Record<"autoencoder" | "clip" | "unet", SourceShares>>;
  /**
   * The legs of each network: the first from a random start, each other one from where the last one ended.
   * Each ends at a learning rate of 0, in weights that can be used; so long training comes in parts that
   * need no other state than these weights.
   */
  readonly autoencoder: readonly AutoencoderRecipe[];
  readonly clip: readonly ClipRecipe[];
  readonly unet: readonly UNetRecipe[];
  /** The judge of what the model draws; no part of the model. */
  readonly judge: JudgeRecipe;
}

/** What all networks' legs share. */
const loop = {
  ...defaultOptimizer,
  accumulate: 1,
  warmup: 100,
  logEvery: 20,
  checkpointSeconds: 120,
  seed: 0,
};

/** A checkpoint after every step, for what is killed on purpose. */
const short = { warmup: 2, checkpointSeconds: 0 };

const autoencoderLeg = {
  ...loop,
  betas: [0.9, 0.99],
  weightDecay: 0,
  cropSteps: 900,
  cropBatch: 24,
  batch: 16,
  learningRate: 1e-3,
} as const;

const clipLeg = {
  ...loop,
  weightDecay: 0.1,
  batch: 128,
  recolour: 0.3,
  hard: 0.4,
  learningRate: 1e-3,
} as const;

const unetLeg = {
  ...loop,
  betas: [0.9, 0.99],
  batch: 40,
  captionDropout: 0.1,
  minSnr: 5,
  learningRate: 1e-3,
} as const;

/**
 * The recipe of the weights in data/mini.
 *
 * Drawings teach garments, things, colours and clean shapes, which is what is drawn afterwards; emoji in
 * several styles, icons in every colour and renders of models teach words, textures and that a thing has
 * many looks.
 */
export const miniRecipe: PretrainRecipe = {
  model: mini,
  drawn: 40_000,
  shares: {
    autoencoder: { garments: 0.3, things: 0.3, emoji: 0.2, models: 0.2 },
    clip: { garments: 0.3, things: 0.34, emoji: 0.14, icons: 0.12, models: 0.1 },
    unet: { garments: 0.4, things: 0.4, emoji: 0.09, icons: 0.06, models: 0.05 },
  },
  autoencoder: [
    { ...autoencoderLeg, steps: 2600 },
    { ...autoencoderLeg, steps: 900, cropSteps: 0, learningRate: 5e-4, seed: 1 },
  ],
  clip: [{ ...clipLeg, steps: 5000 }],
  unet: [{ ...unetLeg, steps: 7000 }],
  judge: judgeRecipe,
};

/** Seconds of training that make no useful model, for tests and for trying things out. */
export const nanoRecipe: PretrainRecipe = {
  ...miniRecipe,
  model: nano,
  drawn: 96,
  shares: {
    autoencoder: { garments: 0.5, things: 0.5 },
    clip: { garments: 0.5, things: 0.5 },
    unet: { garments: 0.5, things: 0.5 },
  },
  autoencoder: [
    { ...autoencoderLeg, ...short, steps: 12, cropSteps: 6, cropBatch: 8, batch: 4 },
  ],
  clip: [{ ...clipLeg, ...short, steps: 40, batch: 8 }],
  unet: [{ ...unetLeg, ...short, steps: 8, batch: 4 }, {
    ...unetLeg,
    ...short,
    steps: 6,
    batch: 4,
    seed: 1,
  }],
  judge: { ...judgeRecipe, ...short, steps: 6, batch: 8 },
};

/** The recipes by name. */
export const RECIPES = { mini: miniRecipe, nano: nanoRecipe } as const;

/** The sources that a recipe has a share for. */
export function sourcesOfRecipe({ shares }: PretrainRecipe): Set<SourceName> {
  const used = Object.values(shares).flatMap((of) => Object.keys(of) as SourceName[]);
  return new Set(SOURCE_NAMES.filter((name) => used.includes(name)));
}
