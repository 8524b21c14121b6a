/** Which rows differ, with intervals over seeds and queries. */
import { compareSeeds, type Comparison, ENOUGH_SEEDS, holm } from "../eval/mod.ts";
import { bothWays, hit } from "./both_ways.ts";
import type { RunRecord } from "./record.ts";
import type { Source } from "./statistics.ts";
import { cellText, type Column, type Table, textColumn } from "./table.ts";

/** A number that rows are compared by, per query where it is made of queries. */
export interface ComparedMetric {
  readonly title: string;
  readonly better: "higher" | "lower";
  /** What a difference is multiplied by, and its digits. */
  readonly scale: number;
  readonly digits: number;
  /** Values of the queries of a run; undefined where the run kept none. */
  readonly values: (run: RunRecord) => readonly number[] | undefined;
  /** The file of a run that they are read from, and the keys in it. */
  readonly file: string;
  readonly paths: readonly (readonly string[])[];
  /**
   * An interval over seeds alone knows nothing of other pictures and prompts: with few seeds it excludes
   * zero far more often than its level where there is no difference. So no difference is called shown.
   */
  readonly seedsAlone?: boolean;
}

/** The mean of both ways' hits at 5, query by query. */
function hits(prefix: string): Pick<ComparedMetric, "values" | "file" | "paths"> {
  const { keys, values } = bothWays(prefix, hit(5));
  return { file: "queries.json", paths: keys.map((key) => [key]), values };
}

/** The compared metrics by name. */
export const COMPARED = {
  retrieval: {
    title: "R@5, mean of both ways (points)",
    better: "higher",
    scale: 100,
    digits: 1,
    ...hits("retrieval"),
  },
  outside: {
    title: "R@5 outside the tuned set (points)",
    better: "higher",
    scale: 100,
    digits: 1,
    ...hits("forgetting"),
  },
  noise: {
    title: "IS loss",
    better: "lower",
    scale: 1,
    digits: 4,
    file: "queries.json",
    paths: [["is.test"]],
    values: ({ queries }) => queries["is.test"],
  },
  kid: {
    title: "KID (seeds alone)",
    better: "lower",
    scale: 1,
    digits: 2,
    seedsAlone: true,
    file: "evaluation.json",
    paths: [["metrics", "kid"]],
    values: ({ evaluation }) => {
      const { kid } = evaluation.metrics;
      return kid === undefined ? undefined : [kid];
    },
  },
} as const satisfies Record<string, ComparedMetric>;

/**
 * Row `row` minus row `against` over the seeds that both have; undefined with fewer than three seeds or
 * where runs kept no queries, for then nothing can be said.
 */
export function compareRows(
  runs: readonly RunRecord[],
  row: string,
  against: string,
  metric: ComparedMetric,
): RowComparison | undefined {
  return comparePairs(
    runs.filter(({ config }) => config.row === row),
    runs.filter(({ config }) => config.row === against),
    metric,
  );
}

/** A comparison over seeds with what it was computed from. */
export type RowComparison = Comparison & {
  readonly seeds: number;
  readonly sources: readonly Source[];
};

/** Likewise, of some runs minus others of the same seeds. */
export function comparePairs(
  runs: readonly RunRecord[],
  others: readonly RunRecord[],
  { values, file, paths }: Pick<ComparedMetric, "values" | "file" | "paths">,
): RowComparison | undefined {
  const of = (side: readonly RunRecord[]) =>
    new Map(side.flatMap((run) => {
      const found = values(run);
      return found === undefined ? [] : [[run.config.seed, { run, found }] as const];
    }));
  const ours = of(runs), theirs = of(others);
  const pairs = [...ours].flatMap(([seed, a]) => {
    const b = theirs.get(seed);
    return b === undefined || a.found.length !== b.found.length ? [] : [[a, b] as const];
  });
  if (pairs.length < ENOUGH_SEEDS) return undefined;
  const sources = pairs.flat().flatMap(({ run }) =>
    paths.map((path) => ({ run: run.name, file, path }))
  );
  // Several tables show the same comparison, and it takes long.
  const runsCompared = pairs.flat().map(({ run }) => run), first = runsCompared[0]!;
  const known = compared.get(first) ?? new Map<string, Comparison>();
  compared.set(first, known);
  const key = [values, ...runsCompared].map(numberOf).join();
  const comparison = known.get(key) ??
    compareSeeds(pairs.map(([a, b]) => a.found.map((value, q) => value - b.found[q]!)));
  known.set(key, comparison);
  return { ...comparison, seeds: pairs.length, sources };
}

/** Comparisons that were made, by the first run in them. */
const compared = new WeakMap<RunRecord, Map<string, Comparison>>();

/** Numbers of runs and functions; none is given twice. */
const numbers = new WeakMap<object, number>();
let next = 0;

function numberOf(thing: object): number {
  if (!numbers.has(thing)) numbers.set(thing, next++);
  return numbers.get(thing)!;
}

/** "+2.3 [−0.4, 5.1]" */
export function intervalText(
  { difference, low, high }: Comparison,
  { scale, digits }: Pick<ComparedMetric, "scale" | "digits">,
): string {
  return cellText({ difference, low, high }, { digits, scale });
}

/** Corrected p under which a difference is called one. */
const LEVEL = 0.05;

/**
 * Rows that are compared beside each with the untrained one: what one loss adds to others, all to one,
 * and what RSC does beyond the controls.
 */
const STEPS = [
  ["A3", "A1"],
  ["A3", "A2"],
  ["A4", "A3"],
  ["A5", "A3"],
  ["A6", "A1"],
  ["A6", "A2"],
  ["A6", "A3"],
  ["A6", "A9t"],
  ["A6", "A9w"],
] as const;

/** A comparison that was made, with its p corrected for all that were made by the same number. */
export interface MadeComparison {
  readonly metric: keyof typeof COMPARED;
  readonly row: string;
  readonly against: string;
  readonly seeds: number;
  readonly comparison: RowComparison;
  readonly p: number;
  /** Whether it is called a difference: interval and corrected p both exclude chance. */
  readonly differs: boolean;
}

/**
 * Every row minus the pretrained one, and rows that answer a question of the study, of the runs on one
 * data set and one share of its products; empty with fewer than three seeds.
 */
export function comparisonsOf(
  runs: readonly RunRecord[],
  dataset: string,
  fraction = 1,
): MadeComparison[] {
  const mine = runs.filter(({ config }) =>
    config.dataset.name === dataset && config.fraction === fraction
  );
  const rows = [...new Set(mine.map(({ config }) => config.row))].sort();
  const pairs = [
    ...rows.filter((row) => row !== "A0").map((row) => [row, "A0"] as const),
    ...STEPS,
  ];
  return (Object.keys(COMPARED) as (keyof typeof COMPARED)[]).flatMap((metric) => {
    const found = pairs.flatMap(([row, against]) => {
      const comparison = compareRows(mine, row, against, COMPARED[metric]);
      return comparison === undefined ? [] : [{ metric, row, against, comparison }];
    });
    // All comparisons by one number are one family: the more rows, the stricter.
    const corrected = holm(found.map(({ comparison }) => comparison.p));
    return found.map((one, i) => {
      const { low, high, seeds } = one.comparison, p = corrected[i]!;
      const excludes = (low > 0 || high < 0) && p < LEVEL;
      const { seedsAlone }: ComparedMetric = COMPARED[metric];
      return { ...one, seeds, p, differs: excludes && !seedsAlone };
    });
  });
}

/** Whether the compared row has the better number of the two, be it by a difference or by chance. */
export function isBetter({ metric, comparison }: Pick<MadeComparison, "metric" | "comparison">) {
  return comparison.difference > 0 === (COMPARED[metric].better === "higher");
}

/** The columns of {@link comparisonCells}, by their keys. */
export const comparisonColumns = {
  metric: textColumn("metric", "number"),
  comparison: textColumn("comparison", "rows"),
  seeds: { key: "seeds", title: "seeds", align: "right", format: { digits: 0 } },
  difference: {
    key: "difference",
    title: "difference [95 %]",
    align: "right",
    format: { digits: 1 },
  },
  p: { key: "p", title: "p (Holm)", align: "right", format: { digits: 3 } },
} as const satisfies Record<string, Column>;

/** What was compared by which number, and what came of it, as cells of a table. */
export function comparisonCells({ metric, row, against, seeds, comparison, p }: MadeComparison) {
  const { title, scale, digits } = COMPARED[metric], { difference, low, high } = comparison;
  return {
    metric: title,
    comparison: `${row} − ${against}`,
    seeds,
    difference: { difference, low, high, format: { scale, digits } },
    p,
  };
}

/** {@link comparisonsOf} as a table; undefined where none could be made. */
export function differenceTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const lines = comparisonsOf(runs, dataset);
  if (lines.length === 0) return undefined;
  return {
    title: `Differences on ${dataset}`,
    note:
      "Mean difference with its 95 % interval: from a bootstrap over seeds and queries at once " +
      "(2000 draws; the same queries in every seed) or, where it reaches further, Student's over " +
      "seeds; p likewise the larger, corrected by Holm over all comparisons by the same number. ✓: " +
      "the interval excludes zero and p < 0.05; anything else is no difference that these runs " +
      "show. KID has no queries: its interval is Student's over seeds alone, which knows nothing of " +
      "other pictures and prompts, so that no difference of KID is called shown.",
    columns: [
      ...Object.values(comparisonColumns),
      { key: "differs", title: "a difference", align: "center", format: "tick" },
      textColumn("better", "better"),
    ],
    rows: lines.map((one) => ({
      ...comparisonCells(one),
      differs: one.differs,
      better: one.differs ? isBetter(one) ? one.row : one.against : "",
    })),
    sources: lines.map(({ comparison }) => comparison.sources),
  };
}
