import { DEFAULT_MEASURES, type EvaluateConfig } from "../eval/mod.ts";
import { changed } from "./changes.ts";
import type { Changes } from "./preset.ts";
import { mini, nano, sd15 } from "../model/mod.ts";
import { defaultOptimizer } from "../train/mod.ts";
import type { Preset } from "./preset.ts";

const evaluate: EvaluateConfig = {
  measures: DEFAULT_MEASURES,
  timesteps: [100, 350, 600, 850],
  samples: 32,
  shown: 12,
  samplingSteps: 20,
  guidance: 3,
  outside: 400,
  featureTimestep: 100,
  seed: 0,
};

/** The losses' plain sum. */
const equal = { itc: 1, is: 1, rsc: 1 } as const;

/** The default: the miniature with the project's own weights, minutes on two cores. */
const miniPreset: Preset = {
  name: "mini",
  model: mini,
  weights: "data/mini",
  // λ_is was chosen on the validation split for all rows, see docs/study.md.
  lambda: { ...equal, is: 25 },
  train: {
    ...defaultOptimizer,
    optimizer: "adamw",
    momentum: 0.9,
    gradientCheckpointing: false,
    freeze: "",
    lora: 0,
    betas: [0.9, 0.99],
    steps: 50,
    batch: 32,
    accumulate: 1,
    warmup: 10,
    logEvery: 5,
    checkpointSeconds: 30,
    learningRates: { text: 2e-4, vision: 2e-4, unet: 3e-4 },
    captionDropout: 0.1,
    flip: true,
    rsc: {
      form: "a",
      feature: "middle",
      temperature: 0.1,
      centre: true,
      timesteps: [50, 300],
      condition: "caption",
    },
  },
  evaluate,
};

/** Tests: random weights, seconds. */
const nanoPreset: Preset = {
  name: "nano",
  model: nano,
  weights: "random",
  lambda: equal,
  train: { ...miniPreset.train, steps: 6, batch: 6, warmup: 2, logEvery: 1, checkpointSeconds: 0 },
  evaluate: {
    ...evaluate,
    timesteps: [100, 700],
    samples: 6,
    shown: 4,
    samplingSteps: 2,
    outside: 24,
  },
};

/**
 * The published architecture on one GPU. Rates, dropout and sampling are the published fine-tuning
 * defaults of diffusers and CLIP (notes in the README), not the paper's, which are not known.
 */
const sd15Preset: Preset = {
  name: "sd15",
  model: sd15,
  weights: "",
  rereads: true,
  lambda: equal,
  train: {
    ...miniPreset.train,
    steps: 2000,
    batch: 16,
    warmup: 100,
    checkpointSeconds: 600,
    gradientCheckpointing: true,
    learningRates: { text: 1e-6, vision: 1e-6, unet: 1e-5 },
  },
  evaluate: { ...evaluate, samplingSteps: 50, guidance: 7.5 },
};

/** The presets by name. */
export const presets = { mini: miniPreset, nano: nanoPreset, sd15: sd15Preset } as const;

/** The preset called `name` with changes; throws an error that lists the presets there are. */
export function presetOf(name: string, changes: Changes = {}): Preset {
  if (!Object.hasOwn(presets, name)) {
    throw new Error(
      `preset "${name}" is not known; expected one of ${Object.keys(presets).join(", ")}`,
    );
  }
  const preset = changed(presets[name as keyof typeof presets], changes);
  return Object.keys(changes).length === 0 ? preset : { ...preset, changes };
}

/** A preset with what was chosen for a row, under its changes: a setting that is changed stays so. */
export function tunedPreset(preset: Preset, tuned: Changes): Preset {
  const free = Object.entries(tuned).filter(([path]) => !Object.hasOwn(preset.changes ?? {}, path));
  return { ...changed(preset, Object.fromEntries(free)), tuned };
}

/** A preset with further changes over it. */
export function furtherChanged(preset: Preset, changes: Changes): Preset {
  return { ...changed(preset, changes), changes: { ...preset.changes, ...changes } };
}
