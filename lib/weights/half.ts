/** 16-bit floating-point numbers, as weights are stored: IEEE half precision and bfloat16. */

/** Largest finite number of IEEE half precision. */
export const LARGEST_HALF = 65504;

/** Widens IEEE half-precision numbers; every half is exact in single precision. */
export function widenHalf(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return new Float32Array(new Float16Array(bits.buffer, bits.byteOffset, bits.length));
}

/** Widens bfloat16 numbers, which are the upper 16 bits of single-precision ones. */
export function widenBfloat16(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
  return new Float32Array(words.buffer);
}

/**
 * Rounds numbers to IEEE half precision, to the nearest and ties to even.
 *
 * Infinities and NaN pass. A finite number beyond ±65504 would silently become infinite:
 * throws a RangeError that names it and `what` it belongs to.
 */
export function narrowToHalf(
  values: Float32Array | Float64Array,
  what = "value",
): Uint16Array<ArrayBuffer> {
  const halves = new Float16Array(values);
  for (let i = 0; i < halves.length; i++) {
    if (!Number.isFinite(halves[i] as number) && Number.isFinite(values[i] as number)) {
      throw new RangeError(
        `${what}[${i}] is ${values[i]}, expected at most ${LARGEST_HALF} in size for F16; ` +
          "store it as F32",
      );
    }
  }
  return new Uint16Array(halves.buffer);
}
