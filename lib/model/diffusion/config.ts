import type { Prediction } from "./samplers/prediction.ts";

/** Sizes of Stable Diffusion v1's UNet (diffusers' UNet2DConditionModel). */
export interface UNetConfig {
  readonly inChannels: number;
  readonly outChannels: number;
  /** Channels of each level, from the finest to the coarsest. */
  readonly channels: readonly number[];
  /** Whether a level attends to the caption; the published model does in all but the coarsest. */
  readonly attends: readonly boolean[];
  readonly layersPerBlock: number;
  readonly heads: readonly number[];
  readonly crossAttention: number;
  readonly groups: number;
  readonly normEps: number;
}

/** Sizes of the KL autoencoder (diffusers' AutoencoderKL). */
export interface VaeConfig {
  readonly imageChannels: number;
  readonly latentChannels: number;
  readonly channels: readonly number[];
  readonly layersPerBlock: number;
  readonly groups: number;
  /** Self-attention in the middle; the published model has it. */
  readonly midAttention: boolean;
  /** What latents are multiplied by before noise is added. */
  readonly scalingFactor: number;
}

/** The noise schedule: β from `betaStart` to `betaEnd`, linear in √β or in β itself. */
export interface ScheduleConfig {
  readonly steps: number;
  readonly betaStart: number;
  readonly betaEnd: number;
  /** "scaled_linear", in √β, where nothing is said. */
  readonly kind?: "scaled_linear" | "linear";
  /** What the UNet predicts; "epsilon" where nothing is said. */
  readonly prediction?: Prediction;
}

/** Stable Diffusion v1.5's UNet (859.5 M parameters). */
export const sd15Unet: UNetConfig = {
  inChannels: 4,
  outChannels: 4,
  channels: [320, 640, 1280, 1280],
  attends: [true, true, true, false],
  layersPerBlock: 2,
  heads: [8, 8, 8, 8],
  crossAttention: 768,
  groups: 32,
  normEps: 1e-5,
};

/** Stable Diffusion v1.5's autoencoder (83.7 M parameters). */
export const sd15Vae: VaeConfig = {
  imageChannels: 3,
  latentChannels: 4,
  channels: [128, 256, 512, 512],
  layersPerBlock: 2,
  groups: 32,
  midAttention: true,
  scalingFactor: 0.18215,
};

/** Stable Diffusion v1's schedule (CompVis/stable-diffusion, v1-inference.yaml). */
export const sdSchedule: ScheduleConfig = { steps: 1000, betaStart: 0.00085, betaEnd: 0.012 };
