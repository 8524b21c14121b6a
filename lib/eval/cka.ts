/** How alike two sets of features of the same pictures are, whatever their widths and rotations. */
import { centreRows, countRows, innerProducts, type Rows } from "./linalg.ts";

/**
 * Linear centred kernel alignment of features [n, dimX] and [n, dimY] of the same n things, in [0, 1].
 *
 * 1 where one is a rotated and scaled copy of the other. Rises towards 1 by itself where widths come
 * near n: compare equal n and widths, or take {@link debiasedCka}. 0 where one does not vary.
 * Source: Kornblith et al. 2019, equation 4.
 */
export function linearCka(x: Rows, dimX: number, y: Rows, dimY: number): number {
  paired(x, dimX, y, dimY);
  const a = centreRows(x, dimX), b = centreRows(y, dimY);
  return alignment(innerProducts(a, a, dimX), innerProducts(b, b, dimY), dot);
}

/**
 * The same with unbiased estimates: about 0 for unrelated features of any width, at most 1. n ≥ 4.
 *
 * Source: Nguyen, Raghu and Kornblith 2021, with the estimator of Song et al. 2012, equation 5.
 */
export function debiasedCka(x: Rows, dimX: number, y: Rows, dimY: number): number {
  const n = paired(x, dimX, y, dimY);
  if (n < 4) throw new Error(`${n} rows, expected at least 4 for an unbiased alignment`);
  return alignment(innerProducts(x, x, dimX), innerProducts(y, y, dimY), (k, l) => hsic(k, l, n));
}

type Product = (k: Float64Array, l: Float64Array) => number;

function alignment(k: Float64Array, l: Float64Array, product: Product): number {
  const size = Math.sqrt(Math.max(0, product(k, k)) * Math.max(0, product(l, l)));
  return size > 0 ? product(k, l) / size : 0;
}

function dot(k: Float64Array, l: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < k.length; i++) sum += (k[i] as number) * (l[i] as number);
  return sum;
}

/** Unbiased HSIC, up to the factor n(n − 3) that cancels in the quotient. */
function hsic(k: Float64Array, l: Float64Array, n: number): number {
  let trace = 0, sumK = 0, sumL = 0, across = 0;
  for (let i = 0; i < n; i++) {
    let rowK = 0, rowL = 0;
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      const a = k[i * n + j] as number, b = l[i * n + j] as number;
      trace += a * b;
      rowK += a;
      rowL += b;
    }
    sumK += rowK;
    sumL += rowL;
    across += rowK * rowL;
  }
  return trace + sumK * sumL / ((n - 1) * (n - 2)) - 2 * across / (n - 2);
}

function paired(x: Rows, dimX: number, y: Rows, dimY: number): number {
  const n = countRows(x, dimX), m = countRows(y, dimY);
  if (n !== m) throw new Error(`features of ${n} and of ${m} things, expected the same things`);
  return n;
}
