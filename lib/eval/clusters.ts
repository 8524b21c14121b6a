/** Intervals of differences whose queries come in clusters: all pictures of a product together. */
import { stream } from "../runtime/mod.ts";
import { type BootstrapOptions, type Comparison, ofResamples } from "./significance.ts";

/**
 * Bootstrap interval of the mean of `differences[seed][query]`, clusters and seeds both drawn anew.
 *
 * `clusters[query]` names the query's cluster: pictures of one product are no independent queries, so a
 * resample takes or leaves all of them. Each resample draws as many clusters and as many seeds as
 * there are, and takes all their crossings; its value is the mean over the queries that it holds. p is
 * two-sided, from the share of resamples on the other side of zero, and never zero.
 * Throws where seeds differ in their number of queries, or there are fewer than two clusters.
 * Sources: Davison and Hinkley, Bootstrap Methods, 3.8; Owen 2007 (crossed).
 */
export function clusterBootstrap(
  differences: readonly ArrayLike<number>[],
  clusters: ArrayLike<string | number>,
  { seed = 0, resamples = 2000, level }: BootstrapOptions = {},
): Comparison {
  const odd = differences.findIndex(({ length }) => length !== clusters.length);
  if (odd >= 0 || differences.length === 0) {
    throw new Error(
      `seed ${Math.max(odd, 0)} has ${differences[odd]?.length ?? 0} queries, expected ` +
        `${clusters.length}, those whose clusters are given`,
    );
  }
  const places = [...Map.groupBy(Array.from(clusters).keys(), (i) => clusters[i]!).values()];
  if (places.length < 2) {
    throw new Error(`${places.length} cluster, expected at least two: draw more products`);
  }
  const sizes = places.map(({ length }) => length);
  const sums = differences.map((d) =>
    places.map((at) => at.reduce((sum, i) => sum + (d[i] as number), 0))
  );
  const random = stream(seed, "cluster-bootstrap"), seeds = differences.length;
  const means = Float64Array.from({ length: resamples }, () => {
    const chosen = Array.from({ length: seeds }, () => sums[random.int(seeds)] as number[]);
    let sum = 0, count = 0;
    for (let c = 0; c < places.length; c++) {
      const cluster = random.int(places.length);
      for (const of of chosen) sum += of[cluster] as number;
      count += seeds * (sizes[cluster] as number);
    }
    return sum / count;
  });
  return ofResamples(differences, means, level);
}
