import { join } from "@std/path";
import { exists, tf, writeAtomic } from "../runtime/mod.ts";
import type { Params } from "../model/mod.ts";
import { restoreCheckpoint, saveCheckpoint } from "./checkpoint.ts";
import type { LoopConfig } from "./config.ts";
import { warmupCosine } from "./schedule.ts";
import { type Task, TrainStep } from "./step.ts";

export type { Task } from "./step.ts";

/** One line of metrics.jsonl. */
export type MetricLine = { step: number; seconds: number } & Record<string, number>;

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
  const train = new TrainStep(task, config), { optimizer } = train;
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
      const { values, described } = await train.gradients(step);
      if (!Object.values(values).every(Number.isFinite)) {
        throw new Error(
          `the loss is not finite at step ${step}: ${
            JSON.stringify(values)
          }; batch ${described()}. ` +
            `The checkpoint of an earlier step is kept in ${folder}; lower the learning rate.`,
        );
      }
      const rate = warmupCosine(step, config.warmup, config.steps);
      const gradNorm = await train.update(rate);
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
    return { params: frozen(train.params), finished, seconds: elapsed() };
  } finally {
    train.dispose();
  }
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
