import type { Params } from "../model/mod.ts";
import { belongsToRsc, freezing, learningRateOf, rscSpecs } from "../train/mod.ts";
import { adaptersFor, initialParams, isAdapter } from "../weights/mod.ts";
import type { Preset } from "./preset.ts";
import { type Row, trainingOf, weightsOf } from "./rows.ts";

/** What a run trains. */
export interface Trained {
  /** The model's own parameters and {@link added} ones. */
  readonly params: Params;
  /** What is not of the model: RSC's projection, adapters. The caller disposes of them. */
  readonly added: Params;
  /** The learning rate of a parameter, 0 for one that is not trained. */
  readonly learningRate: (name: string) => number;
}

/**
 * What a row trains of a model that starts as `start`: what its losses reach, without what the preset
 * freezes; with adapters these alone, and RSC's projection.
 */
export function trainedParameters(
  preset: Preset,
  row: Row,
  start: Params,
  seed: number,
): Trained {
  const weights = weightsOf(preset, row), train = trainingOf(preset, row);
  const projection = weights.rsc > 0 ? initialParams(rscSpecs(preset.model, train.rsc), seed) : {};
  const names = Object.keys({ ...start, ...projection });
  const rate = freezing(
    train.freeze,
    names,
    (name) => learningRateOf(name, weights, train.learningRates, train.rsc),
  );
  if (train.lora === 0) {
    return { params: { ...start, ...projection }, added: projection, learningRate: rate };
  }
  const adapters = adaptersFor(start, train.lora, seed, (name) => rate(name) > 0);
  const added = { ...projection, ...adapters };
  const learningRate = (name: string) => isAdapter(name) || belongsToRsc(name) ? rate(name) : 0;
  return { params: { ...start, ...added }, added, learningRate };
}
