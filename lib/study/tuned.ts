/** Fine-tuning a run's model under its row's losses. */
import { dirname, join } from "@std/path";
import { batchIndices } from "../data/mod.ts";
import { makeSchedule, type Params } from "../model/mod.ts";
import { exists, tf } from "../runtime/mod.ts";
import {
  belongsToRsc,
  disposeBatch,
  jointBatch,
  jointLoss,
  limitsOf,
  type MetricLine,
  trainLoop,
} from "../train/mod.ts";
import type { StudyContext } from "./context.ts";
import { gradientNorms } from "./gradient_norms.ts";
import { modelOfRun } from "./model_folder.ts";
import type { RunPlan } from "./plan.ts";
import { holdsStart, needsStart, rowOf, trainingOf, weightsOf } from "./rows.ts";
import { resolveRun, runName } from "./run_config.ts";
import { trainedParameters } from "./trained.ts";

/** What a run tells while it works. */
export interface RunListener {
  readonly onStep?: (line: MetricLine) => void | Promise<void>;
  readonly onPhase?: (what: string) => void | Promise<void>;
  readonly shouldStop?: () => boolean;
}

/** What fine-tuning gave. */
export interface Tuned {
  readonly params: Params;
  readonly steps: number;
  readonly seconds: number;
  /** False where it was stopped before the end. */
  readonly finished: boolean;
}

/** Fine-tunes under the row's losses. */
export async function tune(
  context: StudyContext,
  plan: RunPlan,
  folder: string,
  listener: RunListener,
): Promise<Tuned> {
  const { preset } = context, row = rowOf(plan.row);
  const weights = weightsOf(preset, row), train = trainingOf(preset, row);
  const model = await context.model();
  if (weights.itc === 0 && weights.is === 0 && weights.rsc === 0) {
    return { params: model.params, steps: 0, seconds: 0, finished: true };
  }
  const known = row.averages &&
    await trainedAlready(context, { ...plan, row: row.averages }, folder);
  if (known) {
    const params = published(known, model.params, row.keep);
    return { params, steps: train.steps, seconds: 0, finished: true };
  }
  const data = await context.training(plan.dataset, plan.fraction, plan.seed);
  const schedule = makeSchedule(preset.model.schedule);
  const batches = { ...train, seed: plan.seed };
  const { params, added, learningRate } = trainedParameters(
    preset,
    row,
    model.params,
    plan.seed,
  );
  const every = train.gradientNorms;
  const measure = (p: Params) =>
    asNumbers(gradientNorms({ ...model, params: p }, data, batches, model.params));
  const result = await trainLoop(
    {
      params,
      learningRate,
      limits: limitsOf,
      prepare: (step, micro) => {
        const draw = step * train.accumulate + micro;
        const order = batchIndices(data.count, train.batch, draw, plan.seed);
        return jointBatch(model, data, order, draw, batches);
      },
      loss: (p, batch) =>
        jointLoss(p, preset.model, schedule, weights, train.rsc, batch, {
          minSnr: train.minSnr,
          ...(needsStart(weights, train.rsc) ? { start: model.params } : {}),
        }),
      describe: (batch) => batch.names.join(", "),
      dispose: disposeBatch,
      takeOver: preset.rereads === true && !holdsStart(row, weights, train.rsc),
    },
    train,
    {
      folder,
      identity: folder.split("--").at(-1) ?? "",
      ...listener,
      ...(every && { probe: { every, measure } }),
    },
  );
  tf.dispose(added);
  return {
    ...result,
    params: published(result.params, model.params, row.keep),
    steps: train.steps,
  };
}

/**
 * The weights that the run of `plan` beside `folder` has trained, or undefined where it is not finished:
 * the same losses, batches and draws end in the same weights.
 */
async function trainedAlready(
  context: StudyContext,
  plan: RunPlan,
  folder: string,
): Promise<Params | undefined> {
  const run = join(dirname(folder), await runName(await resolveRun(context, plan)));
  const files = ["evaluation.json", "weights.safetensors"].map((name) => exists(join(run, name)));
  if (!(await Promise.all(files)).every(Boolean)) return undefined;
  return (await modelOfRun(await context.model(), run)).params;
}

/**
 * The published parameters and adapters of them, averaged with the start where a row keeps a share
 * `keep` only; the start of an adapter is a B of zero.
 */
function published(trained: Params, start: Params, keep = 1): Params {
  const params: Params = {};
  for (const [name, t] of Object.entries(trained)) {
    const old = start[name];
    params[name] = t;
    if (t === old) continue;
    if (belongsToRsc(name)) delete params[name];
    else if (keep === 1 || name.endsWith("lora_A.weight")) continue;
    else if (old === undefined) params[name] = tf.mul(t, keep);
    else params[name] = tf.tidy(() => tf.add(tf.mul(t, keep), tf.mul(old, 1 - keep)));
    t.dispose();
  }
  return params;
}

/** As numbers of a line of metrics.jsonl: `grad.itc.vision` and so on. */
function asNumbers(norms: ReturnType<typeof gradientNorms>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(norms).flatMap(([loss, towers]) =>
      Object.entries(towers).map(([tower, norm]) => [`grad.${loss}.${tower}`, norm])
    ),
  );
}
