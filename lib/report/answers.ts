/** What a study says to the question of the paper, in a few sentences. */
import { type TestedClaim, testedClaims, verdictOf } from "./claims.ts";
import { COMPARED, type ComparedMetric, intervalText } from "./differences.ts";
import type { RunRecord } from "./record.ts";

/**
 * A sentence for each claim that was tested on whole sets: where it is shown, where the opposite is, and
 * the differences. Empty with fewer than three seeds, of which nothing can be said.
 */
export function answersOf(runs: readonly RunRecord[]): string[] {
  const tested = testedClaims(runs).filter(({ fraction, one }) => {
    const { seedsAlone }: ComparedMetric = COMPARED[one.metric];
    return fraction === 1 && !seedsAlone;
  });
  const claimed = tested.filter(({ one: { row, against } }) =>
    ![row, against].some((name) => CONTROL.test(name))
  );
  const groups = Map.groupBy(claimed, ({ claim, one }) => `${claim} ${one.metric}`);
  return [...groups.values()].map(answer);
}

/** Controls explain an answer; they are none. */
const CONTROL = /^A9/;

function answer(tested: readonly TestedClaim[]): string {
  const { claim, one: { row, against, metric } } = tested[0]!, compared = COMPARED[metric];
  return `${sentence(claim)}: **${verdict(tested)}**. ${compared.title}, ${row} − ${against}: ${
    numbers(tested)
  }.`;
}

/** Where it is shown, and where the opposite is. */
function verdict(tested: readonly TestedClaim[]): string {
  const on = (verdict: ReturnType<typeof verdictOf>) =>
    tested.filter(({ one }) => verdictOf(one) === verdict).map(({ dataset }) => dataset);
  const [shown, opposite] = [on("shown"), on("the opposite is shown")];
  return [
    shown.length > 0 ? `shown on ${shown.join(", ")}` : "",
    opposite.length > 0 ? `the opposite is shown on ${opposite.join(", ")}` : "",
  ].filter(Boolean).join("; ") || "not shown";
}

function numbers(tested: readonly TestedClaim[]): string {
  return tested.map(({ dataset, one }) =>
    `${dataset} ${intervalText(one.comparison, COMPARED[one.metric])}`
  ).join(", ");
}

/** Claims of the whole method are said of it; the others name their loss themselves. */
function sentence(claim: string): string {
  const whole = /^(retrieves|generates)/.test(claim) ? `tuned jointly, the model ${claim}` : claim;
  return whole[0]!.toUpperCase() + whole.slice(1);
}
