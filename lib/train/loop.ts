import { join } from "@std/path";
import { type Compiled, compiled } from "../runtime/compiled.ts";
import { tf } from "../runtime/tf.ts";
import { exists, writeAtomic } from "../runtime/files.ts";
import { valueAndGrads } from "../nn/backward.ts";
import { withCheckpoints } from "../nn/checkpoint.ts";
import type { Params } from "../nn/params.ts";
import { restoreCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { LoopConfig } from "./config.ts";
import { decays, type ParamGroup } from "./optimizer.ts";
import { makeOptimizer } from "./optimizers.ts";
import { warmupCosine } from "./schedule.ts";

/** One line of metrics.jsonl. */
export type MetricLine = { step: number; seconds: number } & Record<string, number>;

/** What a loop trains: the loss of a batch, and the parameters with their learning rates. */
export interface Task<Batch> {
  /** All parameters; those with a learning rate are replaced by trained ones. */
  readonly params: Params;
  /** The learning rate of a parameter, or 0 for a frozen one. */
  readonly learningRate: (name: string) => number;
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

/** Where a loop writes and whom it tells. */
export interface LoopOptions {
  /** The run's folder: metrics.jsonl and checkpoint/ are written there. */
  readonly folder: string;
  /** What makes two runs the same; a checkpoint of another identity is refused. */
  readonly identity: string;
  readonly onStep?: (line: MetricLine) => void | Promise<void>;
  /** Asked after each step; true writes a checkpoint and stops. */
  readonly shouldStop?: () => boolean;
}

/** The parameters after training and how long this process took for them. */
export interface LoopResult {
  readonly params: Params;
  readonly finished: boolean;
  readonly seconds: number;
}

/**
 * Trains until `config.steps`, from the newest checkpoint if there is one.
 *
 * Resuming ends in the very same numbers. A loss that is not finite stops the run with an error that
 * names the step, the terms and the batch; the last checkpoint stays. The number of tensors does not
 * grow from step to step. With a moving average, the averaged parameters are returned.
 */
export async function trainLoop<Batch>(
  task: Task<Batch>,
  config: LoopConfig,
  options: LoopOptions,
): Promise<LoopResult> {
  const { groups, params } = groupParameters(task, config);
  const variables = groups.flatMap((group) => group.variables) as tf.Variable[];
  const optimizer = makeOptimizer(groups, config);
  const compute = gradientsOf(task, params, config);
  const { folder, identity } = options;
  const metrics = join(folder, "metrics.jsonl");
  await Deno.mkdir(folder, { recursive: true });
  const done = await restoreCheckpoint(folder, optimizer, identity);
  const before = await cutMetrics(metrics, done);
  const started = performance.now();
  const elapsed = () => before + (performance.now() - started) / 1000;
  let saved = performance.now(), finished = true;
  try {
    for (let step = done; step < config.steps; step++) {
      const { values, grads, described } = await gradients(task, compute, variables, step, config);
      if (!Object.values(values).every(Number.isFinite)) {
        tf.dispose(grads);
        throw new Error(
          `the loss is not finite at step ${step}: ${
            JSON.stringify(values)
          }; batch ${described()}. ` +
            `The checkpoint of an earlier step is kept in ${folder}; lower the learning rate.`,
        );
      }
      const rate = warmupCosine(step, config.warmup, config.steps);
      const gradNorm = optimizer.update(inGroups(groups, grads), rate);
      tf.dispose(grads);
      const line = { step: step + 1, seconds: elapsed(), ...values, gradNorm, rate };
      if ((step + 1) % config.logEvery === 0 || step + 1 === config.steps) {
        await Deno.writeTextFile(metrics, JSON.stringify(rounded(line)) + "\n", { append: true });
      }
      await options.onStep?.(line);
      finished = step + 1 === config.steps;
      const stop = options.shouldStop?.() ?? false;
      if (stop || performance.now() - saved > config.checkpointSeconds * 1000) {
        await saveCheckpoint(folder, optimizer, identity);
        saved = performance.now();
      }
      if (stop) break;
    }
    if (finished && done < config.steps) await saveCheckpoint(folder, optimizer, identity);
    optimizer.load("average");
    return { params: frozen(params), finished, seconds: elapsed() };
  } finally {
    compute.dispose();
    optimizer.dispose();
    for (const variable of variables) variable.dispose();
  }
}

/** A group of more numbers than this is divided: an optimiser's temporaries are as large as its groups. */
const LARGEST_GROUP = 2 ** 24;

/** Trained parameters as variables in groups of equal learning rate and decay; others as they are. */
export function groupParameters(
  task: Pick<Task<unknown>, "params" | "learningRate" | "takeOver">,
  config: LoopConfig,
): { groups: ParamGroup[]; params: Params } {
  const params: Params = { ...task.params };
  type Group = {
    variables: tf.Variable[];
    size: number;
    learningRate: number;
    weightDecay: number;
  };
  const byKey = new Map<string, Group[]>();
  for (const name of Object.keys(task.params).sort()) {
    const learningRate = task.learningRate(name);
    if (learningRate === 0) continue;
    const variable = tf.variable(task.params[name] as tf.Tensor);
    params[name] = variable;
    if (task.takeOver) task.params[name]?.dispose();
    const weightDecay = decays(variable) ? config.weightDecay : 0;
    const key = `lr${learningRate}-wd${weightDecay}`;
    const parts = byKey.get(key) ?? [];
    byKey.set(key, parts);
    let last = parts.at(-1);
    if (!last || last.size + variable.size > LARGEST_GROUP) {
      parts.push(last = { variables: [], size: 0, learningRate, weightDecay });
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

/** Values of a micro-batch's terms and its gradients, in the order of the variables. */
type Gradients<Batch> = Compiled<{ variables: readonly tf.Variable[]; batch: Batch }> & {
  /** Names of the terms, known after the first call. */
  names: string[];
};

/** The computation of a micro-batch; results are the terms, then the gradients. */
function gradientsOf<Batch>(
  task: Task<Batch>,
  params: Params,
  { gradientCheckpointing = false }: LoopConfig,
): Gradients<Batch> {
  let names: string[] = [];
  const run = ({ variables, batch }: { variables: readonly tf.Variable[]; batch: Batch }) => {
    const kept: tf.Scalar[] = [];
    const loss = () => {
      const { total, terms } = task.loss(params, batch);
      names = Object.keys(terms);
      // The backward pass frees what the loss has made, but not these.
      kept.push(...Object.values(terms).map((term) => tf.keep(tf.clone(term))));
      return total;
    };
    const { value, grads } = withCheckpoints(
      gradientCheckpointing,
      () => valueAndGrads(loss, variables),
    );
    const terms = kept.map((term) => tf.clone(term));
    tf.dispose(kept);
    return [...terms, value, ...variables.map((v, i) => grads[i] ?? missingGradient(v, params))];
  };
  // In a graph a block would be run again as soon as it can be, not when its gradient is wanted.
  const call = gradientCheckpointing
    ? Object.assign((inputs: Parameters<typeof run>[0]) => tf.tidy(() => run(inputs)), {
      dispose: () => {},
    })
    : compiled(run);
  return Object.defineProperty(call, "names", {
    get: () => [...names, "total"],
  }) as Gradients<Batch>;
}

/** Values of the terms and the gradients of one step, averaged over its micro-batches. */
async function gradients<Batch>(
  task: Task<Batch>,
  compute: Gradients<Batch>,
  variables: tf.Variable[],
  step: number,
  { accumulate }: LoopConfig,
): Promise<{ values: Record<string, number>; grads: tf.Tensor[]; described: () => string }> {
  const values: Record<string, number> = {};
  let sums: tf.Tensor[] = [], described = () => "";
  for (let micro = 0; micro < accumulate; micro++) {
    const batch = await task.prepare(step, micro);
    const results = compute({ variables, batch }), grads = results.splice(-variables.length);
    for (const [i, name] of compute.names.entries()) {
      const term = results[i] as tf.Tensor;
      values[name] = (values[name] ?? 0) + (term.dataSync()[0] as number) / accumulate;
      term.dispose();
    }
    if (accumulate === 1) sums = grads;
    else {
      // One after the other, so that there are never three gradients of a parameter.
      sums = grads.map((g, i) => {
        const sum = tf.tidy(() => {
          const part = tf.div(g, accumulate);
          return micro === 0 ? part : tf.add(sums[i] as tf.Tensor, part);
        });
        tf.dispose(micro === 0 ? g : [g, sums[i] as tf.Tensor]);
        return sum;
      });
    }
    described = () => task.describe?.(batch) ?? `micro-batch ${micro}`;
    task.dispose?.(batch);
  }
  return { values, grads: sums, described };
}

function missingGradient(variable: tf.Variable, params: Params): never {
  const name = Object.keys(params).find((key) => params[key] === variable);
  throw new Error(`no loss reaches parameter "${name}": freeze it (learning rate 0)`);
}

function inGroups(groups: readonly ParamGroup[], grads: readonly tf.Tensor[]): tf.Tensor[][] {
  let at = 0;
  return groups.map(({ variables }) => grads.slice(at, at += variables.length));
}

/** Copies of the parameters as plain tensors, which outlive the variables. */
function frozen(params: Params): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, t]) => [name, t instanceof tf.Variable ? tf.clone(t) : t]),
  );
}

/** Drops lines after the checkpoint's step (a killed run may have written more); returns the seconds spent. */
async function cutMetrics(path: string, steps: number): Promise<number> {
  if (!await exists(path)) return 0;
  const lines = (await Deno.readTextFile(path)).split("\n").flatMap((line) => {
    try {
      return line.trim() === "" ? [] : [JSON.parse(line) as MetricLine];
    } catch {
      return []; // the line that was being written when the run was killed
    }
  }).filter(({ step }) => step <= steps);
  await writeAtomic(path, lines.map((line) => JSON.stringify(line) + "\n").join(""));
  return lines.at(-1)?.seconds ?? 0;
}

function rounded(line: MetricLine): MetricLine {
  return Object.fromEntries(
    Object.entries(line).map(([k, v]) => [k, Number(v.toPrecision(7))]),
  ) as MetricLine;
}
