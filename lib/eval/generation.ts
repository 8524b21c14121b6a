/** Distances between real and generated pictures, given as features [n, dim] of any extractor. */
import { stream } from "../runtime/mod.ts";
import {
  centreRows,
  countRows,
  covariance,
  distances,
  eigenvalues,
  innerProducts,
  meanRow,
  type Rows,
  singularValues,
  squareRoot,
} from "./linalg.ts";
import { mean, standardDeviation } from "./statistics.ts";

/**
 * Fréchet distance between Gaussians fitted to two feature sets, with unbiased covariances.
 *
 * Biased upward for few samples: compare only equal sample counts. At least two rows each.
 * Source: Heusel et al. 2017.
 */
export function frechetDistance(a: Rows, b: Rows, dim: number): number {
  const meanA = meanRow(a, dim), meanB = meanRow(b, dim);
  const shift = meanA.reduce((sum, value, i) => sum + (value - (meanB[i] as number)) ** 2, 0);
  if (Math.min(countRows(a, dim), countRows(b, dim)) < dim) return shift + fewRows(a, b, dim);
  const covA = covariance(a, dim), covB = covariance(b, dim);
  // √(AB) has the eigenvalues of the symmetric √(√A B √A), which needs no complex numbers.
  const rootA = squareRoot(covA), product = rootA.mmul(covB).mmul(rootA);
  const roots = eigenvalues(product).reduce((sum, value) => sum + Math.sqrt(value), 0);
  return shift + covA.trace() + covB.trace() - 2 * roots;
}

/**
 * The part of {@link frechetDistance} that comes of covariances, by matrices [rows, rows]: with X and
 * Y centred, tr √(AB) is the sum of the singular values of XYᵀ over √((n − 1)(m − 1)).
 */
function fewRows(a: Rows, b: Rows, dim: number): number {
  const n = countRows(a, dim), m = countRows(b, dim);
  if (n < 2 || m < 2) throw new Error("1 row, expected at least 2 for a covariance");
  const x = centreRows(a, dim), y = centreRows(b, dim);
  const variance = (rows: Float64Array, count: number) =>
    rows.reduce((sum, value) => sum + value ** 2, 0) / (count - 1);
  const roots = singularValues(innerProducts(x, y, dim), m).reduce((sum, value) => sum + value, 0);
  return variance(x, n) + variance(y, m) - 2 * roots / Math.sqrt((n - 1) * (m - 1));
}

/**
 * Kernel distance: squared maximum mean discrepancy, unbiased, under (x·y / dim + 1)³.
 *
 * May be slightly negative for equal distributions. At least two rows each.
 * Source: Bińkowski et al. 2018.
 */
export function kernelDistance(a: Rows, b: Rows, dim: number): number {
  const n = countRows(a, dim), m = countRows(b, dim);
  return discrepancy(kernels(a, b, dim), counting(n), counting(m));
}

/** A kernel distance with its spread. */
export interface KernelDistance {
  /** Of all rows. */
  kid: number;
  /** Standard deviation over subsets: how far two draws of `subset` pictures differ. */
  std: number;
  subset: number;
}

/**
 * {@link kernelDistance} of all rows, and its standard deviation over `subsets` random subsets of
 * `subset` rows of either side (half of the smaller one unless given).
 */
export function kernelDistanceSpread(
  a: Rows,
  b: Rows,
  dim: number,
  { subset, subsets = 100, seed = 0 }: { subset?: number; subsets?: number; seed?: number } = {},
): KernelDistance {
  const n = countRows(a, dim), m = countRows(b, dim), least = Math.min(n, m);
  const size = subset ?? Math.floor(least / 2);
  if (size < 2 || size > least) {
    throw new Error(`subsets of ${size} of ${n} and ${m} pictures, expected 2 to ${least}`);
  }
  const all = kernels(a, b, dim);
  const found = Array.from({ length: subsets }, (_, i) => {
    const pick = (side: string, count: number) =>
      stream(seed, "kid-subset", side, i).permutation(count).subarray(0, size);
    return discrepancy(all, pick("a", n), pick("b", m));
  });
  const whole = discrepancy(all, counting(n), counting(m));
  return { kid: whole, std: standardDeviation(found), subset: size };
}

/** Kernel values within and between two sets. */
interface Kernels {
  aa: Float64Array;
  bb: Float64Array;
  ab: Float64Array;
  n: number;
  m: number;
}

function kernels(a: Rows, b: Rows, dim: number): Kernels {
  const kernel = (x: Rows, y: Rows) => innerProducts(x, y, dim).map((p) => (p / dim + 1) ** 3);
  const n = countRows(a, dim), m = countRows(b, dim);
  return { aa: kernel(a, a), bb: kernel(b, b), ab: kernel(a, b), n, m };
}

function discrepancy({ aa, bb, ab, n, m }: Kernels, inA: Int32Array, inB: Int32Array): number {
  let between = 0;
  for (const i of inA) for (const j of inB) between += ab[i * m + j] as number;
  return pairMean(aa, n, inA) + pairMean(bb, m, inB) - 2 * between / (inA.length * inB.length);
}

/** Mean of a square matrix over pairs of different ones of `rows`. */
function pairMean(square: Float64Array, n: number, rows: Int32Array): number {
  if (rows.length < 2) throw new Error("1 row, expected at least 2 to form a pair");
  let sum = 0;
  for (const i of rows) for (const j of rows) if (i !== j) sum += square[i * n + j] as number;
  return sum / (rows.length * (rows.length - 1));
}

const counting = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

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
