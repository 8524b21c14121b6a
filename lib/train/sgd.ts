import { tf } from "../runtime/mod.ts";
import { clipFactor, sumOfSquares } from "./clipping.ts";
import type { OptimizerConfig } from "./config.ts";
import { within } from "./adam.ts";
import type { ParamGroup } from "./optimizer.ts";

/** What SGD keeps of one parameter. */
type Kept = { momentum?: tf.Tensor; average?: tf.Tensor };

/**
 * SGD with momentum, global-norm clipping and a moving average, one parameter after the other.
 *
 * For models that fill the memory: it keeps one number for each parameter, none with momentum 0, and
 * needs no more room than the largest parameter while it works. A gradient is freed as soon as it is
 * used. Source of the order of operations: torch.optim.SGD (dampening 0, weight decay added to the
 * gradient) and torch.nn.utils.clip_grad_norm_.
 */
export class Sgd {
  readonly #groups: readonly ParamGroup[];
  readonly #config: OptimizerConfig;
  readonly #kept: Kept[][];
  /** Updates done so far. */
  step = 0;

  constructor(groups: readonly ParamGroup[], config: OptimizerConfig) {
    this.#groups = groups;
    this.#config = config;
    this.#kept = groups.map(({ variables }) =>
      variables.map((variable) => {
        const kept: Kept = {};
        if ((config.momentum ?? 0) > 0) kept.momentum = tf.zerosLike(variable);
        if (config.ema > 0) kept.average = tf.clone(variable);
        return kept;
      })
    );
  }

  /**
   * One update from gradients in the order of the groups' variables, which it disposes of.
   *
   * `rate` multiplies every group's learning rate. Returns the gradients' norm before clipping, which
   * the caller reads when it likes and disposes of.
   */
  update(grads: readonly (readonly tf.Tensor[])[], rate: number): tf.Scalar {
    const norm = globalNorm(grads.flat());
    const clip = clipFactor(norm, this.#config.clipNorm);
    this.step++;
    for (const [i, group] of this.#groups.entries()) {
      for (const [j, variable] of group.variables.entries()) {
        const grad = grads[i]?.[j] as tf.Tensor, kept = this.#kept[i]?.[j] as Kept;
        const next = tf.tidy(() => this.#next(variable, tf.mul(grad, clip), kept, group, rate));
        tf.dispose([grad, kept]);
        variable.assign(next.value);
        next.value.dispose();
        Object.assign(kept, next.kept);
      }
    }
    clip.dispose();
    return norm;
  }

  #next(
    variable: tf.Variable,
    grad: tf.Tensor,
    old: Kept,
    { learningRate, weightDecay, limits }: ParamGroup,
    rate: number,
  ): { value: tf.Tensor; kept: Kept } {
    const { momentum = 0, ema } = this.#config, kept: Kept = {};
    let direction = weightDecay > 0 ? tf.add(grad, tf.mul(variable, weightDecay)) : grad;
    if (old.momentum) {
      kept.momentum = direction = tf.add(tf.mul(old.momentum, momentum), direction);
    }
    const value = within(limits, tf.sub(variable, tf.mul(direction, learningRate * rate)));
    if (old.average) {
      kept.average = tf.add(old.average, tf.mul(tf.sub(value, old.average), 1 - ema));
    }
    return { value, kept };
  }

  /** Puts the moving average into the variables, where there is one; the weights are there already. */
  load(values: "weights" | "average"): void {
    if (values === "weights") return;
    this.#each((variable, { average }) => {
      if (average) variable.assign(average);
    });
  }

  /** Weights and what is kept of them by name, for a checkpoint. */
  tensors(): Record<string, tf.Tensor> {
    const tensors: Record<string, tf.Tensor> = {};
    this.#each((variable, kept, name) => {
      tensors[`${name}.weights`] = variable;
      for (const [key, value] of Object.entries(kept)) tensors[`${name}.${key}`] = value;
    });
    return tensors;
  }

  /** Restores what {@link tensors} gave; throws an error that names a tensor of another size. */
  restore(step: number, saved: (name: string) => Float32Array): void {
    this.step = step;
    this.#each((variable, kept, name) => {
      const restored = (key: string) => {
        const values = saved(`${name}.${key}`);
        if (values.length === variable.size) return tf.tensor(values, variable.shape);
        throw new Error(
          `optimiser tensor ${name}.${key}: found ${values.length} values, ` +
            `expected ${variable.size}`,
        );
      };
      for (const key of Object.keys(kept) as (keyof Kept)[]) {
        kept[key]?.dispose();
        kept[key] = restored(key);
      }
      const weights = restored("weights");
      variable.assign(weights);
      weights.dispose();
    });
  }

  dispose(): void {
    this.#each((_, kept) => tf.dispose(kept));
  }

  #each(f: (variable: tf.Variable, kept: Kept, name: string) => void): void {
    for (const [i, { name, variables }] of this.#groups.entries()) {
      variables.forEach((variable, j) => f(variable, this.#kept[i]?.[j] as Kept, `${name}.${j}`));
    }
  }
}

/** The Euclidean norm of all tensors together. */
function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const squares = tensors.map(sumOfSquares);
    return tf.sqrt(tf.sum(tf.stack(squares))) as tf.Scalar;
  });
}
