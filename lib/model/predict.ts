import type { UNetConfig } from "./diffusion/config.ts";
import { unet, type UNetInput } from "./diffusion/unet.ts";
import { paramsOf } from "./model.ts";
import type { Params } from "./nn/params.ts";
import { compiled, type tf } from "../runtime/mod.ts";

/** Inputs of one prediction; time steps in an array that a graph can be fed with. */
export type PredictorInput = UNetInput & { readonly timesteps: Float32Array | Int32Array };

/** One graph for all models of a size: parameters are fed, so that the runs of a study share it. */
const prediction = compiled((i: { p: Params; c: UNetConfig; input: PredictorInput }) => [
  unet(i.p, i.c, i.input).noise,
]);

/** A UNet's prediction without gradients, as one graph where the backend has graphs. */
export function noisePredictor(
  params: Params,
  c: UNetConfig,
): (input: PredictorInput) => tf.Tensor4D {
  const p = paramsOf(params, "unet");
  return (input) => prediction({ p, c, input })[0] as tf.Tensor4D;
}
