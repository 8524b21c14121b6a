/** Comparing what was computed with a reference value. */

/** How one tensor or number compares with its reference. */
export interface Comparison {
  /** The reference's name, such as "text_hidden" or "grad.conv_in.weight". */
  readonly tensor: string;
  /** The largest absolute difference, divided by the largest absolute value expected. */
  readonly error: number;
  readonly tolerance: number;
  readonly passed: boolean;
  /** What a reader must know of this comparison. */
  readonly note?: string;
}

/** What an independent implementation in single precision may differ by. */
export interface Tolerances {
  readonly output: number;
  readonly gradient: number;
  /** The end of a sampler's walk. */
  readonly trajectory: number;
}

/** On a processor, or a device that computes in full single precision. */
export const singlePrecision: Tolerances = { output: 2e-5, gradient: 1e-4, trajectory: 1e-4 };

/** On a GPU, whose products may be rounded to TF32's ten bits. */
export const tensorFloat32: Tolerances = { output: 1e-3, gradient: 1e-3, trajectory: 1e-3 };

/** The largest absolute value; NaN where there is one, 0 of none. */
export function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(values[i] as number);
    if (!(size <= most)) most = size;
    if (Number.isNaN(size)) break;
  }
  return most;
}

/**
 * Compares values with those expected, both row-major; `scale` is what the difference is divided by
 * where that is not the largest value expected.
 *
 * A value that is not finite where a finite one is expected is an infinite error. Throws where the
 * two differ in number.
 */
export function compare(
  tensor: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  scale: number = largest(expected),
): Comparison {
  if (actual.length !== expected.length) {
    throw new Error(
      `"${tensor}": computed ${actual.length} values, the reference has ${expected.length}`,
    );
  }
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    if (!(difference <= worst)) worst = difference;
    if (Number.isNaN(difference)) {
      worst = Infinity;
      break;
    }
  }
  const error = worst === 0 ? 0 : worst / scale;
  return { tensor, error, tolerance, passed: error <= tolerance };
}
