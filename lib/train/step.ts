import { type Compiled, compiled, tf } from "../runtime/mod.ts";
import { type Params, valueAndGrads, withCheckpoints } from "../model/mod.ts";
import type { LoopConfig } from "./config.ts";
import { decays, type ParamGroup } from "./optimizer.ts";
import { makeOptimizer, type Optimizer } from "./optimizers.ts";

/** What is trained: the loss of a batch, and the parameters with their learning rates. */
export interface Task<Batch> {
  /** All parameters; those with a learning rate are replaced by trained ones. */
  readonly params: Params;
  /** The learning rate of a parameter, or 0 for a frozen one. */
  readonly learningRate: (name: string) => number;
  /** Between which values an update leaves a parameter; unbounded where undefined. */
  readonly limits?: (name: string) => readonly [number, number] | undefined;
  /** Data of a micro-batch; a function of the step alone, so that a run can resume. */
  readonly prepare: (step: number, micro: number) => Batch | Promise<Batch>;
  /**
   * The scalar to minimise and its terms; runs inside a tidy.
   *
   * It must depend on its arguments alone and read nothing back, for it may run as one graph (see
   * runtime/compiled.ts).
   */
  readonly loss: (
    params: Params,
    batch: Batch,
  ) => { total: tf.Scalar; terms: Record<string, tf.Scalar> };
  /** Text that names a batch in an error. */
  readonly describe?: (batch: Batch) => string;
  readonly dispose?: (batch: Batch) => void;
  /** The loop may free the trained ones of `params` when it has its own, so that none is there twice. */
  readonly takeOver?: boolean;
}

/** A step under way: what it gives is on the device until it is {@link read}. */
export interface StepTerms {
  /** The terms of each micro-batch, with "total" among them. */
  readonly terms: readonly Readonly<Record<string, tf.Tensor>>[];
  /** Names the last micro-batch. */
  readonly described: () => string;
}

/** The terms of a step, averaged over its micro-batches; frees them. */
export async function read({ terms }: StepTerms): Promise<Record<string, number>> {
  const values: Record<string, number> = {};
  for (const one of terms) {
    for (const [name, term] of Object.entries(one)) {
      values[name] = (values[name] ?? 0) + ((await term.data())[0] as number) / terms.length;
      term.dispose();
    }
  }
  return values;
}

/** One training step after the other: {@link gradients}, then {@link update}. */
export class TrainStep<Batch> {
  /** All parameters, the trained ones as variables. */
  readonly params: Params;
  readonly optimizer: Optimizer;
  readonly #task: Task<Batch>;
  readonly #config: LoopConfig;
  readonly #groups: readonly ParamGroup[];
  readonly #variables: readonly tf.Variable[];
  readonly #compute: Compiled<{ variables: readonly tf.Variable[]; batch: Batch }>;
  #names: readonly string[] = [];
  #grads: tf.Tensor[] = [];

  /** Copies the parameters that are trained; throws where there is none. */
  constructor(task: Task<Batch>, config: LoopConfig) {
    const { groups, params } = groupParameters(task, config);
    [this.#task, this.#config, this.#groups, this.params] = [task, config, groups, params];
    this.#variables = groups.flatMap((group) => group.variables);
    this.optimizer = makeOptimizer(groups, config);
    const run = ({ batch }: { batch: Batch }) => this.#microBatch(batch);
    this.#compute = compiled(run);
  }

  /** Computes the terms and the gradients of a step. Nothing is read: a device may still be at work. */
  async gradients(step: number): Promise<StepTerms> {
    const { accumulate } = this.#config, terms: Record<string, tf.Tensor>[] = [];
    let described = () => "";
    tf.dispose(this.#grads);
    this.#grads = [];
    for (let micro = 0; micro < accumulate; micro++) {
      const batch = await this.#task.prepare(step, micro);
      const results = this.#compute({ variables: this.#variables, batch });
      const grads = results.splice(-this.#variables.length);
      terms.push(Object.fromEntries(this.#names.map((name, i) => [name, results[i] as tf.Tensor])));
      if (accumulate === 1) this.#grads = grads;
      else this.#accumulate(grads, micro);
      described = () => this.#task.describe?.(batch) ?? `micro-batch ${micro}`;
      this.#task.dispose?.(batch);
    }
    return { terms, described };
  }

  /** Moves the parameters; returns the gradients' norm before clipping, which the caller disposes of. */
  update(rate: number): tf.Scalar {
    let at = 0;
    const inGroups = this.#groups.map(({ variables }) =>
      this.#grads.slice(at, at += variables.length)
    );
    const norm = this.optimizer.update(inGroups, rate);
    this.#grads = [];
    return norm;
  }

  /** Frees everything; parameters that are still needed must have been copied. */
  dispose(): void {
    this.#compute.dispose();
    this.optimizer.dispose();
    tf.dispose(this.#grads);
    for (const variable of this.#variables) variable.dispose();
  }

  /** The terms, the total, then the gradients in the order of the variables. */
  #microBatch(batch: Batch): tf.Tensor[] {
    const kept: tf.Scalar[] = [];
    const loss = () => {
      const { total, terms } = this.#task.loss(this.params, batch);
      this.#names = [...Object.keys(terms), "total"];
      // The backward pass frees what the loss has made, but not these.
      kept.push(...Object.values(terms).map((term) => tf.keep(tf.clone(term))));
      return total;
    };
    const { value, grads } = withCheckpoints(
      this.#config.gradientCheckpointing ?? false,
      () => valueAndGrads(loss, this.#variables),
    );
    const terms = kept.map((term) => tf.clone(term));
    tf.dispose(kept);
    const all = this.#variables.map((v, i) => grads[i] ?? missingGradient(v, this.params));
    return [...terms, value, ...all];
  }

  /** Adds a micro-batch's share, one parameter after the other: never three gradients of one. */
  #accumulate(grads: readonly tf.Tensor[], micro: number): void {
    const { accumulate } = this.#config;
    this.#grads = grads.map((g, i) => {
      const sum = tf.tidy(() => {
        const part = tf.div(g, accumulate);
        return micro === 0 ? part : tf.add(this.#grads[i] as tf.Tensor, part);
      });
      tf.dispose(micro === 0 ? g : [g, this.#grads[i] as tf.Tensor]);
      return sum;
    });
  }
}

function missingGradient(variable: tf.Variable, params: Params): never {
  const name = Object.keys(params).find((key) => params[key] === variable);
  throw new Error(`no loss reaches parameter "${name}": freeze it (learning rate 0)`);
}

/** A group of more numbers than this is divided: an optimiser's temporaries are as large as its groups. */
const LARGEST_GROUP = 2 ** 24;

/** Trained parameters as variables in groups of equal learning rate and decay; others as they are. */
export function groupParameters(
  task: Pick<Task<unknown>, "params" | "learningRate" | "limits" | "takeOver">,
  config: LoopConfig,
): { groups: ParamGroup[]; params: Params } {
  const params: Params = { ...task.params };
  type Group = {
    variables: tf.Variable[];
    size: number;
    learningRate: number;
    weightDecay: number;
    limits?: readonly [number, number];
  };
  const byKey = new Map<string, Group[]>();
  for (const name of Object.keys(task.params).sort()) {
    const learningRate = task.learningRate(name);
    if (learningRate === 0) continue;
    const variable = tf.variable(task.params[name] as tf.Tensor);
    params[name] = variable;
    if (task.takeOver) task.params[name]?.dispose();
    const weightDecay = decays(variable) ? config.weightDecay : 0;
    const limits = task.limits?.(name);
    const key = `lr${learningRate}-wd${weightDecay}${limits ? `-in${limits.join("to")}` : ""}`;
    const parts = byKey.get(key) ?? [];
    byKey.set(key, parts);
    let last = parts.at(-1);
    if (!last || last.size + variable.size > LARGEST_GROUP) {
      parts.push(last = { variables: [], size: 0, learningRate, weightDecay });
      if (limits) last.limits = limits;
    }
    last.variables.push(variable);
    last.size += variable.size;
  }
  const groups = [...byKey].flatMap(([name, parts]) =>
    parts.map(({ size: _, ...part }, i) => ({ name: i === 0 ? name : `${name}-${i}`, ...part }))
  );
  if (groups.length === 0) {
    throw new Error("trainLoop: every parameter is frozen, nothing to train");
  }
  return { groups, params };
}
