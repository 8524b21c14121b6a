/**
 * What was measured of a finished run later: `evaluations/<hash of the settings>/<measure>.json`, one
 * file for each measure, so that none is overwritten and none that is done is lost.
 */
import { join } from "@std/path";
import { z } from "zod";
import { exists, writeJson } from "../runtime/mod.ts";

/** How the measures of one folder were taken; the same in all of its files. */
const settingsSchema = z.looseObject({
  split: z.enum(["train", "validation", "test"]),
  samples: z.int().nonnegative(),
  samplingSteps: z.int().positive(),
  guidance: z.number(),
  seed: z.int(),
  extractor: z.looseObject({ name: z.string(), hash: z.string() }),
});
export type EvaluationSettings = z.infer<typeof settingsSchema>;

const numbers = z.record(z.string(), z.number());

const laterSchema = z.looseObject({
  schema: z.literal(1),
  measure: z.string(),
  settings: settingsSchema,
  metrics: numbers,
  queries: z.record(z.string(), z.array(z.number())).optional(),
  /** Why the data has nothing for this measure; then `metrics` is empty. */
  left: z.string().optional(),
  seconds: z.number(),
});

/** One measure of one run, as its file holds it. */
export type MeasureFile = z.infer<typeof laterSchema>;

/** All that was measured of a run under the same settings. */
export interface LaterEvaluation {
  readonly hash: string;
  readonly settings: EvaluationSettings;
  readonly measures: readonly string[];
  readonly metrics: Readonly<Record<string, number>>;
  /** Numbers of single queries. */
  readonly queries: Readonly<Record<string, readonly number[]>>;
  /** The measure whose file holds each of the metrics. */
  readonly from: Readonly<Record<string, string>>;
}

/** The folder of the measures of a run under some settings. */
export function evaluationFolder(run: string, hash: string): string {
  return join(run, "evaluations", hash);
}

/** The file of the measure that has found a metric, as a path in the run's folder. */
export function measurePath({ hash, from }: LaterEvaluation, metric: string): string {
  return `evaluations/${hash}/${from[metric]}.json`;
}

/** Writes one measure; throws where it is there already, for finished work is never overwritten. */
export async function writeMeasure(
  run: string,
  hash: string,
  file: MeasureFile,
): Promise<void> {
  const path = join(evaluationFolder(run, hash), `${file.measure}.json`);
  if (await exists(path)) throw new Error(`${path}: is there already, expected a new measure`);
  await writeJson(path, file);
}

/** Names of the measures of a run that are done under the settings of a hash. */
export async function measuresDone(run: string, hash: string): Promise<string[]> {
  const folder = evaluationFolder(run, hash);
  if (!await exists(folder)) return [];
  const names: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".json")) names.push(name.slice(0, -".json".length));
  }
  return names.sort();
}

/** Everything that was measured of a run later, by settings; throws an error naming a malformed file. */
export async function readEvaluations(run: string): Promise<LaterEvaluation[]> {
  const folder = join(run, "evaluations");
  if (!await exists(folder)) return [];
  const found: LaterEvaluation[] = [];
  for await (const { name: hash, isDirectory } of Deno.readDir(folder)) {
    const measures = isDirectory ? await measuresDone(run, hash) : [];
    if (measures.length === 0) continue;
    const files = await Promise.all(
      measures.map((measure) => readMeasure(join(folder, hash, `${measure}.json`))),
    );
    const metrics = Object.assign({}, ...files.map((file) => file.metrics));
    const from = Object.fromEntries(
      files.flatMap(({ metrics }, i) => Object.keys(metrics).map((key) => [key, measures[i]!])),
    );
    const queries = Object.assign({}, ...files.map((file) => file.queries ?? {}));
    found.push({ hash, settings: files[0]!.settings, measures, metrics, queries, from });
  }
  return found.sort((a, b) => a.hash < b.hash ? -1 : 1);
}

async function readMeasure(path: string): Promise<MeasureFile> {
  try {
    return laterSchema.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
    throw new Error(`${path}: not a measure (${why}); delete it and evaluate again`);
  }
}
