/** Summaries over seeds and queries, and bootstrap intervals of paired differences. */
import { stream } from "../runtime/random.ts";

/** Arithmetic mean; throws on an empty list. */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new Error("mean of no values, expected at least one");
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** Sample standard deviation (divisor n − 1); 0 for a single value, which has no spread to show. */
export function standardDeviation(values: ArrayLike<number>): number {
  const centre = mean(values);
  if (values.length === 1) return 0;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((values[i] as number) - centre) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

/** Middle value, or the mean of the two middle ones. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Quantile `q` in [0, 1], linear between neighbours (Hyndman and Fan's type 7, NumPy's default). */
export function quantile(values: ArrayLike<number>, q: number): number {
  if (values.length === 0) throw new Error("quantile of no values, expected at least one");
  if (!(q >= 0 && q <= 1)) throw new Error(`quantile ${q}, expected a number in [0, 1]`);
  const sorted = Float64Array.from(values).sort();
  const position = q * (sorted.length - 1), low = Math.floor(position);
  const below = sorted[low] as number, above = sorted[Math.ceil(position)] as number;
  return below + (position - low) * (above - below);
}

/** A difference of means with its interval. */
export interface Interval {
  difference: number;
  low: number;
  high: number;
}

/** Options of {@link pairedBootstrap}. */
export interface BootstrapOptions {
  seed?: number;
  resamples?: number;
  level?: number;
}

/**
 * Percentile bootstrap interval of mean(a − b), where `a[i]` and `b[i]` belong to one query or seed.
 *
 * `level` is the coverage (default 0.95), `resamples` the number of draws (default 2000); the same
 * `seed` gives the same interval. Throws on lists that differ in length or are empty.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap, chapter 13.
 */
export function pairedBootstrap(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { seed = 0, resamples = 2000, level = 0.95 }: BootstrapOptions = {},
): Interval {
  if (a.length !== b.length) {
    throw new Error(`${a.length} and ${b.length} values, expected pairs of equal number`);
  }
  const differences = Float64Array.from(a, (value, i) => value - (b[i] as number));
  const difference = mean(differences), random = stream(seed, "bootstrap");
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let i = 0; i < differences.length; i++) {
      sum += differences[random.int(differences.length)] as number;
    }
    return sum / differences.length;
  });
  const tail = (1 - level) / 2;
  return { difference, low: quantile(means, tail), high: quantile(means, 1 - tail) };
}
