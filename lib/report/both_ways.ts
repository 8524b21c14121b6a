/** Numbers of single queries that a picture and its caption have together. */
import type { RunRecord } from "./record.ts";

/** Whether a rank is among the first `k`, as 1 or 0. */
export const hit = (k: number) => (rank: number): number => rank <= k ? 1 : 0;

/** A function of both ways' ranks of a query, their mean; undefined where a run kept no ranks. */
export function bothWays(
  prefix: string,
  of: (rank: number) => number,
  queriesOf: (run: RunRecord) => Readonly<Record<string, readonly number[]>> = ({ queries }) =>
    queries,
): {
  readonly keys: readonly string[];
  readonly values: (run: RunRecord) => readonly number[] | undefined;
} {
  const keys = ["i2t", "t2i"].map((way) => `${prefix}.${way}.rank`);
  return {
    keys,
    values: (run) => {
      const queries = queriesOf(run);
      const [i2t, t2i] = keys.map((key) => queries[key]);
      if (i2t === undefined || t2i === undefined || i2t.length !== t2i.length) return undefined;
      return i2t.map((rank, q) => (of(rank) + of(t2i[q]!)) / 2);
    },
  };
}
