/** What the paper's abstract claims, as differences of rows that were measured here. */
import {
  comparisonCells,
  comparisonColumns,
  comparisonsOf,
  isBetter,
  type MadeComparison,
} from "./differences.ts";
import type { RunRecord } from "./record.ts";
import { type Table, textColumn } from "./table.ts";

/** A claim, and a comparison that would show it. */
interface Claim {
  readonly claim: string;
  readonly row: string;
  readonly against: string;
  readonly metrics: readonly MadeComparison["metric"][];
}

/**
 * The abstract says that tuning for both tasks together helps both, and that RSC mitigates semantic
 * collapse on small data. INFERRED: which rows, numbers and shares of the products show that.
 */
const CLAIMS: readonly Claim[] = [
  {
    claim: "retrieves better than tuned for retrieval alone",
    row: "A6",
    against: "A1",
    metrics: ["retrieval"],
  },
  {
    claim: "generates better than tuned for generation alone",
    row: "A6",
    against: "A2",
    metrics: ["noise", "kid"],
  },
  {
    claim: "IS beside ITC helps retrieval",
    row: "A3",
    against: "A1",
    metrics: ["retrieval"],
  },
  {
    claim: "ITC beside IS helps generation",
    row: "A3",
    against: "A2",
    metrics: ["noise", "kid"],
  },
  {
    claim: "RSC helps retrieval",
    row: "A6",
    against: "A3",
    metrics: ["retrieval"],
  },
  {
    claim: "RSC helps generation",
    row: "A6",
    against: "A3",
    metrics: ["noise", "kid"],
  },
  {
    claim: "RSC keeps what was known outside the tuned set",
    row: "A6",
    against: "A3",
    metrics: ["outside"],
  },
  {
    claim: "RSC keeps more than averaging weights with the start does",
    row: "A6",
    against: "A9w",
    metrics: ["outside"],
  },
];

/** Whether what was measured shows a claim. */
export type Verdict = "shown" | "the opposite is shown" | "not shown";

/** What a comparison says of a claim that its row is the better one. */
export function verdictOf(one: MadeComparison): Verdict {
  return !one.differs ? "not shown" : isBetter(one) ? "shown" : "the opposite is shown";
}

/** A comparison that was made and would show a claim. */
export interface TestedClaim {
  readonly claim: string;
  readonly dataset: string;
  readonly fraction: number;
  readonly one: MadeComparison;
}

/** The claims on every data set and share of the products with three seeds or more. */
export function testedClaims(runs: readonly RunRecord[]): TestedClaim[] {
  const values = <K>(of: (run: RunRecord) => K) => [...new Set(runs.map(of))];
  const fractions = values(({ config }) => config.fraction).sort((a, b) => b - a);
  return values(({ config }) => config.dataset.name).flatMap((dataset) =>
    fractions.flatMap((fraction) => {
      const made = comparisonsOf(runs, dataset, fraction);
      return CLAIMS.flatMap(({ claim, row, against, metrics }) =>
        metrics.flatMap((metric) => {
          const one = made.find((m) =>
            m.row === row && m.against === against && m.metric === metric
          );
          return one === undefined ? [] : [{ dataset, fraction, claim, one }];
        })
      );
    })
  );
}

/** {@link testedClaims} as a table; undefined where there is none. */
export function claimsTable(lines: readonly TestedClaim[]): Table | undefined {
  if (lines.length === 0) return undefined;
  const { metric, comparison, seeds, difference, p } = comparisonColumns;
  return {
    title: "The claims, here",
    note:
      "INFERRED: which rows and numbers would show what the abstract claims. Differences as in the " +
      "tables of differences: 95 % interval over seeds and queries, p corrected by Holm within the " +
      "number, data set and share. Not shown is no refutation: these runs may be too few or too " +
      "small. They speak of this model and these sets, not of the published system.",
    columns: [
      textColumn("claim", "tuned jointly, the model …"),
      textColumn("dataset", "data set"),
      { key: "fraction", title: "products (%)", align: "right", format: { digits: 0, scale: 100 } },
      comparison,
      metric,
      seeds,
      difference,
      p,
      textColumn("verdict", "verdict"),
    ],
    rows: lines.map(({ dataset, fraction, claim, one }) => ({
      claim,
      dataset,
      fraction,
      ...comparisonCells(one),
      verdict: verdictOf(one),
    })),
    sources: lines.map(({ one }) => one.comparison.sources),
  };
}
