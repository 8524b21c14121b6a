/** What a run is made of, resolved, and the name that follows from it. */
import { evaluationRecords, foldName } from "../data/mod.ts";
import { DRAWING_VERSION } from "../drawn/mod.ts";
import { MOBILENET } from "../eval/mod.ts";
import type { RunConfig } from "../report/mod.ts";
import { tf } from "../runtime/mod.ts";
import type { StudyContext } from "./context.ts";
import type { RunPlan } from "./plan.ts";
import { rowOf, trainingOf, weightsOf } from "./rows.ts";
import { versions } from "./versions.ts";

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
