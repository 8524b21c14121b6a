/** Linear maps fitted in closed form: the project's own scorer and attribute classifiers. */
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import { countRows, innerProducts, type Rows, transposed } from "./linalg.ts";

/** A fitted map from features of width `dim` to targets of width `outputs`. */
export interface RidgeMap {
  readonly dim: number;
  readonly outputs: number;
  /** Mean and deviation of each feature over the training rows. */
  readonly centre: Float64Array;
  readonly scale: Float64Array;
  /** Mean of each target. */
  readonly offset: Float64Array;
  /** [outputs, dim], on standardised features. */
  readonly weights: Float64Array;
}

/**
 * Ridge regression of targets [n, outputs] on features [n, dim], each feature brought to mean 0 and
 * deviation 1, the mean of the targets left out of the penalty: minimises |Y − XW|² + n·lambda·|W|².
 *
 * `lambda` > 0 keeps it solvable with fewer rows than features. Throws where rows differ in number.
 */
export function fitRidge(
  x: Rows,
  dim: number,
  y: Rows,
  outputs: number,
  lambda: number,
): RidgeMap {
  const n = countRows(x, dim), rowsY = countRows(y, outputs);
  if (n !== rowsY) throw new Error(`${n} rows of features and ${rowsY} of targets, expected pairs`);
  if (!(lambda > 0)) throw new Error(`lambda ${lambda}, expected a number above 0`);
  const { centre, scale } = moments(x, dim), offset = moments(y, outputs).centre;
  const columns = transposed(standardised(x, dim, centre, scale), n, dim);
  const targets = Float64Array.from(y, (value, i) => value - (offset[i % outputs] as number));
  const gram = new Matrix(asRows(innerProducts(columns, columns, n), dim));
  for (let i = 0; i < dim; i++) gram.set(i, i, gram.get(i, i) + n * lambda);
  const right = innerProducts(columns, transposed(targets, n, outputs), n);
  const solved = new CholeskyDecomposition(gram).solve(new Matrix(asRows(right, outputs)));
  const weights = transposed(Float64Array.from(solved.to1DArray()), dim, outputs);
  return { dim, outputs, centre, scale, offset, weights };
}

/** What a map makes of features [n, dim]: [n, outputs]. */
export function applyRidge(map: RidgeMap, x: Rows): Float64Array {
  const { dim, outputs, centre, scale, offset, weights } = map;
  const found = innerProducts(standardised(x, dim, centre, scale), weights, dim);
  return found.map((value, i) => value + (offset[i % outputs] as number));
}

function standardised(x: Rows, dim: number, centre: Float64Array, scale: Float64Array) {
  return Float64Array.from(
    x,
    (value, i) => (value - (centre[i % dim] as number)) / (scale[i % dim] as number),
  );
}

/** Mean and deviation of each column; a constant column has deviation 1. */
function moments(x: Rows, dim: number): { centre: Float64Array; scale: Float64Array } {
  const n = countRows(x, dim), centre = new Float64Array(dim), scale = new Float64Array(dim);
  for (let i = 0; i < x.length; i++) centre[i % dim]! += (x[i] as number) / n;
  for (let i = 0; i < x.length; i++) {
    scale[i % dim]! += ((x[i] as number) - (centre[i % dim] as number)) ** 2 / n;
  }
  return { centre, scale: scale.map((square) => square > 1e-20 ? Math.sqrt(square) : 1) };
}

function asRows(x: Float64Array, dim: number): Float64Array[] {
  return Array.from(
    { length: countRows(x, dim) },
    (_, r) => x.subarray(r * dim, (r + 1) * dim),
  );
}
