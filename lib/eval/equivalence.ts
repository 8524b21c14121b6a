/** What a comparison lets one say: a difference, none larger than a bound, or neither. */
import type { Comparison } from "./significance.ts";

/** A contrast's answer; "open" is an answer too, and not "no difference". */
export type Verdict = "shown" | "smaller than" | "open";

/**
 * The verdict on a comparison whose `p` is already adjusted for its family (Holm).
 *
 * "shown": p below `level` and an interval without zero. Otherwise "smaller than": the whole
 * interval lies within ± `bound`, which has to be stated before the runs; with a 95 % interval this
 * is stricter than two one-sided tests at 5 %, which ask for the 90 % one (Schuirmann 1987).
 * Throws for a bound that is no positive number.
 */
export function verdictOf(comparison: Comparison, bound: number, level = 0.05): Verdict {
  if (!(bound > 0) || bound === Infinity) {
    throw new Error(
      `verdictOf: expected a bound above 0, found ${bound}; state the least difference that counts`,
    );
  }
  const { low, high, p } = comparison;
  if (p < level && (low > 0 || high < 0)) return "shown";
  return low > -bound && high < bound ? "smaller than" : "open";
}
