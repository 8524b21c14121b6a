/** Whether a difference between two rows is more than chance: over seeds and queries at once. */
import { stream } from "../runtime/mod.ts";
import { mean, quantile } from "./statistics.ts";
import { studentInterval } from "./student.ts";

/** Seeds from which a difference may be called one; fewer say nothing about the next seed. */
export const ENOUGH_SEEDS = 3;

/** A mean difference with its interval. */
export interface Comparison {
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided. */
  readonly p: number;
}

/** Options of {@link crossedBootstrap} and {@link compareSeeds}. */
export interface BootstrapOptions {
  /** The same seed gives the same interval; 0 unless given. */
  readonly seed?: number;
  /** Draws; 2000 unless given. */
  readonly resamples?: number;
  /** Coverage of the interval; 0.95 unless given. */
  readonly level?: number;
}

/**
 * Interval of the mean of `differences[seed][query]` for new seeds and new queries: the crossed
 * bootstrap or Student's interval over the seeds' means, whichever reaches further, with the larger p.
 *
 * A bootstrap of three to five seeds is too narrow: where all of three have one sign it excludes zero,
 * which happens by chance in one of four cases. Student's knows few seeds, but no queries. A single
 * query stands for a number that is not made of queries: of such only Student's says anything.
 * Throws where seeds differ in their number of queries or there is none.
 */
export function compareSeeds(
  differences: readonly ArrayLike<number>[],
  options: BootstrapOptions = {},
): Comparison {
  const crossed = crossedBootstrap(differences, options);
  if (differences.length === 1) return crossed;
  const student = studentInterval(differences.map(mean), options.level);
  if (differences[0]!.length === 1) return student;
  return {
    difference: crossed.difference,
    low: Math.min(crossed.low, student.low),
    high: Math.max(crossed.high, student.high),
    p: Math.max(crossed.p, student.p),
  };
}

/**
 * Bootstrap interval of the mean of `differences[seed][query]`, seeds and queries both drawn anew.
 *
 * The same queries are measured in every seed, so a resample draws a set of seeds and one set of
 * queries and takes all their crossings; the interval is wide enough for new seeds and new queries.
 * Few seeds give few distinct resamples: such an interval is a least width, not an exact one. p is
 * from the share of resamples on the other side of zero, and never zero.
 * Throws where seeds differ in their number of queries or there is none.
 * Sources: Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13; Owen 2007 (crossed).
 */
export function crossedBootstrap(
  differences: readonly ArrayLike<number>[],
  { seed = 0, resamples = 2000, level = 0.95 }: BootstrapOptions = {},
): Comparison {
  const seeds = differences.length, queries = differences[0]?.length ?? 0;
  if (seeds === 0 || queries === 0) {
    throw new Error(`${seeds} seeds with ${queries} queries, expected at least one of each`);
  }
  const odd = differences.findIndex(({ length }) => length !== queries);
  if (odd >= 0) {
    throw new Error(
      `seed ${odd} has ${differences[odd]!.length} queries, expected ${queries} as the first; ` +
        "compare rows that were measured on the same queries",
    );
  }
  const draws = drawsOf(seed, resamples, queries, seeds), counts = new Int32Array(queries);
  const drawn = new Int32Array(queries), all = differences.map((d) => Float64Array.from(d));
  // Most queries differ in nothing: of sums, zeros are left out.
  const places = all.map((values) =>
    Int32Array.from([...values.keys()].filter((q) => values[q] !== 0))
  );
  let under = 0, over = 0, next = 0;
  const means = Float64Array.from({ length: resamples }, () => {
    counts.fill(0);
    for (let q = 0; q < queries; q++) counts[draws[next++]!]!++;
    let sum = 0, n = 0;
    for (let q = 0; q < queries; q++) if (counts[q] !== 0) drawn[n++] = q;
    for (let s = 0; s < seeds; s++) {
      const index = draws[next++]!, values = all[index]!, own = places[index]!;
      const [at, most] = own.length < n ? [own, own.length] : [drawn, n];
      for (let i = 0; i < most; i++) {
        const q = at[i] as number;
        sum += (counts[q] as number) * (values[q] as number);
      }
    }
    if (sum <= 0) under++;
    if (sum >= 0) over++;
    return sum / (seeds * queries);
  });
  const tail = (1 - level) / 2;
  return {
    difference: mean(differences.map(mean)),
    low: quantile(means, tail),
    high: quantile(means, 1 - tail),
    p: Math.min(1, 2 * (1 + Math.min(under, over)) / (resamples + 1)),
  };
}

let drawn: { readonly key: string; readonly draws: Int32Array } | undefined;

/**
 * The queries, then the seeds, of each resample. Comparisons of as many queries and seeds have the same,
 * and mostly come one after the other: the last ones are kept.
 */
function drawsOf(seed: number, resamples: number, queries: number, seeds: number): Int32Array {
  const key = [seed, resamples, queries, seeds].join();
  if (drawn?.key === key) return drawn.draws;
  const random = stream(seed, "crossed-bootstrap"), each = queries + seeds;
  const draws = Int32Array.from(
    { length: resamples * each },
    (_, i) => random.int(i % each < queries ? queries : seeds),
  );
  drawn = { key, draws };
  return draws;
}

/**
 * Holm's adjusted p-values, in the order given: the chance of any false difference among all stays
 * below the level at which they are read. Source: Holm 1979.
 */
export function holm(p: readonly number[]): number[] {
  const order = p.map((_, i) => i).sort((a, b) => p[a]! - p[b]!);
  const adjusted = new Array<number>(p.length);
  let largest = 0;
  order.forEach((index, k) => {
    largest = Math.max(largest, Math.min(1, (p.length - k) * p[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
