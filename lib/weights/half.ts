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
 * throws a RangeError that names it and `what` it belongs to; `first` is the number of the first.
 */
export function narrowToHalf(
  values: Float32Array | Float64Array,
  what = "value",
  first = 0,
): Uint16Array<ArrayBuffer> {
  const halves = new Float16Array(values);
  for (let i = 0; i < halves.length; i++) {
    if (!Number.isFinite(halves[i] as number) && Number.isFinite(values[i] as number)) {
      throw new RangeError(
        `${what}[${first + i}] is ${
          values[i]
        }, expected at most ${LARGEST_HALF} in size for F16; ` +
          "store it as F32",
      );
    }
  }
  return new Uint16Array(halves.buffer);
}

/** A number rounded to IEEE half precision. */
export function roundToHalf(value: number): number {
  return Math.f16round(value);
}

const single = new Float32Array(1), word = new Uint32Array(single.buffer);

/** A number rounded to bfloat16, to the nearest and ties to even. */
export function narrowToBfloat16(value: number): number {
  single[0] = value;
  if (Number.isNaN(value)) return NaN;
  const bits = word[0] as number;
  word[0] = (bits + 0x7fff + ((bits >>> 16) & 1)) & 0xffff0000;
  return single[0] as number;
}
