/** The pictures of a whole set, decoded and resized once, then read by position from a file. */
import { join } from "@std/path";
import { sha256 } from "./fingerprint.ts";
import { cacheFolder } from "./folders.ts";
import { inStoredOrder } from "./picture.ts";
import { recordPixels, toPixels } from "./pixels.ts";
import { mapLimited } from "./pool.ts";
import type { DataSet, ProductRecord } from "./record.ts";
import { rowFile } from "./row_file.ts";

/** Raised whenever readPicture() gives other bytes, so that cached pixels are made anew. */
const VERSION = 2;

/** Bytes of pictures that are in memory at a time while the file is made. */
const PIECE = 16 * 2 ** 20;

/** Options of {@link openPixels}. */
export interface PixelOptions {
  /** Where the file lies. */
  readonly cache?: string;
  /** Told how many pictures are done; not called where all of them were. */
  readonly onDone?: (count: number) => void;
}

/** The pictures of a set at one size, on disk. */
export interface PixelFile {
  /** Pictures of a set, by their position in `set.records`. */
  readonly count: number;
  readonly size: number;
  /** The chosen pictures as uint8 [n, size, size, 3]. */
  bytes(indices: ArrayLike<number>): Uint8Array;
  /** The chosen pictures as Float32Array [n, size, size, 3] in [-1, 1]. */
  pixels(indices: ArrayLike<number>): Float32Array;
}

/**
 * The pictures of a set, each fitted whole into the square on white.
 *
 * One file for each fingerprint and size, made with flat memory, atomically; a killed job goes on
 * where it was. Throws on a picture that is missing or cannot be decoded, naming file and line.
 */
export async function openPixels(
  set: Pick<DataSet, "records" | "fingerprint">,
  size: number,
  options: PixelOptions = {},
): Promise<PixelFile> {
  if (!Number.isInteger(size) || size < 1) {
    throw new Error(`openPixels: expected a size of at least 1 pixel, found ${size}`);
  }
  const { cache = cacheFolder("pixels"), onDone } = options, { records } = set;
  const length = size * size * 3, { stored, rows, key } = storedOrder(set);
  const file = await rowFile(join(cache, `v${VERSION}-${key}-${size}.u8`), {
    count: records.length,
    length,
    piece: Math.max(1, Math.floor(PIECE / length)),
    make: (from, to) => decoded(stored.slice(from, to), size),
    ...(onDone ? { onDone } : {}),
  });
  const bytes = (indices: ArrayLike<number>) =>
    file.read(Int32Array.from(indices, (i) => rows[i] ?? -1));
  return { count: records.length, size, bytes, pixels: (indices) => toPixels(bytes(indices)) };
}

/** The order in which an archive is read once through, the row of each record in it, and its name. */
function storedOrder({ records, fingerprint }: Pick<DataSet, "records" | "fingerprint">) {
  const stored = inStoredOrder(records);
  const position = new Map(stored.map((record, row) => [record, row]));
  const rows = Int32Array.from(records, (record) => position.get(record) as number);
  // The fingerprint says nothing of the order, which is that of ids unless an archive has its own.
  const own = rows.some((row, i) => row !== i);
  const key = own ? sha256(`${fingerprint} ${rows.join()}`) : fingerprint;
  return { stored, rows, key: key.slice(0, 24) };
}

async function decoded(records: readonly ProductRecord[], size: number): Promise<Uint8Array> {
  const length = size * size * 3, bytes = new Uint8Array(records.length * length);
  await mapLimited(records, 4, async (record, at) => {
    bytes.set(await recordPixels(record, size), at * length);
  });
  return bytes;
}

/** Positions in `set.records` of some of its records. Throws on a record of another set. */
export function positionsOf(
  set: Pick<DataSet, "records">,
  records: readonly ProductRecord[],
): Int32Array {
  const position = new Map(set.records.map((record, i) => [record, i]));
  return Int32Array.from(records, (record) => {
    const at = position.get(record);
    if (at === undefined) throw new Error(`${record.where}: not a record of this set`);
    return at;
  });
}
