/** What the measures of spread say while embeddings are made to collapse by hand. */
import { spread } from "../../lib/eval/mod.ts";
import type { Table } from "../../lib/report/mod.ts";
import { stream } from "../../lib/runtime/mod.ts";

/**
 * Measures of `count` random directions in `dim` dimensions of which each moves a share towards one
 * common direction: 0 leaves them spread over the sphere, 1 makes all of them equal.
 */
export function collapseByHand(
  shares: readonly number[],
  { count = 128, dim = 64, seed = 0 } = {},
): Table {
  const random = stream(seed, "collapse").normals(count * dim).map((x) => x / Math.sqrt(dim));
  const common = stream(seed, "collapse-common").normals(dim).map((x) => x / Math.sqrt(dim));
  const column = (key: string, title: string, digits: number) => (
    { key, title, align: "right", format: { digits } } as const
  );
  return {
    title: "Embeddings that collapse by hand",
    note:
      `${count} random directions in ${dim} dimensions, each moved a share of the way towards ` +
      "one common direction.",
    columns: [
      column("share", "share", 2),
      column("effectiveRank", "effective rank", 1),
      column("covarianceRank", "covariance rank", 1),
      column("meanCosine", "mean cosine", 3),
      column("uniformity", "uniformity", 2),
    ],
    rows: shares.map((share) => {
      const moved = random.map((x, i) => (1 - share) * x + share * common[i % dim]!);
      return { share, ...spread(moved, dim) };
    }),
  };
}
