/** Distances between pictures as features [n, dim]: variety of one prompt's, nearness to training. */
import { countRows, distances, type Rows } from "./linalg.ts";
import { mean, quantile } from "./statistics.ts";

/**
 * Mean Euclidean distance between pictures of the same prompt; prompts with one picture are left out.
 *
 * 0 where every prompt gives one picture over and over. Throws where no prompt has two.
 */
export function diversity(x: Rows, dim: number, prompts: readonly string[]): number {
  const n = countRows(x, dim), all = distances(x, x, dim), means: number[] = [];
  if (prompts.length !== n) {
    throw new Error(`${prompts.length} prompts for ${n} pictures, expected one for each`);
  }
  for (const prompt of new Set(prompts)) {
    const own = prompts.flatMap((other, i) => other === prompt ? [i] : []), pairs: number[] = [];
    for (const i of own) for (const j of own) if (i < j) pairs.push(all[i * n + j] as number);
    if (pairs.length > 0) means.push(mean(pairs));
  }
  if (means.length === 0) {
    throw new Error("every prompt has one picture, expected a prompt with at least two");
  }
  return mean(means);
}

/** Distance of every row of `x` [n, dim] to the nearest row of `y` [m, dim]: [n]. */
export function nearestDistances(x: Rows, y: Rows, dim: number): Float64Array {
  const n = countRows(x, dim), m = countRows(y, dim), all = distances(x, y, dim);
  return Float64Array.from({ length: n }, (_, i) => {
    let nearest = Infinity;
    for (let j = 0; j < m; j++) nearest = Math.min(nearest, all[i * m + j] as number);
    return nearest;
  });
}

/** How near generated pictures come to training pictures, beside real ones that were not trained on. */
export interface Memorisation {
  /** Mean distance of a generated picture to its nearest training picture. */
  distance: number;
  /** The same of real test pictures: what a picture that copies nothing has. */
  real: number;
  /** Share of generated pictures that are nearer to training than 95 % of real test pictures: 5 % by chance. */
  tooNear: number;
}

/** {@link Memorisation} of features [n, dim], [m, dim] and [k, dim]. */
export function memorisation(
  generated: Rows,
  test: Rows,
  training: Rows,
  dim: number,
): Memorisation {
  const near = nearestDistances(generated, training, dim);
  const real = nearestDistances(test, training, dim), limit = quantile(real, 0.05);
  return {
    distance: mean(near),
    real: mean(real),
    tooNear: mean(near.map((distance) => distance < limit ? 1 : 0)),
  };
}
