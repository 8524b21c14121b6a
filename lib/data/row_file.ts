/** Rows of equal length in a file: made once, read by position, never all in memory. */
import { basename, dirname } from "@std/path";
import { Claims, pause } from "../runtime/mod.ts";
import { isFile } from "./folders.ts";

/** How a file of rows is made. */
export interface RowMaker {
  /** How many rows. */
  readonly count: number;
  /** Bytes of a row. */
  readonly length: number;
  /** Rows made and written at a time; a killed job goes on behind the last such piece. */
  readonly piece: number;
  /** Rows `from` … `to` − 1, one after the other. */
  readonly make: (from: number, to: number) => Promise<Uint8Array>;
  /** Told how many rows are there, those of a killed job too. */
  readonly onDone?: (count: number) => void;
}

/** A finished file of rows. */
export class RowFile {
  readonly path: string;
  readonly count: number;
  readonly length: number;

  constructor(path: string, count: number, length: number) {
    [this.path, this.count, this.length] = [path, count, length];
  }

  /** The same file as `parts` times as many rows, each that part as long. */
  split(parts: number): RowFile {
    return new RowFile(this.path, this.count * parts, this.length / parts);
  }

  /** The chosen rows, one after the other. Throws on an index that is no row. */
  read(indices: ArrayLike<number>): Uint8Array<ArrayBuffer> {
    const { length, count } = this, rows = new Uint8Array(indices.length * length);
    // Opened for each batch: a few microseconds, and no file is left open.
    using file = Deno.openSync(this.path);
    for (let i = 0; i < indices.length; i++) {
      const at = indices[i] as number;
      if (!(Number.isInteger(at) && at >= 0 && at < count)) {
        throw new Error(`${this.path}: expected a row from 0 to ${count - 1}, found ${at}`);
      }
      file.seekSync(at * length, Deno.SeekMode.Start);
      for (let from = i * length, end = from + length; from < end;) {
        const got = file.readSync(rows.subarray(from, end));
        if (got === null) throw new Error(`${this.path}: ends within row ${at}; delete it`);
        from += got;
      }
    }
    return rows;
  }
}

/**
 * Opens the file of rows at `path`, made first where it is not there.
 *
 * It grows as `path.partial` and gets its name when it is whole. A killed job is continued; of several
 * processes that want the same file, on machines that share its folder, one makes it while the others
 * wait.
 */
export async function rowFile(path: string, maker: RowMaker): Promise<RowFile> {
  const { count, length } = maker, whole = () => isWhole(path, count * length);
  if (!await whole()) {
    const folder = dirname(path);
    await Deno.mkdir(folder, { recursive: true });
    using claims = new Claims();
    while (!await whole()) {
      const claim = await claims.take(folder, `${basename(path)}.claim`);
      if (!("release" in claim)) {
        await pause(LOOK_EVERY);
        continue;
      }
      try {
        if (!await whole()) await make(path, maker, claim.lost);
      } finally {
        claim.release();
      }
    }
  }
  return new RowFile(path, count, length);
}

/** Seconds between two looks at a file that another process makes. */
const LOOK_EVERY = 0.25;

/** Makes a file of rows, or what is missing of it; `lost` says that another process took over. */
async function make(path: string, maker: RowMaker, lost: () => boolean): Promise<void> {
  const { count, length, piece, make, onDone } = maker, partial = `${path}.partial`;
  using out = await Deno.open(partial, { read: true, write: true, create: true });
  const { size } = await out.stat();
  const start = Math.min(count, Math.floor(size / (length * piece)) * piece);
  await out.truncate(start * length);
  await out.seek(0, Deno.SeekMode.End);
  if (start > 0) onDone?.(start);
  for (let from = start; from < count; from += piece) {
    const to = Math.min(count, from + piece), rows = await make(from, to);
    if (rows.length !== (to - from) * length) {
      throw new Error(
        `expected ${to - from} rows of ${length} bytes, found ${rows.length} bytes in all`,
      );
    }
    if (lost()) return;
    for (let done = 0; done < rows.length;) done += await out.write(rows.subarray(done));
    await out.sync();
    onDone?.(to);
  }
  await Deno.rename(partial, path);
}

/** Whether there is a file of that length; one of another length is damaged and made anew. */
async function isWhole(path: string, bytes: number): Promise<boolean> {
  return await isFile(path) && (await Deno.stat(path)).size === bytes;
}
