import { compiled, tf } from "../runtime/mod.ts";
import { adam, lerp } from "./adam.ts";
import type { OptimizerConfig } from "./config.ts";
import { clipFactor, sumOfSquares } from "./clipping.ts";

/** Parameters that share a learning rate and a weight decay. */
export interface ParamGroup {
  readonly name: string;
  readonly variables: readonly tf.Variable[];
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Between which values each update leaves the parameters. */
  readonly limits?: readonly [number, number];
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
      // Data of its own, not shared as tf.clone() would: the two part at the first step.
      if (config.ema > 0) state.average = tf.mul(weights, 1) as tf.Tensor1D;
      return state;
    });
  }

  /**
   * One update from gradients in the order of the groups' variables, which it disposes of.
   *
   * `rate` multiplies every group's learning rate. Returns the gradients' norm before clipping, which
   * the caller reads when it likes and disposes of.
   */
  update(grads: readonly (readonly tf.Tensor[])[], rate: number): tf.Scalar {
    const flat = grads.map((group) => {
      const parts = this.#gather({ grads: group });
      tf.dispose([...group]);
      return parts;
    });
    const norm = tf.tidy(() =>
      tf.sqrt(tf.addN(flat.map(([, square]) => square as tf.Scalar))) as tf.Scalar
    );
    const clip = clipFactor(norm, this.#config.clipNorm);
    this.step++;
    const { betas: [b1, b2], eps } = this.#config;
    // m̂/(√v̂ + ε) with the bias corrections taken out of the vectors
    const correction = Math.sqrt(1 - b2 ** this.step);
    for (const [i, { variables, learningRate, weightDecay }] of this.#groups.entries()) {
      const state = this.states[i] as GroupState, grad = flat[i]?.[0] as tf.Tensor1D;
      const lr = learningRate * rate;
      const numbers = Float32Array.of(
        lr * correction / (1 - b1 ** this.step),
        1 - lr * weightDecay,
        eps * correction,
      );
      const results = this.#next({ i, state, grad, clip, numbers });
      tf.dispose([state, flat[i]]);
      for (const key of keysOf(state)) state[key] = results.shift() as tf.Tensor1D;
      assign(variables, results);
    }
    clip.dispose();
    return norm;
  }

  /** A group's gradients as one vector, and the sum of its squares. */
  readonly #gather = compiled(({ grads }: { grads: readonly tf.Tensor[] }) => {
    const flat = flatten(grads);
    return [flat, sumOfSquares(flat)];
  });

  /** Group i's new state and its weights one by one. */
  readonly #next = compiled(({ i, state, grad, clip, numbers }: {
    i: number;
    state: GroupState;
    grad: tf.Tensor1D;
    clip: tf.Scalar;
    numbers: Float32Array;
  }) => {
    const { ema, betas } = this.#config, { variables, limits } = this.#groups[i] as ParamGroup;
    const all = tf.tensor1d(numbers);
    const number = (k: number) => tf.reshape(tf.slice(all, [k], [1]), []) as tf.Scalar;
    const size = number(0), kept = number(1), epsilon = number(2);
    const weights = tf.mul(state.weights, kept) as tf.Tensor1D;
    const clipped = tf.mul(grad, clip) as tf.Tensor1D;
    const free = adam({ ...state, weights }, clipped, betas, size, epsilon);
    const next = { ...free, weights: within(limits, free.weights) };
    const average = state.average ? [lerp(state.average, next.weights, 1 - ema)] : [];
    const parts = pieces(next.weights, variables);
    return [next.weights, next.first, next.second, ...average, ...parts];
  });

  /** Puts `values` (weights or their average) into the variables. */
  load(values: "weights" | "average"): void {
    for (const [i, group] of this.#groups.entries()) {
      const state = this.states[i] as GroupState;
      const flat = values === "average" ? state.average ?? state.weights : state.weights;
      assign(group.variables, tf.tidy(() => pieces(flat, group.variables)));
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
    this.#gather.dispose();
    this.#next.dispose();
    tf.dispose(this.states);
  }
}

/** The values, those beyond the limits put onto them. */
export function within<T extends tf.Tensor>(limits: ParamGroup["limits"], values: T): T {
  return limits ? tf.clipByValue(values, ...limits) : values;
}

function flatten(tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.tidy(() => {
    const parts = tensors.map((t) => tf.reshape(t, [-1]) as tf.Tensor1D);
    return parts.length === 1 ? tf.clone(parts[0] as tf.Tensor1D) : tf.concat1d(parts);
  });
}

/** The parts of a flat vector in the shapes of the variables. */
function pieces(flat: tf.Tensor1D, variables: readonly tf.Variable[]): tf.Tensor[] {
  const parts = tf.split(flat, variables.map((v) => v.size)) as tf.Tensor[];
  return parts.map((part, i) => tf.reshape(part, (variables[i] as tf.Variable).shape));
}

/** Puts values into variables, and disposes of them: a variable keeps the data, not the tensor. */
function assign(variables: readonly tf.Variable[], values: readonly tf.Tensor[]): void {
  for (const [i, variable] of variables.entries()) variable.assign(values[i] as tf.Tensor);
  tf.dispose([...values]);
}

/** The vectors of a state in the order of {@link AdamW}'s results. */
function keysOf(state: GroupState): (keyof GroupState)[] {
  const keys: (keyof GroupState)[] = ["weights", "first", "second", "average"];
  return keys.filter((key) => state[key] !== undefined);
}

/** Whether a parameter is decayed: matrices and convolutions, not biases, norms, scalars, tokens' places. */
export function decays(variable: tf.Tensor): boolean {
  return variable.rank > 1;
}
