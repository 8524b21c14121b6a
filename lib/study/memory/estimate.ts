/** How much memory a training step will take, found out by running it on shapes alone. */
import {
  makeSchedule,
  modelSpecs,
  type Params,
  type ParamSpecs,
  valueAndGrads,
  withCheckpoints,
} from "../../model/mod.ts";
import { randomBatch } from "./random_model.ts";
import { onShapes, tf } from "../../runtime/mod.ts";
import type { Preset } from "../preset.ts";
import { holdsStart, needsStart, type Row, trainingOf, weightsOf } from "../rows.ts";
import { trainedParameters } from "../trained.ts";
import { groupParameters, jointLoss, makeOptimizer } from "../../train/mod.ts";
import { innerShape } from "../../weights/mod.ts";

/** Bytes of single precision that a training step holds; the parts are those of its worst moment. */
export interface MemoryEstimate {
  /** The weights of all networks, trained or not. */
  readonly parameters: number;
  /** One gradient for each trained parameter (the sum of micro-batches besides). */
  readonly gradients: number;
  /** Moments, the moving average, and the optimiser's own copy of the weights. */
  readonly optimizer: number;
  /** The weights before training, where they stay for another run. */
  readonly start: number;
  /** What the networks keep for the gradient, and whatever is there for a moment only. */
  readonly activations: number;
  /** The most that tensors hold at any moment. */
  readonly tensors: number;
  /** What the process will be seen to hold: the tensors, and what the libraries need besides. */
  readonly total: number;
  /** Number of parameters, and of those that are trained. */
  readonly count: number;
  readonly trained: number;
}

/** Deno, TensorFlow's library, tables and kernels, before any tensor of a model: measured. */
const PROCESS = 0.6 * 2 ** 30;
/** Room that single operations and the allocator take besides, as a share of activations: measured. */
const WORK = 0.25;
/** What the allocator's gaps between gradients take, as a share of these: measured at full size. */
const GAPS = 0.6;

/**
 * The memory of a training step of a row under a preset.
 *
 * The step itself, forward, backward and update, runs on a backend that follows shapes alone, so that
 * batch, freezing, adapters, checkpointing and optimiser count as they are. It takes a second or two
 * for a model of the published size. `keepsStart`: the weights before training stay in memory, as
 * they do where a study goes on to another row without reading them anew.
 */
export function estimateStep(
  preset: Preset,
  row: Row,
  keepsStart = !preset.rereads ||
    holdsStart(row, weightsOf(preset, row), trainingOf(preset, row).rsc),
): Promise<MemoryEstimate> {
  const train = trainingOf(preset, row), weights = weightsOf(preset, row), { model } = preset;
  return onShapes((backend) => {
    const variables: tf.Variable[] = [];
    try {
      return tf.tidy(() => {
        const before = backend.now;
        const start = emptyParams(modelSpecs(model));
        const { params, learningRate } = trainedParameters(preset, row, start, 0);
        const parameters = backend.now - before;
        const grouped = groupParameters({ params, learningRate, takeOver: !keepsStart }, train);
        variables.push(...grouped.groups.flatMap((g) => g.variables));
        const optimizer = makeOptimizer(grouped.groups, train);
        const inGroups = (all: readonly tf.Tensor[]) => {
          let at = 0;
          return grouped.groups.map((g) => all.slice(at, at += g.variables.length));
        };
        // After a first update nothing shares its numbers with the weights at the start any more.
        optimizer.update(inGroups(variables.map((v) => tf.zerosLike(v))), 1).dispose();
        const trained = variables.reduce((n, v) => n + v.size, 0);
        const held = keepsStart ? 4 * trained : 0;
        const kept = backend.now - before - parameters - held;

        const batch = randomBatch(model, train.batch), schedule = makeSchedule(model.schedule);
        const loss = () =>
          jointLoss(grouped.params, model, schedule, weights, train.rsc, batch, {
            minSnr: train.minSnr,
            ...(needsStart(weights, train.rsc) ? { start } : {}),
          }).total;
        const micro = () => {
          const { value, grads } = withCheckpoints(
            train.gradientCheckpointing ?? false,
            () => valueAndGrads(loss, variables),
          );
          value.dispose();
          return grads as tf.Tensor[];
        };
        backend.resetPeak();
        let grads = micro();
        if (train.accumulate > 1) grads = sums(grads, micro());
        optimizer.update(inGroups(grads), 1).dispose();
        tf.dispose(grads);
        const tensors = backend.peak - before;
        optimizer.dispose();

        const gradients = 4 * trained * (train.accumulate > 1 ? 2 : 1);
        const rest = Math.max(0, tensors - parameters - gradients - kept - held);
        return {
          parameters,
          gradients,
          optimizer: kept,
          start: held,
          activations: rest,
          tensors,
          total: PROCESS + tensors + WORK * rest + GAPS * gradients,
          count: parameters / 4,
          trained,
        };
      });
    } finally {
      tf.dispose(variables);
    }
  });
}

/** Parameters of shapes without numbers. */
function emptyParams(specs: ParamSpecs): Params {
  return Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, tf.fill(innerShape(name, shape), 0)]),
  );
}

/** The sums of two lists of gradients, one after the other freed. */
function sums(a: readonly tf.Tensor[], b: readonly tf.Tensor[]): tf.Tensor[] {
  return a.map((x, i) => {
    const sum = tf.add(x, b[i] as tf.Tensor);
    tf.dispose([x, b[i] as tf.Tensor]);
    return sum;
  });
}
