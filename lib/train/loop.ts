import { join } from "@std/path";
import { exists, tf, writeAtomic } from "../runtime/mod.ts";
import type { Params } from "../model/mod.ts";
import { restoreCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { LoopConfig } from "./config.ts";
import { warmupCosine } from "./schedule.ts";
import { read, type StepTerms, type Task, TrainStep } from "./step.ts";

export type { Task } from "./step.ts";

/** One line of metrics.jsonl. */
export type MetricLine = { step: number; seconds: number } & Record<string, number>;

/** Further numbers, measured now and then on the parameters that a step begins with. */
export interface Probe {
  readonly every: number;
  measure(params: Params): Record<string, number>;
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
  /** What else the lines of the first and of each `every`-th step after it say; see {@link Probe}. */
  readonly probe?: Probe;
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
 * Resuming ends in the very same numbers. A loss or a gradient that is not finite stops the run with an
 * error that names the step, the terms and the batch, also at the last step; the last good checkpoint
 * stays. The numbers of a step are read when the next one has been handed to the device, which so is
 * never idle. The number of tensors does not grow from step to step. With a moving average, the
 * averaged parameters are returned.
 */
export async function trainLoop<Batch>(
  task: Task<Batch>,
  config: LoopConfig,
  options: LoopOptions,
): Promise<LoopResult> {
  const train = new TrainStep(task, config), { optimizer } = train;
  const { folder, identity, probe } = options;
  const metrics = join(folder, "metrics.jsonl");
  await Deno.mkdir(folder, { recursive: true });
  const done = await restoreCheckpoint(folder, optimizer, identity);
  const before = await cutMetrics(metrics, done);
  const started = performance.now();
  const elapsed = () => before + (performance.now() - started) / 1000;
  let saved = performance.now(), finished = true, pending: Pending | undefined;
  const settle = async () => {
    if (!pending) return;
    const { step, rate, probed } = pending, { values, gradNorm } = await numbersOf(pending, folder);
    pending = undefined;
    const line = { step: step + 1, seconds: elapsed(), ...values, gradNorm, rate, ...probed };
    if ((step + 1) % config.logEvery === 0 || step + 1 === config.steps || probed) {
      await Deno.writeTextFile(metrics, JSON.stringify(rounded(line)) + "\n", { append: true });
    }
    await options.onStep?.(line);
  };
  try {
    for (let step = done; step < config.steps; step++) {
      const rate = warmupCosine(step, config.warmup, config.steps);
      const probed = probe && step % probe.every === 0 ? probe.measure(train.params) : undefined;
      const terms = await train.gradients(step), norm = train.update(rate);
      const now = { step, rate, terms, norm, probed };
      try {
        await settle();
      } finally {
        pending = now;
      }
      finished = step + 1 === config.steps;
      const stop = options.shouldStop?.() ?? false;
      if (finished || stop || performance.now() - saved > config.checkpointSeconds * 1000) {
        await settle(); // a checkpoint holds good numbers only
        await saveCheckpoint(folder, optimizer, identity);
        saved = performance.now();
      }
      if (stop) break;
    }
    optimizer.load("average");
    return { params: frozen(train.params), finished, seconds: elapsed() };
  } finally {
    if (pending) tf.dispose([pending.norm, pending.terms.terms as never]);
    train.dispose();
  }
}

/** A step that the device has been given. */
interface Pending {
  readonly step: number;
  readonly rate: number;
  readonly terms: StepTerms;
  readonly norm: tf.Scalar;
  readonly probed: Readonly<Record<string, number>> | undefined;
}

/** The numbers of a step; throws where one is not finite. */
async function numbersOf(
  { step, terms, norm }: Pending,
  folder: string,
): Promise<{ values: Record<string, number>; gradNorm: number }> {
  const values = await read(terms), gradNorm = (await norm.data())[0] as number;
  norm.dispose();
  const loss = Object.values(values).every(Number.isFinite);
  if (loss && Number.isFinite(gradNorm)) return { values, gradNorm };
  const what = loss ? "gradient" : "loss", found = loss ? { ...values, gradNorm } : values;
  // JSON has no NaN: it would say null.
  const text = JSON.stringify(
    found,
    (_, x) => Number.isFinite(x) || typeof x === "object" ? x : `${x}`,
  );
  throw new Error(
    `the ${what} is not finite at step ${step}: ${text}; batch ${terms.described()}. ` +
      `The checkpoint of an earlier step is kept in ${folder}; lower the learning rate.`,
  );
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
