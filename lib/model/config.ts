import type { ProcessorUse } from "../runtime/mod.ts";
import { type ClipConfig, clipVitL14 } from "./clip/config.ts";
import {
  type ScheduleConfig,
  sd15Unet,
  sd15Vae,
  sdSchedule,
  type UNetConfig,
  type VaeConfig,
} from "./diffusion/config.ts";

/** Sizes of all networks of one UniDiff model. */
export interface ModelConfig {
  readonly clip: ClipConfig;
  readonly unet: UNetConfig;
  readonly vae: VaeConfig;
  readonly schedule: ScheduleConfig;
  /** Side in pixels of the pictures that the diffusion model draws. */
  readonly imageSize: number;
}

/** Stable Diffusion v1.5 with CLIP ViT-L/14, as published. */
export const sd15: ModelConfig = {
  clip: clipVitL14,
  unet: sd15Unet,
  vae: sd15Vae,
  schedule: sdSchedule,
  imageSize: 512,
};

/**
 * How many operations of a model a processor had better run side by side: two, where most are too small to
 * be divided among its threads, else one.
 */
export function operationsAtATime({ unet }: Pick<ModelConfig, "unet">): number {
  return (unet.channels[0] as number) < 256 ? 2 : 1;
}

/** How a processor had better be used for training a model. */
export function trainingUse(c: Pick<ModelConfig, "unet">): ProcessorUse {
  const operations = operationsAtATime(c);
  return { operations, frugal: operations === 1 };
}

const miniTower = {
  hiddenSize: 128,
  intermediateSize: 512,
  layers: 4,
  heads: 4,
  activation: "quick_gelu",
  layerNormEps: 1e-5,
};

/** The miniature: the published architecture at sizes that two cores train in minutes. */
export const mini: ModelConfig = {
  clip: {
    text: { ...miniTower, vocabulary: 2048, contextLength: 32, endOfText: 2047 },
    vision: { ...miniTower, imageSize: 64, patchSize: 8 },
    projection: 128,
  },
  unet: {
    inChannels: 8,
    outChannels: 8,
    channels: [48, 96, 128],
    attends: [true, true, false],
    layersPerBlock: 1,
    heads: [4, 4, 4],
    crossAttention: 128,
    groups: 16,
    normEps: 1e-5,
  },
  vae: {
    imageChannels: 3,
    latentChannels: 8,
    channels: [32, 64, 64],
    layersPerBlock: 1,
    groups: 8,
    midAttention: false,
    // Pretraining brings every latent channel to mean 0 and deviation 1 inside quant_conv.
    scalingFactor: 1,
  },
  schedule: sdSchedule,
  imageSize: 64,
};

/** The smallest model that has every part; for tests, with random weights. */
export const nano: ModelConfig = {
  clip: {
    text: {
      ...miniTower,
      hiddenSize: 32,
      intermediateSize: 64,
      layers: 2,
      heads: 2,
      vocabulary: 2048,
      contextLength: 32,
      endOfText: 2047,
    },
    vision: {
      ...miniTower,
      hiddenSize: 32,
      intermediateSize: 64,
      layers: 2,
      heads: 2,
      imageSize: 32,
      patchSize: 8,
    },
    projection: 32,
  },
  unet: {
    ...mini.unet,
    inChannels: 4,
    outChannels: 4,
    channels: [16, 32],
    attends: [true, false],
    heads: [2, 2],
    crossAttention: 32,
    groups: 8,
  },
  vae: { ...mini.vae, latentChannels: 4, channels: [8, 16, 16], groups: 4 },
  schedule: sdSchedule,
  imageSize: 32,
};
