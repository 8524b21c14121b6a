/** Distances between real and generated pictures, given as features [n, dim] of any extractor. */
import {
  countRows,
  covariance,
  distances,
  eigenvalues,
  innerProducts,
  meanRow,
  type Rows,
  squareRoot,
} from "./linalg.ts";
import { mean } from "./statistics.ts";

/**
 * Fréchet distance between Gaussians fitted to two feature sets, with unbiased covariances.
 *
 * Biased upward for few samples: compare only equal sample counts. At least two rows each.
 * Source: Heusel et al. 2017.
 */
export function frechetDistance(a: Rows, b: Rows, dim: number): number {
  const meanA = meanRow(a, dim), meanB = meanRow(b, dim);
  const shift = meanA.reduce((sum, value, i) => sum + (value - (meanB[i] as number)) ** 2, 0);
  const covA = covariance(a, dim), covB = covariance(b, dim);
  // √(AB) has the eigenvalues of the symmetric √(√A B √A), which needs no complex numbers.
  const rootA = squareRoot(covA), product = rootA.mmul(covB).mmul(rootA);
  const roots = eigenvalues(product).reduce((sum, value) => sum + Math.sqrt(value), 0);
  return shift + covA.trace() + covB.trace() - 2 * roots;
}

/**
 * Kernel distance: squared maximum mean discrepancy, unbiased, under (x·y / dim + 1)³.
 *
 * May be slightly negative for equal distributions. At least two rows each.
 * Source: Bińkowski et al. 2018.
 */
export function kernelDistance(a: Rows, b: Rows, dim: number): number {
  const kernel = (x: Rows, y: Rows) => innerProducts(x, y, dim).map((p) => (p / dim + 1) ** 3);
  return offDiagonalMean(kernel(a, a), countRows(a, dim)) +
    offDiagonalMean(kernel(b, b), countRows(b, dim)) - 2 * mean(kernel(a, b));
}

/** Shares in [0, 1], but for density, which may exceed 1. */
export interface Coverage {
  precision: number;
  recall: number;
  density: number;
  coverage: number;
}

/**
 * Precision, recall, density and coverage of generated features by balls around each sample that
 * reach to its `k`-th neighbour within its own set. Each set needs more than `k` rows.
 *
 * Sources: Kynkäänniemi et al. 2019 (precision, recall), Naeem et al. 2020 (density, coverage).
 */
export function coverageOf(real: Rows, generated: Rows, dim: number, k = 5): Coverage {
  const n = countRows(real, dim), m = countRows(generated, dim);
  const realRadius = neighbourDistances(real, dim, k);
  const generatedRadius = neighbourDistances(generated, dim, k);
  const between = distances(real, generated, dim);
  const precise = new Uint8Array(m), recalled = new Uint8Array(n), covered = new Uint8Array(n);
  let inside = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const distance = between[i * m + j] as number;
      if (distance < (realRadius[i] as number)) {
        inside++;
        precise[j] = covered[i] = 1;
      }
      if (distance < (generatedRadius[j] as number)) recalled[i] = 1;
    }
  }
  return {
    precision: mean(precise),
    recall: mean(recalled),
    density: inside / (k * m),
    coverage: mean(covered),
  };
}

/** Distance of every row to its `k`-th nearest other row. */
function neighbourDistances(x: Rows, dim: number, k: number): Float64Array {
  const n = countRows(x, dim), all = distances(x, x, dim);
  if (k < 1 || k >= n) throw new Error(`neighbour ${k} of ${n} rows, expected 1 to ${n - 1}`);
  // Index 0 after sorting is the row itself at distance 0.
  return Float64Array.from(
    { length: n },
    (_, i) => all.slice(i * n, (i + 1) * n).sort()[k] as number,
  );
}

function offDiagonalMean(square: Float64Array, n: number): number {
  if (n < 2) throw new Error("1 row, expected at least 2 to form a pair");
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (i !== j) sum += square[i * n + j] as number;
  }
  return sum / (n * (n - 1));
}
