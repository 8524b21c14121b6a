/** How strongly a loss pulls at each network. */
import { batchIndices } from "../data/mod.ts";
import {
  makeSchedule,
  type Model,
  type Params,
  type Schedule,
  type Tower,
  towerOf,
} from "../model/mod.ts";
import type { LossWeights } from "../losses/mod.ts";
import { tf } from "../runtime/mod.ts";
import {
  disposeBatch,
  type JointBatch,
  jointBatch,
  type JointData,
  jointLoss,
  type RscConfig,
  rscSpecs,
} from "../train/mod.ts";
import { initialParams } from "../weights/mod.ts";
import type { TrainConfig } from "./preset.ts";

/** A loss on a batch and the Euclidean norm of its gradient in each network; 0 where none arrives. */
export interface LossGradient {
  readonly value: number;
  readonly norms: Readonly<Record<Exclude<Tower, "vae">, number>>;
}

/** The total loss of a batch under some weights, and its gradient by network; reads both back. */
export function gradientOf(
  model: Pick<Model, "params" | "config">,
  schedule: Schedule,
  weights: LossWeights,
  rsc: RscConfig,
  batch: JointBatch,
  start: Params = model.params,
): LossGradient {
  const squares = { text: 0, vision: 0, unet: 0 };
  // A form's own projection starts at random and is no network of the model.
  const added = initialParams(rscSpecs(model.config, rsc), 0);
  const names = Object.keys(model.params).filter((name) => towerOf(name) !== "vae");
  const variables = names.map((name) => tf.variable(model.params[name] as tf.Tensor));
  const own = Object.fromEntries(names.map((name, i) => [name, variables[i] as tf.Tensor]));
  const params: Params = { ...model.params, ...added, ...own };
  const value = tf.tidy(() => {
    const loss = () =>
      jointLoss(params, model.config, schedule, weights, rsc, batch, { start }).total;
    const { value, grads } = tf.variableGrads(loss, variables);
    names.forEach((name, i) => {
      const gradient = grads[(variables[i] as tf.Variable).name];
      if (gradient === undefined) return; // no loss reaches it
      const tower = towerOf(name) as keyof typeof squares;
      squares[tower] += tf.sum(tf.square(gradient)).dataSync()[0] as number;
    });
    return value.dataSync()[0] as number;
  });
  tf.dispose([added, variables]);
  const { text, vision, unet } = squares;
  return {
    value,
    norms: { text: Math.sqrt(text), vision: Math.sqrt(vision), unet: Math.sqrt(unet) },
  };
}

/** The losses whose gradients are measured, each alone; RSC by direction. */
const NONE = { itc: 0, is: 0, rsc: 0 };
const LOSSES: Readonly<Record<string, LossWeights>> = {
  itc: { ...NONE, itc: 1, direction: "both" },
  is: { ...NONE, is: 1, direction: "both" },
  "rsc-c2d": { ...NONE, rsc: 1, direction: "c2d" },
  "rsc-d2c": { ...NONE, rsc: 1, direction: "d2c" },
};

/** The norms of the gradient of each loss, unweighted, on the first batch of a training, by the loss's name. */
export function gradientNorms(
  model: Model,
  data: JointData,
  train: TrainConfig & { readonly seed: number },
  start: Params,
): Record<string, LossGradient["norms"]> {
  const order = batchIndices(data.count, train.batch, 0, train.seed);
  const batch = jointBatch(model, data, order, 0, train);
  const schedule = makeSchedule(model.config.schedule);
  const found = Object.fromEntries(
    Object.entries(LOSSES).map(([loss, weights]) => [
      loss,
      gradientOf(model, schedule, weights, train.rsc, batch, start).norms,
    ]),
  );
  disposeBatch(batch);
  return found;
}
