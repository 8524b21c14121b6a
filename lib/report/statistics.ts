/** Mean and spread of one number over the seeds of a row. */
import { mean, standardDeviation } from "../eval/mod.ts";

/** Where a number was read: a run's folder, a file in it, and the keys that lead to it. */
export interface Source {
  /** Name of the run's folder in runs/. */
  readonly run: string;
  readonly file: string;
  readonly path: readonly string[];
  /** Absent where the keys lead to the numbers of single queries. */
  readonly value?: number;
}

/** A number over `n` seeds; `std` is the sample deviation (n − 1), absent for a single seed. */
export interface Summary {
  readonly mean: number;
  readonly std: number | undefined;
  readonly n: number;
  /** What the mean is of; see trace.ts. */
  readonly sources?: readonly Source[];
}

/** Summary of the values of all seeds; undefined where no seed has the number. */
export function summarise(values: readonly number[]): Summary | undefined {
  if (values.length === 0) return undefined;
  return {
    mean: mean(values),
    std: values.length > 1 ? standardDeviation(values) : undefined,
    n: values.length,
  };
}

/** Likewise of numbers that were read from runs; the summary keeps where. */
export function summariseSources(
  sources: readonly (Source & { readonly value: number })[],
): Summary | undefined {
  const summary = summarise(sources.map(({ value }) => value));
  return summary === undefined ? undefined : { ...summary, sources };
}

/** Three seeds are the least from which a spread says anything about a difference. */
const ENOUGH_SEEDS = 3;

/**
 * Index of the best summary, where it may be called so: at least three seeds in each, and its
 * mean ± std lies wholly on the better side of every other's. Else undefined.
 */
export function clearlyBest(
  summaries: readonly (Summary | undefined)[],
  better: "higher" | "lower",
): number | undefined {
  const present = summaries.flatMap((s, index) => s === undefined ? [] : [{ ...s, index }]);
  if (present.length < 2 || present.some((s) => s.n < ENOUGH_SEEDS)) return undefined;
  const sign = better === "higher" ? 1 : -1;
  const [best, ...others] = present.sort((a, b) => sign * (b.mean - a.mean));
  const reach = (s: Summary, side: 1 | -1) => sign * s.mean + side * (s.std ?? 0);
  return others.every((other) => reach(other, 1) < reach(best!, -1)) ? best!.index : undefined;
}
