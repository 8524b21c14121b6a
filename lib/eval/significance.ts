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
  const student = () => studentInterval(differences.map(mean), options.level);
  if (differences.length > 1 && differences[0]!.length === 1) return student();
  const crossed = crossedBootstrap(differences, options);
  return differences.length === 1 ? crossed : wider(crossed, student());
}

/** What reaches further, with the larger p. */
function wider(crossed: Comparison, student: Comparison): Comparison {
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
  { seed = 0, resamples = 2000, level }: BootstrapOptions = {},
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
  const sumOf = seeds > queries ? sumBySeeds(differences) : sumByQueries(differences);
  let next = 0;
  const means = Float64Array.from({ length: resamples }, () => {
    counts.fill(0);
    for (let q = 0; q < queries; q++) counts[draws[next++]!]!++;
    const sum = sumOf(counts, draws.subarray(next, next += seeds));
    return sum / (seeds * queries);
  });
  return ofResamples(differences, means, level);
}

/** What the means of resamples say of the mean of `differences[seed][query]`. */
export function ofResamples(
  differences: readonly ArrayLike<number>[],
  means: Float64Array,
  level = 0.95,
): Comparison {
  const under = means.filter((x) => x <= 0).length, over = means.filter((x) => x >= 0).length;
  const tail = (1 - level) / 2;
  return {
    difference: mean(differences.map(mean)),
    low: quantile(means, tail),
    high: quantile(means, 1 - tail),
    p: Math.min(1, 2 * (1 + Math.min(under, over)) / (means.length + 1)),
  };
}

/** The sum over all crossings of a resample: how often each query was drawn, and the seeds that were. */
type SumOf = (counts: Int32Array, chosen: Int32Array) => number;

/** For few seeds: most queries differ in nothing, and of sums zeros are left out. */
function sumByQueries(differences: readonly ArrayLike<number>[]): SumOf {
  const all = differences.map((d) => Float64Array.from(d));
  const drawn = new Int32Array(all[0]!.length);
  const places = all.map((values) =>
    Int32Array.from([...values.keys()].filter((q) => values[q] !== 0))
  );
  return (counts, chosen) => {
    let sum = 0, n = 0;
    for (let q = 0; q < counts.length; q++) if (counts[q] !== 0) drawn[n++] = q;
    for (const index of chosen) {
      const values = all[index]!, own = places[index]!;
      const [at, most] = own.length < n ? [own, own.length] : [drawn, n];
      for (let i = 0; i < most; i++) {
        const q = at[i] as number;
        sum += (counts[q] as number) * (values[q] as number);
      }
    }
    return sum;
  };
}

/** For more seeds than queries: the drawn seeds are added up first, in one pass over memory. */
function sumBySeeds(differences: readonly ArrayLike<number>[]): SumOf {
  const queries = differences[0]!.length, all = new Float64Array(differences.length * queries);
  for (const [s, values] of differences.entries()) all.set(values, s * queries);
  const added = new Float64Array(queries);
  return (counts, chosen) => {
    added.fill(0);
    for (let i = 0; i < chosen.length; i++) {
      const from = (chosen[i] as number) * queries;
      for (let q = 0; q < queries; q++) added[q]! += all[from + q] as number;
    }
    let sum = 0;
    for (let q = 0; q < queries; q++) sum += (counts[q] as number) * (added[q] as number);
    return sum;
  };
}

/** Draws that were made last, by what they are for. */
const made = new Map<string, Int32Array>();

/** So many are kept: a table compares numbers of few different galleries. */
const KEPT = 4;

/** The queries, then the seeds, of each resample; comparisons of as many queries and seeds have the same. */
function drawsOf(seed: number, resamples: number, queries: number, seeds: number): Int32Array {
  const key = [seed, resamples, queries, seeds].join(), known = made.get(key);
  if (known !== undefined) return known;
  const random = stream(seed, "crossed-bootstrap"), each = queries + seeds;
  const draws = Int32Array.from(
    { length: resamples * each },
    (_, i) => random.int(i % each < queries ? queries : seeds),
  );
  made.set(key, draws);
  if (made.size > KEPT) made.delete(made.keys().next().value as string);
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
