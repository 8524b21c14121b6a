import { countRows, type Rows } from "./linalg.ts";
import { averagePrecisions, cosineSimilarity } from "./retrieval.ts";
import { mean } from "./statistics.ts";

/** Mean average precision of finding pictures of the same class. */
export interface LabelledPrecision {
  map: number;
  /** The same expected of a random order, nearly: the mean share of true matches. */
  chance: number;
  /** Pictures that have another one of their class. */
  queries: number;
}

/**
 * Every picture looks for the others that share one of its labels, by cosine of features [n, dim];
 * itself is not in the gallery, pictures without a fellow are no queries.
 *
 * Throws where no picture has a fellow.
 */
export function labelledPrecision(
  x: Rows,
  dim: number,
  labels: readonly (readonly number[])[],
): LabelledPrecision {
  const n = countRows(x, dim), similarity = cosineSimilarity(x, x, dim);
  const alike = (i: number, j: number) => labels[i]!.some((label) => labels[j]!.includes(label));
  const found: number[] = [], shares: number[] = [];
  for (let i = 0; i < n; i++) {
    const others = Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);
    const matches = others.filter((j) => alike(i, j)).length;
    if (matches === 0) continue;
    const row = others.map((j) => similarity[i * n + j] as number);
    found.push(averagePrecisions(row, 1, n - 1, (_, at) => alike(i, others[at]!))[0] as number);
    shares.push(matches / (n - 1));
  }
  if (found.length === 0) {
    throw new Error("no two pictures share a label, expected at least one pair");
  }
  return { map: mean(found), chance: mean(shares), queries: found.length };
}
