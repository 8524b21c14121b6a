/** Summaries of numbers; intervals of differences are in significance.ts. */

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
