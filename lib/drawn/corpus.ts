/** The drawn corpus on disk: drawn once, read back in a second afterwards. */
import { join } from "@std/path";
import { drawBytes, toPixels } from "./draw.ts";

/** Raised whenever a drawing or caption changes, so that cached pictures are drawn anew. */
export const DRAWING_VERSION = 4;

/** Seeds of drawn pictures: what is drawn for measuring is never drawn for training. */
export const drawnSeeds = { training: 1, heldOut: 2 } as const;

/** A corpus as bytes: a fourth of the memory of its pixels as numbers. */
export interface DrawnCorpus {
  n: number;
  size: number;
  /** uint8 [n, size, size, 3]. */
  bytes: Uint8Array;
  captions: string[];
  keys: string[];
  /** Pixels in [-1, 1] of the chosen pictures: Float32Array [indices.length, size, size, 3]. */
  pixels: (indices: ArrayLike<number>) => Float32Array;
}

/** Settings of {@link drawnCorpus}. */
export interface DrawnCorpusOptions {
  seed: number;
  size: number;
  /** The index of the first picture; give held-out pictures their own range. */
  from?: number;
  /** Where the cache lies. */
  cache?: string;
  /** Told how many pictures are done. */
  onDone?: (count: number) => void;
}

/**
 * Pictures `from` to `from + n` of a seed's corpus, from `.cache/drawn/<key>/` if drawn before.
 *
 * A folder appears under its name only when it is complete, so a killed drawing leaves no half.
 */
export async function drawnCorpus(n: number, options: DrawnCorpusOptions): Promise<DrawnCorpus> {
  const { seed, size, from = 0, cache = join(".cache", "drawn") } = options;
  const folder = join(cache, `v${DRAWING_VERSION}-seed${seed}-size${size}-${from}-${from + n}`);
  const stored = await read(folder, n * size * size * 3);
  if (stored) return corpus(n, size, stored.bytes, stored.captions, stored.keys);

  const indices = Int32Array.from({ length: n }, (_, i) => from + i);
  const { bytes, captions, keys } = await drawBytes(indices, { seed, size }, options.onDone);
  await Deno.mkdir(cache, { recursive: true });
  const unfinished = await Deno.makeTempDir({ dir: cache, prefix: ".unfinished-" });
  await Deno.writeFile(join(unfinished, "pixels.u8"), bytes);
  await Deno.writeTextFile(join(unfinished, "captions.json"), JSON.stringify({ captions, keys }));
  await Deno.remove(folder, { recursive: true }).catch(ignoreMissing); // a damaged one
  try {
    await Deno.rename(unfinished, folder);
  } catch (error) { // another process was quicker
    await Deno.remove(unfinished, { recursive: true });
    if (!await read(folder, bytes.length)) throw error;
  }
  return corpus(n, size, bytes, captions, keys);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** The stored corpus, or undefined where there is none or not all of it. */
async function read(folder: string, length: number) {
  try {
    const bytes = await Deno.readFile(join(folder, "pixels.u8"));
    const words = JSON.parse(await Deno.readTextFile(join(folder, "captions.json"))) as {
      captions: string[];
      keys: string[];
    };
    if (bytes.length !== length) return undefined;
    return { bytes, ...words };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function corpus(
  n: number,
  size: number,
  bytes: Uint8Array,
  captions: string[],
  keys: string[],
): DrawnCorpus {
  const each = size * size * 3;
  const pixels = (indices: ArrayLike<number>): Float32Array => {
    const out = new Float32Array(indices.length * each);
    for (let i = 0; i < indices.length; i++) {
      const at = indices[i] as number;
      if (!(at >= 0 && at < n)) {
        throw new Error(`expected a picture from 0 to ${n - 1}, found ${at}`);
      }
      out.set(toPixels(bytes.subarray(at * each, (at + 1) * each)), i * each);
    }
    return out;
  };
  return { n, size, bytes, captions, keys, pixels };
}
