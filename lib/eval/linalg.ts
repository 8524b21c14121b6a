/** Linear algebra of the measures, in double precision, on row-major arrays [rows, dim]. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** Row-major numbers of a matrix [rows, dim]. */
export type Rows = Float32Array | Float64Array;

/** Below this share of the largest one an eigenvalue is rounding noise and counts as zero. */
const NOISE = 1e-12;

/** Number of rows of [rows, dim]; throws where the length is no multiple of `dim` or is 0. */
export function countRows(x: Rows, dim: number): number {
  const rows = x.length / dim;
  if (!Number.isInteger(rows) || rows < 1 || !Number.isInteger(dim) || dim < 1) {
    throw new Error(`${x.length} numbers, expected a positive multiple of the width ${dim}`);
  }
  return rows;
}

/**
 * Rows [rows, dim] brought to length 1; a row of zeros stays zero.
 *
 * Throws on a row that is not finite, for a measure of it would look like any other number.
 */
export function normaliseRows(x: Rows, dim: number): Float64Array {
  const rows = countRows(x, dim), result = new Float64Array(x.length);
  for (let r = 0; r < rows; r++) {
    let square = 0;
    for (let i = r * dim; i < (r + 1) * dim; i++) square += (x[i] as number) ** 2;
    if (!Number.isFinite(square)) {
      throw new Error(`row ${r} holds NaN or infinite numbers, expected finite ones`);
    }
    const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
    for (let i = r * dim; i < (r + 1) * dim; i++) result[i] = (x[i] as number) * scale;
  }
  return result;
}

/** Inner products of every row of `a` [n, dim] with every row of `b` [m, dim]: [n, m]. */
export function innerProducts(a: Rows, b: Rows, dim: number): Float64Array {
  const n = countRows(a, dim), m = countRows(b, dim), result = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) sum += (a[i * dim + k] as number) * (b[j * dim + k] as number);
      result[i * m + j] = sum;
    }
  }
  return result;
}

/** Some rows of [rows, dim], in the order of `indices`. */
export function takeRows<T extends Rows>(x: T, dim: number, indices: ArrayLike<number>): T {
  const result = new (x.constructor as new (length: number) => T)(indices.length * dim);
  Array.from(indices).forEach((from, to) =>
    result.set(x.subarray(from * dim, (from + 1) * dim), to * dim)
  );
  return result;
}

/** [rows, columns] → [columns, rows]. */
export function transposed(x: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(x.length);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) result[c * rows + r] = x[r * columns + c] as number;
  }
  return result;
}

/** Euclidean distances of every row of `a` [n, dim] to every row of `b` [m, dim]: [n, m]. */
export function distances(a: Rows, b: Rows, dim: number): Float64Array {
  const n = countRows(a, dim), m = countRows(b, dim), result = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      let sum = 0;
      for (let k = 0; k < dim; k++) {
        sum += ((a[i * dim + k] as number) - (b[j * dim + k] as number)) ** 2;
      }
      result[i * m + j] = Math.sqrt(sum);
    }
  }
  return result;
}

/** Mean of the rows [rows, dim]: [dim]. */
export function meanRow(x: Rows, dim: number): Float64Array {
  const rows = countRows(x, dim), mean = new Float64Array(dim);
  for (let i = 0; i < x.length; i++) mean[i % dim]! += (x[i] as number) / rows;
  return mean;
}

/** Rows minus their mean. */
export function centreRows(x: Rows, dim: number): Float64Array {
  const mean = meanRow(x, dim);
  return Float64Array.from(x, (value, i) => value - (mean[i % dim] as number));
}

/** Unbiased covariance [dim, dim] of rows [rows, dim]; at least two rows. */
export function covariance(x: Rows, dim: number): Matrix {
  const rows = countRows(x, dim);
  if (rows < 2) throw new Error("1 row, expected at least 2 for a covariance");
  const centred = new Matrix(asArrays(centreRows(x, dim), dim));
  return centred.transpose().mmul(centred).div(rows - 1);
}

/** Eigenvalues of a symmetric, positive semi-definite matrix; rounding noise is brought to 0. */
export function eigenvalues(matrix: Matrix): Float64Array {
  return cleaned(decompose(matrix).realEigenvalues);
}

/**
 * Singular values of rows [rows, dim], unordered, min(rows, dim) of them.
 *
 * Taken from the smaller Gram matrix, so those under 1e-6 of the largest come out as 0.
 */
export function singularValues(x: Rows, dim: number): Float64Array {
  const matrix = new Matrix(asArrays(x, dim)), turned = matrix.transpose();
  const gram = matrix.rows < matrix.columns ? matrix.mmul(turned) : turned.mmul(matrix);
  return eigenvalues(gram).map(Math.sqrt);
}

/**
 * The first `count` principal axes of rows [rows, dim] as rows [count, dim], most variance first, with
 * the variance along each and in all. The largest entry of an axis is positive, so that its sign is
 * not the solver's choice.
 */
export function principalAxes(x: Rows, dim: number, count: number): {
  axes: Float64Array;
  variances: Float64Array;
  total: number;
} {
  if (count > dim) throw new Error(`${count} axes, expected at most the width ${dim}`);
  const { realEigenvalues, eigenvectorMatrix: vectors } = decompose(covariance(x, dim));
  const values = cleaned(realEigenvalues), axes = new Float64Array(count * dim);
  const order = Array.from(values, (_, i) => i)
    .sort((a, b) => (values[b] as number) - (values[a] as number)).slice(0, count);
  order.forEach((column, axis) => {
    const entries = vectors.getColumn(column);
    const largest = entries.reduce((a, b) => Math.abs(b) > Math.abs(a) ? b : a, 0);
    axes.set(entries.map((entry) => largest < 0 ? -entry : entry), axis * dim);
  });
  return {
    axes,
    variances: Float64Array.from(order, (i) => values[i] as number),
    total: values.reduce((sum, value) => sum + value, 0),
  };
}

/** The symmetric square root of a symmetric, positive semi-definite matrix. */
export function squareRoot(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: vectors } = decompose(matrix);
  const roots = Matrix.diag([...cleaned(realEigenvalues).map(Math.sqrt)]);
  return vectors.mmul(roots).mmul(vectors.transpose());
}

function decompose(matrix: Matrix): EigenvalueDecomposition {
  if (!Number.isFinite(matrix.sum())) {
    throw new Error("a matrix holds NaN or infinite numbers, expected finite ones");
  }
  return new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
}

function cleaned(values: ArrayLike<number>): Float64Array {
  const list = Float64Array.from(values);
  const floor = NOISE * list.reduce((x, y) => Math.max(x, y), 0);
  return list.map((value) => value > floor ? value : 0);
}

function asArrays(x: Rows, dim: number): Rows[] {
  return Array.from({ length: countRows(x, dim) }, (_, r) => x.subarray(r * dim, (r + 1) * dim));
}
