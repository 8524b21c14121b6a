/** Pictures as numbers: decoded and resized once, then read back from a cache. */
import { join } from "@std/path";
import { writeAtomic } from "../runtime/files.ts";
import { pictureHashes, sha256 } from "./fingerprint.ts";
import { cacheFolder } from "./folders.ts";
import { readPicture } from "./picture.ts";
import { mapLimited } from "./pool.ts";
import type { ProductRecord } from "./record.ts";

/** Raised whenever {@link readPicture} gives other bytes, so that cached pixels are made anew. */
const VERSION = 1;

/** Options of {@link loadPixels}. */
export interface PixelOptions {
  /** Where the cache lies. */
  cache?: string;
  /** Told how many pictures are done; not called where the cache has them. */
  onDone?: (count: number) => void;
}

/**
 * The pictures of records in their order: Float32Array [n, size, size, 3] in [-1, 1], row by row.
 *
 * Each is fitted whole into the square on white. The cache is keyed by the content of the files: load
 * a whole set once and take rows from it rather than every subset anew. Throws on a picture that is
 * missing or cannot be decoded, naming file and line.
 */
export async function loadPixels(
  records: readonly ProductRecord[],
  size: number,
  options: PixelOptions = {},
): Promise<Float32Array> {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`loadPixels: expected a size of at least 1 pixel, found ${size}`);
  }
  const { cache = cacheFolder("pixels"), onDone } = options;
  const length = size * size * 3;
  const key = sha256((await pictureHashes(records)).join("\n")).slice(0, 24);
  const path = join(cache, `v${VERSION}-${key}-${size}.u8`);
  const stored = await readBytes(path, records.length * length);
  if (stored) return toPixels(stored);

  const bytes = new Uint8Array(records.length * length);
  let done = 0;
  await mapLimited(records, 4, async ({ image, where }, i) => {
    try {
      bytes.set(await readPicture(image, size), i * length);
    } catch (error) {
      throw new Error(
        `${where}: the picture ${image} cannot be decoded: ${(error as Error).message}. ` +
          "Mend it, or load the set without it (--skip-bad, skipBad: true).",
        { cause: error },
      );
    }
    onDone?.(++done);
  });
  await writeAtomic(path, bytes);
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
function toPixels(bytes: Uint8Array): Float32Array {
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = (bytes[i] as number) / 127.5 - 1;
  return pixels;
}

/** A cached file, or undefined where there is none of that length. */
async function readBytes(path: string, length: number): Promise<Uint8Array | undefined> {
  try {
    const bytes = await Deno.readFile(path);
    return bytes.length === length ? bytes : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
