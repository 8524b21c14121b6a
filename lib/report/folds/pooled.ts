/** The queries of all folds of a set as one test: every product is in it once. */
import { mean } from "../../eval/mod.ts";
import { bothWays, hit } from "../both_ways.ts";
import type { RunRecord } from "../record.ts";
import type { Source } from "../statistics.ts";

/** A number of single queries that rows are compared by. */
export interface QueryMetric {
  readonly title: string;
  readonly better: "higher" | "lower";
  /** What a difference is multiplied by, and its digits. */
  readonly scale: number;
  readonly digits: number;
  /** Values of the queries of a run; undefined where it kept none. */
  readonly values: (run: RunRecord) => readonly number[] | undefined;
  /** The product of each; each query is one of its own where there are none. */
  readonly products?: (run: RunRecord) => readonly number[] | undefined;
  /** The keys in queries.json that they are read from. */
  readonly keys: readonly string[];
  /** The queries are the same in every fold, and not of the set: a query's value is its mean over folds. */
  readonly outside?: boolean;
  /** The file that they are read from, and the path of a key in it; queries.json unless given. */
  readonly source?: (run: RunRecord, key: string) => Pick<Source, "file" | "path">;
}

const products = ({ queries }: RunRecord) => queries.product;

/** The numbers of the study by name. */
export const FOLDED = {
  recall: {
    title: "R@5 (points)",
    better: "higher",
    scale: 100,
    digits: 1,
    products,
    ...bothWays("retrieval", hit(5)),
  },
  mrr: {
    title: "MRR (points)",
    better: "higher",
    scale: 100,
    digits: 1,
    products,
    ...bothWays("retrieval", (rank) => 1 / rank),
  },
  outside: {
    title: "R@5 outside (points)",
    better: "higher",
    scale: 100,
    digits: 1,
    outside: true,
    ...bothWays("forgetting", hit(5)),
  },
  noise: {
    title: "IS loss (× 1000)",
    better: "lower",
    scale: 1000,
    digits: 2,
    products,
    keys: ["is.test"],
    values: ({ queries }) => queries["is.test"],
  },
  precision: {
    title: "R-precision (points)",
    better: "higher",
    scale: 100,
    digits: 1,
    products: ({ queries }) => queries["scorer.product"],
    keys: ["scorer.rank"],
    values: ({ queries }) => queries["scorer.rank"]?.map(hit(1)),
  },
} as const satisfies Record<string, QueryMetric>;

/** What one seed found over all folds. */
interface OneSeed {
  readonly values: readonly number[];
  /** The cluster of each query. */
  readonly clusters: readonly string[];
  readonly runs: readonly RunRecord[];
}

/** Runs of one row on one set by seed, all folds together; seeds that lack a fold are left out. */
function bySeed(runs: readonly RunRecord[], metric: QueryMetric): Map<number, OneSeed> {
  const found = new Map<number, OneSeed>();
  for (const [seed, all] of Map.groupBy(runs, ({ config }) => config.seed)) {
    const mine = [...all].sort((a, b) => foldOf(a).localeCompare(foldOf(b)));
    const values = mine.map((run) => metric.values(run));
    const whole = hasAllFolds(mine);
    if (!whole || values.some((one) => one === undefined)) continue;
    const each = values as (readonly number[])[];
    found.set(seed, (metric.outside ? overFolds : joined)(each, mine, metric));
  }
  return found;
}

/** "1of5" */
export function foldOf({ config }: RunRecord): string {
  return config.dataset.fold ?? "";
}

/** Whether runs of one row and seed are those of all folds. */
export function hasAllFolds(runs: readonly RunRecord[]): boolean {
  return runs.length === Number(foldOf(runs[0]!).split("of")[1]);
}

function joined(
  values: readonly (readonly number[])[],
  runs: readonly RunRecord[],
  metric: QueryMetric,
): OneSeed {
  const clusters = runs.flatMap((run, i) => {
    const of = metric.products?.(run);
    return values[i]!.map((_, q) => `${foldOf(run)} ${of?.[q] ?? `query ${q}`}`);
  });
  return { values: values.flat(), clusters, runs };
}

function overFolds(
  values: readonly (readonly number[])[],
  runs: readonly RunRecord[],
  metric: QueryMetric,
): OneSeed {
  const first = values[0]!, product = metric.products?.(runs[0]!);
  return {
    values: first.map((_, q) => mean(values.map((of) => of[q] as number))),
    clusters: first.map((_, q) => product === undefined ? `query ${q}` : `product ${product[q]}`),
    runs,
  };
}

/** Differences of two rows by seed and query, with the cluster of each query. */
export interface Paired {
  readonly differences: readonly (readonly number[])[];
  readonly clusters: readonly string[];
  readonly seeds: readonly number[];
  /** The mean of the row that is compared with. */
  readonly against: number;
  readonly sources: readonly Source[];
}

/**
 * Row minus `against` on some sets together, over the seeds of which all folds of both are there on all
 * of these sets; undefined where there is no such seed.
 */
export function paired(
  runs: readonly RunRecord[],
  sets: readonly string[],
  row: string,
  against: string,
  metric: QueryMetric,
): Paired | undefined {
  const sides = sets.map((set) => {
    const of = (wanted: string) =>
      bySeed(
        runs.filter(({ config }) => config.dataset.name === set && config.row === wanted),
        metric,
      );
    return { set, ours: of(row), theirs: of(against) };
  });
  const seeds = [...sides[0]?.ours.keys() ?? []].filter((seed) =>
    sides.every(({ ours, theirs }) =>
      ours.has(seed) && ours.get(seed)!.values.length === theirs.get(seed)?.values.length
    )
  ).sort((a, b) => a - b);
  if (seeds.length === 0) return undefined;
  const clusters = sides.flatMap(({ set, ours }) =>
    // What lies outside all sets is the same pictures for each of them.
    ours.get(seeds[0]!)!.clusters.map((name) => metric.outside ? name : `${set} ${name}`)
  );
  const differences = seeds.map((seed) =>
    sides.flatMap(({ ours, theirs }) => {
      const their = theirs.get(seed)!.values;
      return ours.get(seed)!.values.map((value, q) => value - (their[q] as number));
    })
  );
  const all = seeds.flatMap((seed) =>
    sides.flatMap(({ ours, theirs }) => [...ours.get(seed)!.runs, ...theirs.get(seed)!.runs])
  );
  return {
    differences,
    clusters,
    seeds,
    against: mean(seeds.flatMap((seed) => sides.flatMap(({ theirs }) => theirs.get(seed)!.values))),
    sources: all.flatMap((run) =>
      metric.keys.map((key) => ({
        run: run.name,
        ...metric.source?.(run, key) ?? { file: "queries.json", path: [key] },
      }))
    ),
  };
}
