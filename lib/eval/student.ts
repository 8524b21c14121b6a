/** Student's distribution with a whole number of degrees of freedom. */
import { mean, standardDeviation } from "./statistics.ts";

/**
 * Chance that |t| of Student's distribution is larger than that of `t`.
 *
 * The finite sums for whole degrees of freedom: Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 26.7.3 and 26.7.4. Throws on a number of degrees that is not whole or less than one.
 */
export function studentTails(t: number, freedom: number): number {
  if (!Number.isInteger(freedom) || freedom < 1) {
    throw new Error(`${freedom} degrees of freedom, expected a whole number from 1 on`);
  }
  const angle = Math.atan(Math.abs(t) / Math.sqrt(freedom));
  const sin = Math.sin(angle), cos = Math.cos(angle), odd = freedom % 2;
  // 1, ½ cos², (1·3)/(2·4) cos⁴, … of an even number, cos, ⅔ cos³, (2·4)/(3·5) cos⁵, … of an odd one.
  let term = odd === 1 ? cos : 1, sum = 0;
  for (let k = odd; k <= freedom - 2; k += 2) {
    sum += term;
    term *= (k + 1) / (k + 2) * cos ** 2;
  }
  const inside = odd === 1 ? (angle + sin * sum) * 2 / Math.PI : sin * sum;
  return Math.min(1, Math.max(0, 1 - inside));
}

/** The t that |t| exceeds with chance 1 − `level`, by bisection. */
export function studentQuantile(freedom: number, level = 0.95): number {
  let low = 0, high = 1;
  while (studentTails(high, freedom) > 1 - level) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (studentTails(middle, freedom) > 1 - level) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Interval of the mean of a normal distribution from a few values of it, and the two-sided p of a mean
 * of zero. Throws on fewer than two values.
 */
export function studentInterval(values: ArrayLike<number>, level = 0.95) {
  const n = values.length;
  if (n < 2) throw new Error(`an interval from ${n} values, expected two or more`);
  const centre = mean(values), error = standardDeviation(values) / Math.sqrt(n);
  const half = studentQuantile(n - 1, level) * error;
  // Values without any spread are zero or are not: there t is 0 / 0 or infinite.
  const p = error > 0 ? studentTails(centre / error, n - 1) : centre === 0 ? 1 : 0;
  return { difference: centre, low: centre - half, high: centre + half, p };
}
