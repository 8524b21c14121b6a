/** Metrics of evaluation.json that can be computed from the numbers of single queries. */
import { mean, median } from "../eval/mod.ts";

/** A metric as a function of queries.json. */
export interface QueryStatistic {
  /** Keys of queries.json, of equally many queries. */
  readonly keys: readonly string[];
  readonly of: (values: readonly ArrayLike<number>[]) => number;
}

/** The metric `key` of queries; undefined where it is not made of them. */
export function queryStatistic(key: string): QueryStatistic | undefined {
  if (key === "is.test") return { keys: [key], of: ([values]) => mean(values!) };
  const [, prefix, way, name] =
    /^(retrieval|forgetting)(?:\.(i2t|t2i))?\.(r\d+|medianRank|meanRank|recallSum)$/.exec(key) ??
      [];
  if (prefix === undefined || name === undefined) return undefined;
  if (name === "recallSum" && way === undefined) {
    return {
      keys: ["i2t", "t2i"].map((way) => `${prefix}.${way}.rank`),
      of: (ways) =>
        ways.flatMap((ranks) => [1, 5, 10].map((k) => recall(ranks, k)))
          .reduce((sum, value) => sum + value, 0),
    };
  }
  if (way === undefined || name === "recallSum") return undefined;
  const of = (ranks: ArrayLike<number>) =>
    name === "medianRank"
      ? median(ranks)
      : name === "meanRank"
      ? mean(ranks)
      : recall(ranks, Number(name.slice(1)));
  return { keys: [`${prefix}.${way}.rank`], of: ([ranks]) => of(ranks!) };
}

function recall(ranks: ArrayLike<number>, k: number): number {
  let hits = 0;
  for (let q = 0; q < ranks.length; q++) if ((ranks[q] as number) <= k) hits++;
  return hits / ranks.length;
}
