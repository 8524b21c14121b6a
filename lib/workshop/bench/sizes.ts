import { mini, type ModelConfig, sd15 } from "../../model/mod.ts";

/**
 * The models that are measured: "reference" is a CLIP of 1.9 M and a UNet of 5.9 M parameters in 466
 * tensors, large enough that arithmetic outweighs everything else; the others are presets.
 */
export const benchModels = {
  reference: {
    ...mini,
    unet: {
      ...mini.unet,
      inChannels: 4,
      outChannels: 4,
      channels: [64, 128, 128],
      attends: [true, true, false],
      groups: 32,
    },
    vae: { ...mini.vae, latentChannels: 4 },
  },
  mini,
  sd15,
} as const satisfies Record<string, ModelConfig>;
export type BenchModel = keyof typeof benchModels;

/** What must hold of the ratio of our time (or memory) to PyTorch's, and what is aimed at. */
export type Goals = Readonly<Record<string, { readonly must: number; readonly aim: number }>>;

const alone = { must: 1.5, aim: 1 };

/** On the processor. */
export const cpuGoals: Goals = {
  "step-reference": { must: 1, aim: 0.85 },
  "step-mini": { must: 1, aim: 0.85 },
  "forward-reference": { must: 1.2, aim: 1 },
  "ddim-reference": { must: 1.3, aim: 1 },
  optimiser: { must: 1, aim: 0.6 },
  "memory step-reference": { must: 1.2, aim: 1 },
  "group-norm": alone,
  "layer-norm": alone,
  gelu: alone,
  attention: alone,
};

/** On a card. */
export const gpuGoals: Goals = {
  "step-reference": { must: 0.8, aim: 0.6 },
  "forward-sd15": { must: 1.25, aim: 1 },
  "step-sd15": { must: 1.25, aim: 1 },
  "ddim-reference": { must: 1.25, aim: 1 },
  "ddim-sd15": { must: 1.25, aim: 1 },
  "card step-sd15": { must: 1.3, aim: 1 },
};
