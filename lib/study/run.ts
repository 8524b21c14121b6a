import { dirname, join } from "@std/path";
import { exists, memoryUsed, resetPeak, tf, writeJson } from "../runtime/mod.ts";
import { batchIndices, evaluationRecords, foldName } from "../data/mod.ts";
import { DRAWING_VERSION } from "../drawn/mod.ts";
import { makeSchedule, type Params } from "../model/mod.ts";
import { measuresOf, MOBILENET, takeMeasures, takeRows } from "../eval/mod.ts";
import { type Cost, type RunConfig, writeQueries, writeSamples } from "../report/mod.ts";
import {
  belongsToRsc,
  disposeBatch,
  jointBatch,
  jointLoss,
  limitsOf,
  type MetricLine,
  removeCheckpoint,
  trainLoop,
} from "../train/mod.ts";
import { saveParams, writeAdapters } from "../weights/mod.ts";
import type { StudyContext } from "./context.ts";
import { holdsStart, needsStart, rowOf, trainingOf, weightsOf } from "./rows.ts";
import { showEmbeddings } from "./shown.ts";
import { distinctPlaces, RunSubject } from "./subject.ts";
import { modelOfRun } from "./model_folder.ts";
import { trainedParameters } from "./trained.ts";
import { versions } from "./versions.ts";
import type { RunPlan } from "./plan.ts";

/** What a run tells while it works. */
export interface RunListener {
  readonly onStep?: (line: MetricLine) => void | Promise<void>;
  readonly onPhase?: (what: string) => void | Promise<void>;
  readonly shouldStop?: () => boolean;
}

/** The whole resolved configuration of a run, as config.json holds it. */
export async function resolveRun(context: StudyContext, plan: RunPlan): Promise<RunConfig> {
  const { preset } = context, row = rowOf(plan.row);
  const set = await context.dataSet(plan.dataset);
  const train = await context.records(plan.dataset, plan.fraction, plan.seed);
  const { checkpointSeconds: _, ...training } = trainingOf(preset, row);
  return {
    schema: 1,
    row: plan.row,
    rowTitle: row.title,
    weights: { ...weightsOf(preset, row) },
    ...(row.keep === undefined ? {} : { keep: row.keep }),
    seed: plan.seed,
    fraction: plan.fraction,
    preset: preset.name,
    ...(preset.changes === undefined ? {} : { changes: { ...preset.changes } }),
    ...(preset.tuned === undefined ? {} : { tuned: { ...preset.tuned } }),
    dataset: {
      name: set.name,
      kind: set.kind,
      licence: set.licence,
      fingerprint: set.fingerprint,
      ...(set.fold === undefined ? {} : { fold: foldName(set.fold) }),
      train: train.length,
      validation: evaluationRecords(set, "validation").length,
      test: evaluationRecords(set, "test").length,
    },
    model: { ...preset.model, start: await context.startingPoint() },
    train: { ...training },
    evaluate: { ...preset.evaluate, outsideDrawing: DRAWING_VERSION, extractor: { ...MOBILENET } },
    backend: tf.getBackend(),
    versions: versions(),
  };
}

/** The name of a run's folder; it ends in a hash of everything that decides its numbers. */
export async function runName(config: RunConfig): Promise<string> {
  const { backend: _, versions: __, ...decisive } = config;
  const bytes = new TextEncoder().encode(JSON.stringify(decisive));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(hash.slice(0, 4), (b) => b.toString(16).padStart(2, "0")).join("");
  const { dataset, row, seed, fraction } = config;
  const fold = dataset.fold === undefined ? "" : `--k${dataset.fold}`;
  return `${dataset.name}--${row}${fold}--s${seed}--f${fraction}--${hex}`;
}

/**
 * Does one run in its folder, from wherever it was; a finished one is left as it is.
 *
 * Returns whether it is finished now (a stop request leaves a checkpoint instead).
 */
export async function doRun(
  context: StudyContext,
  plan: RunPlan,
  folder: string,
  config: RunConfig,
  listener: RunListener = {},
): Promise<boolean> {
  if (await exists(join(folder, "evaluation.json"))) return true;
  await writeJson(join(folder, "config.json"), config);
  resetPeak();
  const model = await context.model();
  const trained = await tune(context, plan, folder, listener);
  const own = trainedOnly(trained.params, model.params);
  const freed = Object.values(model.params).some((t) => t.isDisposed);
  if (freed) context.forgetModel();
  try {
    return trained.finished && await measure(context, plan, folder, trained, own, listener);
  } finally {
    tf.dispose([own, freed ? model.params : {}]);
  }
}

/** Asked to stop while measuring; the run is measured anew from its last checkpoint. */
class Stopped extends Error {}

/** Evaluates a trained model and writes everything that makes a run finished. */
async function measure(
  context: StudyContext,
  plan: RunPlan,
  folder: string,
  trained: Tuned,
  own: Params,
  { onPhase, shouldStop }: RunListener,
): Promise<boolean> {
  const started = performance.now(), { evaluate } = context.preset;
  const model = { ...await context.model(), params: trained.params };
  try {
    const subject = await RunSubject.of(context, {
      ...plan,
      model,
      config: evaluate,
      ...(evaluate.split === undefined ? {} : { split: evaluate.split }),
      onPhase: async (what) => {
        if (shouldStop?.()) throw new Stopped();
        await onPhase?.(what);
      },
    });
    const { metrics, queries, left } = await takeMeasures(subject, measuresOf(evaluate.measures));
    await showSamples(subject, folder);
    if (evaluate.measures.includes("retrieval")) {
      await showEmbeddings(context, plan.dataset, subject, folder);
    }
    if (Object.keys(own).length > 0) await saveParams(join(folder, "weights.safetensors"), own);
    await writeAdapters(join(folder, "adapters"), own);
    await writeQueries(folder, queries);
    await writeJson(join(folder, "cost.json"), costOf(trained.params, own));
    await writeJson(join(folder, "evaluation.json"), {
      schema: 1,
      metrics,
      ...(Object.keys(left).length > 0 ? { left } : {}),
      truncated: await context.truncation(plan.dataset),
      steps: trained.steps,
      seconds: { train: trained.seconds, evaluate: (performance.now() - started) / 1000 },
    });
  } catch (error) {
    if (error instanceof Stopped) return false;
    throw error;
  }
  await removeCheckpoint(folder);
  return true;
}

function costOf(params: Params, own: Params): Cost {
  const count = (all: Params) => Object.values(all).reduce((sum, { size }) => sum + size, 0);
  const peak = memoryUsed()?.peak;
  return {
    parameters: { total: count(params), trained: count(own) },
    ...(peak === undefined ? {} : { peakMemory: peak }),
  };
}

/** Writes some of the drawn pictures, each of another caption, as the run's samples. */
async function showSamples(subject: RunSubject, folder: string): Promise<void> {
  const { prompts, pixels } = await subject.drawn(), size = subject.model.config.imageSize;
  const places = distinctPlaces(prompts, subject.config.shown);
  if (places.length === 0) return;
  await writeSamples(folder, takeRows(pixels, size * size * 3, places), {
    prompts: places.map((i) => prompts[i] as string),
    size,
    columns: Math.min(8, places.length),
  });
}

/** What fine-tuning gave. */
interface Tuned {
  readonly params: Params;
  readonly steps: number;
  readonly seconds: number;
  /** False where it was stopped before the end. */
  readonly finished: boolean;
}

/** Fine-tunes under the row's losses. */
async function tune(
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
    { folder, identity: folder.split("--").at(-1) ?? "", ...listener },
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

/** The parameters that training replaced. */
function trainedOnly(params: Params, start: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([name, t]) => t !== start[name]));
}
