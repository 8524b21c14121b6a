/**
 * How spread out embeddings are. No one of these numbers is a measure of collapse by itself:
 * effective rank, for one, rises under contrastive fine-tuning that forgets.
 */
import {
  centreRows,
  countRows,
  innerProducts,
  normaliseRows,
  type Rows,
  singularValues,
} from "./linalg.ts";

/** The spread of one set of embeddings, each brought to length 1 first. */
export interface Spread {
  effectiveRank: number;
  covarianceRank: number;
  meanCosine: number;
  uniformity: number;
}

/**
 * exp of the entropy of the normalised singular values of embeddings [n, dim] as they are.
 *
 * Between 1 (all on one line, or all zero) and min(n, dim).
 * Source: Roy and Vetterli 2007; as RankMe in Garrido et al. 2023.
 */
export function effectiveRank(x: Rows, dim: number): number {
  return Math.exp(entropy(singularValues(x, dim)));
}

/**
 * exp of the entropy of the normalised covariance eigenvalues of embeddings [n, dim]: the number
 * of directions in which they vary, blind to where their mean lies; 1 where all are equal.
 */
export function covarianceRank(x: Rows, dim: number): number {
  const squares = singularValues(centreRows(x, dim), dim).map((s) => s * s);
  // What single precision leaves when all embeddings are equal is no direction.
  const floor = 1e-12 * sumOfSquares(x);
  return Math.exp(entropy(squares.map((square) => square > floor ? square : 0)));
}

/** Mean cosine over pairs of different embeddings [n, dim], n ≥ 2; 1 where all point one way. */
export function meanCosine(x: Rows, dim: number): number {
  const n = atLeastTwo(x, dim), unit = normaliseRows(x, dim), sum = new Float64Array(dim);
  for (let i = 0; i < unit.length; i++) sum[i % dim]! += unit[i] as number;
  // |Σu|² holds every pair twice and the n squares, which are 1 but for rows of zeros.
  return (sumOfSquares(sum) - sumOfSquares(unit)) / (n * (n - 1));
}

/**
 * log of the mean of exp(−2 d²) over pairs of different embeddings [n, dim] on the unit sphere.
 *
 * 0 where all are equal; the lower, the more evenly spread. Source: Wang and Isola 2020, t = 2.
 */
export function uniformity(x: Rows, dim: number): number {
  const n = atLeastTwo(x, dim),
    unit = normaliseRows(x, dim),
    cosine = innerProducts(unit, unit, dim);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) sum += Math.exp(-2 * (2 - 2 * (cosine[i * n + j] as number)));
  }
  return Math.log(sum / (n * (n - 1) / 2));
}

/**
 * Mean squared distance, on the unit sphere, between row i of `x` and row i of `y`, both [n, dim].
 *
 * 0 where every pair agrees, 4 where opposite. Source: Wang and Isola 2020, α = 2.
 */
export function alignment(x: Rows, y: Rows, dim: number): number {
  if (x.length !== y.length) {
    throw new Error(`${x.length / dim} and ${y.length / dim} rows, expected pairs of equal number`);
  }
  const n = countRows(x, dim), a = normaliseRows(x, dim), b = normaliseRows(y, dim);
  return a.reduce((sum, value, i) => sum + (value - (b[i] as number)) ** 2, 0) / n;
}

/** All numbers of {@link Spread} for embeddings [n, dim] of any length, n ≥ 2. */
export function spread(x: Rows, dim: number): Spread {
  const unit = normaliseRows(x, dim);
  return {
    effectiveRank: effectiveRank(unit, dim),
    covarianceRank: covarianceRank(unit, dim),
    meanCosine: meanCosine(unit, dim),
    uniformity: uniformity(unit, dim),
  };
}

/** Entropy, in nats, of non-negative weights brought to sum 1; 0 where all are 0. */
function entropy(weights: Float64Array): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.reduce((sum, weight) => {
    return weight > 0 ? sum - weight / total * Math.log(weight / total) : sum;
  }, 0);
}

function sumOfSquares(x: Rows): number {
  let sum = 0;
  for (const value of x) sum += value * value;
  return sum;
}

function atLeastTwo(x: Rows, dim: number): number {
  const n = countRows(x, dim);
  if (n < 2) throw new Error("1 embedding, expected at least 2 to form a pair");
  return n;
}
