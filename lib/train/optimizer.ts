import { compiled, tf } from "../runtime/mod.ts";
import { type AdamState, adamW } from "./adam.ts";
import type { OptimizerConfig } from "./config.ts";
import { clipFactor, sumOfSquares } from "./clipping.ts";

/** Numbers that are updated in one graph, whose temporaries are as large. */
const AT_ONCE = 2 ** 24;

/** Parameters that share a learning rate and a weight decay. */
export interface ParamGroup {
  readonly name: string;
  readonly variables: readonly tf.Variable[];
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Between which values each update leaves the parameters. */
  readonly limits?: readonly [number, number];
}

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
  readonly states: AdamState[];
  /** Groups by number that are updated in one graph, side by side. */
  readonly #together: readonly number[][];
  /** Updates done so far. */
  step = 0;

  constructor(groups: readonly ParamGroup[], config: OptimizerConfig) {
    this.#groups = groups;
    this.#config = config;
    this.#together = packed(groups.map(({ variables }) => sizeOf(variables)), AT_ONCE);
    this.states = groups.map(({ variables }) => {
      const weights = flatten(variables);
      const state: AdamState = {
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
    const gathered = this.#together.map((indices) => {
      const some = indices.map((i) => grads[i] as readonly tf.Tensor[]);
      const found = this.#gather({ grads: some });
      tf.dispose(some.flat());
      return { flat: found.slice(0, some.length), squares: found.slice(some.length) };
    });
    const squares = gathered.flatMap(({ squares }) => squares as tf.Scalar[]);
    const norm = tf.tidy(() => tf.sqrt(tf.addN(squares)) as tf.Scalar);
    const clip = clipFactor(norm, this.#config.clipNorm);
    this.step++;
    const { betas: [b1, b2], eps } = this.#config;
    // m̂/(√v̂ + ε) with the bias corrections taken out of the vectors
    const correction = Math.sqrt(1 - b2 ** this.step);
    for (const [k, indices] of this.#together.entries()) {
      const states = indices.map((i) => this.states[i] as AdamState);
      const flat = gathered[k]?.flat as tf.Tensor1D[];
      const numbers = indices.map((i) => {
        const { learningRate, weightDecay } = this.#groups[i] as ParamGroup;
        const lr = learningRate * rate;
        return Float32Array.of(
          lr * correction / (1 - b1 ** this.step),
          1 - lr * weightDecay,
          eps * correction,
        );
      });
      const results = this.#next({ indices, states, flat, clip, numbers });
      tf.dispose([states, flat]);
      for (const [j, state] of states.entries()) {
        for (const key of keysOf(state)) state[key] = results.shift() as tf.Tensor1D;
        const { variables } = this.#groups[indices[j] as number] as ParamGroup;
        assign(variables, results.splice(0, variables.length));
      }
    }
    tf.dispose([clip, squares]);
    return norm;
  }

  /** Each group's gradients as one vector, then the sums of their squares. */
  readonly #gather = compiled(({ grads }: { grads: readonly (readonly tf.Tensor[])[] }) => {
    const flat = grads.map(flatten);
    return [...flat, ...flat.map(sumOfSquares)];
  });

  /** Some groups' new states, each followed by its weights one by one. */
  readonly #next = compiled(({ indices, states, flat, clip, numbers }: {
    indices: readonly number[];
    states: readonly AdamState[];
    flat: readonly tf.Tensor1D[];
    clip: tf.Scalar;
    numbers: readonly Float32Array[];
  }) =>
    indices.flatMap((i, k) => {
      const { ema, betas } = this.#config, { variables, limits } = this.#groups[i] as ParamGroup;
      // One by one operation, a group's temporaries are gone before the next one's are made.
      return tf.tidy(() => {
        const next = adamW(
          states[k] as AdamState,
          flat[k] as tf.Tensor1D,
          clip,
          numbers[k] as Float32Array,
          { betas, ema, limits },
        );
        return [
          ...keysOf(next).map((key) => next[key] as tf.Tensor),
          ...pieces(next.weights, variables),
        ];
      });
    })
  );

  /** Puts `values` (weights or their average) into the variables. */
  load(values: "weights" | "average"): void {
    for (const [i, group] of this.#groups.entries()) {
      const state = this.states[i] as AdamState;
      const flat = values === "average" ? state.average ?? state.weights : state.weights;
      assign(group.variables, tf.tidy(() => pieces(flat, group.variables)));
    }
  }

  /** The vectors by name, for a checkpoint. */
  tensors(): Record<string, tf.Tensor1D> {
    return Object.fromEntries(
      this.#groups.flatMap(({ name }, i) =>
        Object.entries(this.states[i] as AdamState).map(([key, t]) => [`${name}.${key}`, t])
      ),
    );
  }

  /** Restores what {@link tensors} gave; throws an error that names a vector of another size. */
  restore(step: number, saved: (name: string) => Float32Array): void {
    this.step = step;
    for (const [i, { name }] of this.#groups.entries()) {
      const state = this.states[i] as AdamState;
      for (const key of Object.keys(state) as (keyof AdamState)[]) {
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

function sizeOf(variables: readonly tf.Variable[]): number {
  return variables.reduce((sum, { size }) => sum + size, 0);
}

/** Numbers of neighbouring items whose sizes sum up to `most` at most; larger items are alone. */
function packed(sizes: readonly number[], most: number): number[][] {
  const packs: number[][] = [];
  let room = 0;
  for (const [i, size] of sizes.entries()) {
    if (packs.length === 0 || size > room) packs.push([]), room = most;
    packs.at(-1)?.push(i);
    room -= size;
  }
  return packs;
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
function keysOf(state: AdamState): (keyof AdamState)[] {
  const keys: (keyof AdamState)[] = ["weights", "first", "second", "average"];
  return keys.filter((key) => state[key] !== undefined);
}

/** Whether a parameter is decayed: matrices and convolutions, not biases, norms, scalars, tokens' places. */
export function decays(variable: tf.Tensor): boolean {
  return variable.rank > 1;
}
