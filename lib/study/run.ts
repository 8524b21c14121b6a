/** One run: fine-tuned from wherever it was, measured, written down. */
import { join } from "@std/path";
import { exists, memoryUsed, resetPeak, tf, writeJson } from "../runtime/mod.ts";
import type { Params } from "../model/mod.ts";
import { measuresOf, takeMeasures, takeRows } from "../eval/mod.ts";
import { type Cost, type RunConfig, writeQueries, writeSamples } from "../report/mod.ts";
import { removeCheckpoint } from "../train/mod.ts";
import { saveParams, writeAdapters } from "../weights/mod.ts";
import type { StudyContext } from "./context.ts";
import type { RunPlan } from "./plan.ts";
import { showEmbeddings } from "./shown.ts";
import { distinctPlaces, RunSubject } from "./subject.ts";
import { type RunListener, tune, type Tuned } from "./tuned.ts";

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

/** The parameters that training replaced. */
function trainedOnly(params: Params, start: Params): Params {
  return Object.fromEntries(Object.entries(params).filter(([name, t]) => t !== start[name]));
}
