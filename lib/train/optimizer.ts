import { tf } from "../runtime/tf.ts";
import type { OptimizerConfig } from "./config.ts";

/** Parameters that share a learning rate and a weight decay. */
export interface ParamGroup {
  readonly name: string;
  readonly variables: readonly tf.Variable[];
  readonly learningRate: number;
  readonly weightDecay: number;
}

/** The flat vectors of a group: [n] each, parameters one after the other. */
export type GroupState = {
  weights: tf.Tensor1D;
  first: tf.Tensor1D;
  second: tf.Tensor1D;
  average?: tf.Tensor1D;
};

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2) with global-norm clipping and a moving average.
 *
 * All of a group's parameters live in one flat vector, so that a step costs some twenty operations
 * a group instead of twenty for each of several hundred tensors. Source of the order of operations:
 * torch.optim.AdamW and torch.nn.utils.clip_grad_norm_.
 */
export class AdamW {
  readonly #groups: readonly ParamGroup[];
  readonly #config: OptimizerConfig;
  readonly states: GroupState[];
  /** Updates done so far. */
  step = 0;

  constructor(groups: readonly ParamGroup[], config: OptimizerConfig) {
    this.#groups = groups;
    this.#config = config;
    this.states = groups.map(({ variables }) => {
      const weights = flatten(variables);
      const state: GroupState = {
        weights,
        first: tf.zerosLike(weights),
        second: tf.zerosLike(weights),
      };
      if (config.ema > 0) state.average = tf.clone(weights);
      return state;
    });
  }

  /**
   * One update from gradients in the order of the groups' variables, which it disposes of.
   *
   * `rate` multiplies every group's learning rate. Returns the gradients' norm before clipping.
   */
  update(grads: readonly (readonly tf.Tensor[])[], rate: number): number {
    const flat = grads.map((group) => {
      const vector = flatten(group);
      tf.dispose([...group]);
      return vector;
    });
    const norm = Math.sqrt(
      flat.reduce(
        (sum, g) => sum + (tf.tidy(() => tf.sum(tf.square(g)).dataSync()[0]) as number),
        0,
      ),
    );
    const { clipNorm } = this.#config;
    const clip = Math.min(1, clipNorm / (norm + 1e-6));
    this.step++;
    for (const [i, group] of this.#groups.entries()) {
      const old = this.states[i] as GroupState, grad = flat[i] as tf.Tensor1D;
      const state = tf.tidy(() => this.#next(old, tf.mul(grad, clip), group, rate));
      tf.dispose([old, grad]);
      this.states[i] = state;
      assign(group.variables, state.weights);
    }
    return norm;
  }

  #next(s: GroupState, grad: tf.Tensor1D, group: ParamGroup, rate: number): GroupState {
    const { betas: [b1, b2], eps, ema } = this.#config;
    const lr = group.learningRate * rate;
    const first = lerp(s.first, grad, 1 - b1);
    const second = lerp(s.second, tf.square(grad), 1 - b2);
    // m̂/(√v̂ + ε) with the bias corrections taken out of the vectors
    const correction = Math.sqrt(1 - b2 ** this.step);
    const direction = tf.div(first, tf.add(tf.sqrt(second), eps * correction));
    const size = lr * correction / (1 - b1 ** this.step);
    const decayed = group.weightDecay > 0
      ? tf.mul(s.weights, 1 - lr * group.weightDecay)
      : s.weights;
    const weights = tf.sub(decayed, tf.mul(direction, size)) as tf.Tensor1D;
    const state: GroupState = { weights, first, second };
    if (s.average) state.average = lerp(s.average, weights, 1 - ema);
    return state;
  }

  /** Puts `values` (weights or their average) into the variables. */
  load(values: "weights" | "average"): void {
    for (const [i, group] of this.#groups.entries()) {
      const state = this.states[i] as GroupState;
      assign(
        group.variables,
        values === "average" ? state.average ?? state.weights : state.weights,
      );
    }
  }

  /** The vectors by name, for a checkpoint. */
  tensors(): Record<string, tf.Tensor1D> {
    return Object.fromEntries(
      this.#groups.flatMap(({ name }, i) =>
        Object.entries(this.states[i] as GroupState).map(([key, t]) => [`${name}.${key}`, t])
      ),
    );
  }

  /** Restores what {@link tensors} gave; throws an error that names a vector of another size. */
  restore(step: number, saved: (name: string) => Float32Array): void {
    this.step = step;
    for (const [i, { name }] of this.#groups.entries()) {
      const state = this.states[i] as GroupState;
      for (const key of Object.keys(state) as (keyof GroupState)[]) {
        const values = saved(`${name}.${key}`), old = state[key] as tf.Tensor1D;
        if (values.length !== old.size) {
          throw new Error(
            `optimiser vector ${name}.${key}: found ${values.length} values, expected ${old.size}`,
          );
        }
        old.dispose();
        state[key] = tf.tensor1d(values);
      }
    }
    this.load("weights");
  }

  dispose(): void {
    tf.dispose(this.states);
  }
}

/** a + (b − a)·t. */
function lerp(a: tf.Tensor1D, b: tf.Tensor, t: number): tf.Tensor1D {
  return tf.add(a, tf.mul(tf.sub(b, a), t)) as tf.Tensor1D;
}

function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.tidy(() => {
    const parts = tensors.map((t) => tf.reshape(t, [-1]) as tf.Tensor1D);
    return parts.length === 1 ? tf.clone(parts[0] as tf.Tensor1D) : tf.concat1d(parts);
  });
}

function assign(variables: readonly tf.Variable[], flat: tf.Tensor1D): void {
  const parts = tf.split(flat, variables.map((v) => v.size)) as tf.Tensor[];
  for (const [i, variable] of variables.entries()) {
    // assign() keeps the data, not the tensor, of what it is given
    tf.tidy(() => variable.assign(tf.reshape(parts[i] as tf.Tensor, variable.shape)));
  }
  tf.dispose(parts);
}

/** Whether a parameter is decayed: matrices and convolutions, not biases, norms, scalars, tokens' places. */
export function decays(variable: tf.Tensor): boolean {
  return variable.rank > 1;
}
