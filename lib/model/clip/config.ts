/** Sizes of one of CLIP's transformers. */
export interface ClipTowerConfig {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly activation: string;
  readonly layerNormEps: number;
}

/** Sizes of CLIP's text tower. */
export interface ClipTextConfig extends ClipTowerConfig {
  readonly vocabulary: number;
  readonly contextLength: number;
  /** The end-of-text token whose state is pooled. Files of before 2023 say 2 and mean the largest id. */
  readonly endOfText: number;
}

/** Sizes of CLIP's vision tower. */
export interface ClipVisionConfig extends ClipTowerConfig {
  readonly imageSize: number;
  readonly patchSize: number;
}

/** CLIP: two towers and the width of the space they share. */
export interface ClipConfig {
  readonly text: ClipTextConfig;
  readonly vision: ClipVisionConfig;
  readonly projection: number;
}

/** `openai/clip-vit-large-patch14`, whose text tower is Stable Diffusion v1's text encoder. */
export const clipVitL14: ClipConfig = {
  text: {
    hiddenSize: 768,
    intermediateSize: 3072,
    layers: 12,
    heads: 12,
    activation: "quick_gelu",
    layerNormEps: 1e-5,
    vocabulary: 49408,
    contextLength: 77,
    endOfText: 49407,
  },
  vision: {
    hiddenSize: 1024,
    intermediateSize: 4096,
    layers: 24,
    heads: 16,
    activation: "quick_gelu",
    layerNormEps: 1e-5,
    imageSize: 224,
    patchSize: 14,
  },
  projection: 768,
};

/** Mean and standard deviation of CLIP's pixels in [0, 1] (openai/CLIP, clip/clip.py). */
export const clipPixelMean = [0.48145466, 0.4578275, 0.40821073] as const;
export const clipPixelStd = [0.26862954, 0.26130258, 0.27577711] as const;
