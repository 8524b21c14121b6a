/** The numbers of a run with the files that they were read from. */
import { type LaterEvaluation, measurePath } from "./evaluations.ts";
import type { RunRecord } from "./record.ts";
import type { Source } from "./statistics.ts";

/** A single number and where it was read. */
export type NumberSource = Source & { readonly value: number };

/** One number of evaluation.json, or of a later evaluation; undefined where it has none of that name. */
export function sourceIn(
  { name, evaluation }: RunRecord,
  key: string,
  later?: LaterEvaluation,
): NumberSource | undefined {
  const value = (later ?? evaluation).metrics[key];
  if (value === undefined) return undefined;
  const file = later === undefined ? "evaluation.json" : measurePath(later, key);
  return { run: name, file, path: ["metrics", key], value };
}

/** The numbers of evaluation.json by metric, or those of a later evaluation. */
export function sourcesIn(run: RunRecord, later?: LaterEvaluation): Record<string, NumberSource> {
  const { metrics } = later ?? run.evaluation;
  return Object.fromEntries(
    Object.keys(metrics).map((key) => [key, sourceIn(run, key, later)!]),
  );
}

/** The numbers alone. */
export function numbersOf(
  sources: Readonly<Record<string, NumberSource>>,
): Record<string, number> {
  return Object.fromEntries(Object.entries(sources).map(([key, { value }]) => [key, value]));
}

/** The runs that a line of a table is about: each counts as a seed. */
export function configSources(runs: readonly RunRecord[]): Source[] {
  return runs.map(({ name, config }) => (
    { run: name, file: "config.json", path: ["seed"], value: config.seed }
  ));
}
