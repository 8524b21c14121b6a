/** Pictures as numbers. */
import { readPicture } from "./picture.ts";
import { mapLimited } from "./pool.ts";
import type { ProductRecord } from "./record.ts";

/**
 * The picture of a record as uint8 RGB [size, size, 3], fitted whole into the square on white.
 *
 * Throws on a picture that is missing or cannot be decoded, naming file and line.
 */
export async function recordPixels(record: ProductRecord, size: number): Promise<Uint8Array> {
  const { image, where } = record;
  try {
    return await readPicture(image, size);
  } catch (error) {
    throw new Error(
      `${where}: the picture ${image.name} cannot be decoded: ${(error as Error).message}. ` +
        "Mend it, or load the set without it (--skip-bad, skipBad: true).",
      { cause: error },
    );
  }
}

/**
 * A few pictures in the order of their records, decoded anew: Float32Array [n, size, size, 3] in
 * [-1, 1], row by row. Whole sets are read through {@link openPixels}.
 */
export async function loadPixels(
  records: readonly ProductRecord[],
  size: number,
): Promise<Float32Array> {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`loadPixels: expected a size of at least 1 pixel, found ${size}`);
  }
  const length = size * size * 3, bytes = new Uint8Array(records.length * length);
  await mapLimited(records, 4, async (record, i) => {
    bytes.set(await recordPixels(record, size), i * length);
  });
  return toPixels(bytes);
}

/** Pictures [n, size, size, channels] with left and right exchanged. */
export function flipPixels(pixels: Float32Array, size: number, channels = 3): Float32Array {
  const row = size * channels;
  if (pixels.length % (size * row) !== 0) {
    throw new Error(
      `flipPixels: expected a multiple of ${size}·${size}·${channels} values, found ${pixels.length}`,
    );
  }
  const flipped = new Float32Array(pixels.length);
  for (let start = 0; start < pixels.length; start += row) {
    for (let x = 0; x < row; x += channels) {
      const from = start + row - channels - x;
      flipped.set(pixels.subarray(from, from + channels), start + x);
    }
  }
  return flipped;
}

/** 0 … 255 as -1 … 1. */
export function toPixels(bytes: Uint8Array): Float32Array {
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = (bytes[i] as number) / 127.5 - 1;
  return pixels;
}
