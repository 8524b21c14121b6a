/** Where the files of a tar archive lie in it, so that one can be read without the others. */
import { readAt } from "./read_at.ts";

/** A file in a tar archive. */
export interface TarEntry {
  readonly name: string;
  /** Of its first byte in the archive. */
  readonly offset: number;
  readonly size: number;
}

const BLOCK = 512, decoder = new TextDecoder();

/** Long names and pax records have no reason to be longer. */
const LONGEST = 2 ** 20;

/**
 * The files of a tar archive in their order; only headers are read.
 *
 * Understands ustar with its prefix, GNU long names and sizes, and pax paths and sizes (POSIX.1-2001
 * pax). Throws on a damaged header and on an archive that ends within a file.
 */
export function* tarEntries(path: string): Generator<TarEntry> {
  using file = Deno.openSync(path); // one call after the other is ten times as fast as awaiting each
  const { size: end } = file.statSync();
  let long: { name?: string; size?: number } = {};
  for (let at = 0; at + BLOCK <= end;) {
    const header = readAt(file, at, BLOCK);
    if (header.every((byte) => byte === 0)) return; // the end mark
    if (checksum(header) !== octal(header, 148, 8)) {
      throw new Error(`${path}: byte ${at} is no tar header; the archive is damaged or not a tar`);
    }
    const size = long.size ?? octal(header, 124, 12), offset = at + BLOCK;
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new Error(
        `${path}: the header at byte ${at} says ${size} bytes; the archive is damaged`,
      );
    }
    if (offset + size > end) {
      throw new Error(
        `${path}: ends within "${text(header, 0, 100)}", ${
          offset + size - end
        } bytes are missing; ` +
          "get the archive again",
      );
    }
    const type = String.fromCharCode(header[156] as number);
    if (type === "x" || type === "L") {
      if (size > LONGEST) {
        throw new Error(
          `${path}: a header of ${size} bytes at byte ${at}, expected at most ${LONGEST}`,
        );
      }
      const bytes = readAt(file, offset, size);
      long = type === "x" ? paxFields(bytes, path) : { name: text(bytes, 0, size) };
    } else {
      if (type === "0" || type === "\0") {
        const prefix = text(header, 257, 5) === "ustar" ? text(header, 345, 155) : "";
        const short = [prefix, text(header, 0, 100)].filter((part) => part !== "").join("/");
        yield { name: (long.name ?? short).replace(/^\.\//, ""), offset, size };
      }
      long = {};
    }
    at = offset + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** Text up to the first zero byte. */
function text(bytes: Uint8Array, from: number, length: number): string {
  const part = bytes.subarray(from, from + length), end = part.indexOf(0);
  return decoder.decode(end < 0 ? part : part.subarray(0, end));
}

/** A number in octal digits, or in base 256 where the first bit is set (GNU). */
function octal(bytes: Uint8Array, from: number, length: number): number {
  if ((bytes[from] as number) & 0x80) {
    return bytes.subarray(from + 1, from + length).reduce((sum, byte) => sum * 256 + byte, 0);
  }
  return parseInt(text(bytes, from, length).trim() || "0", 8);
}

/** The sum of a header's bytes, its own field counted as blanks. */
function checksum(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 32 : byte), 0);
}

/** Path and size of a pax header: records "<length> <key>=<value>\n". */
function paxFields(bytes: Uint8Array, path: string): { name?: string; size?: number } {
  const fields: { name?: string; size?: number } = {};
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(32, at), length = Number(decoder.decode(bytes.subarray(at, blank)));
    if (!Number.isInteger(length) || length < 1 || at + length > bytes.length) {
      throw new Error(`${path}: a pax record of length ${length}; the archive is damaged`);
    }
    const record = decoder.decode(bytes.subarray(blank + 1, at + length - 1));
    const [key, value] = [
      record.slice(0, record.indexOf("=")),
      record.slice(record.indexOf("=") + 1),
    ];
    if (key === "path") fields.name = value;
    if (key === "size") {
      if (!/^\d+$/.test(value)) {
        throw new Error(`${path}: a pax size of "${value}", expected a whole number of bytes`);
      }
      fields.size = Number(value);
    }
    at += length;
  }
  return fields;
}
