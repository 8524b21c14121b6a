/**
 * Reading and writing of safetensors files: 8 bytes little-endian header length, a JSON header
 * (name → dtype, shape, byte range), then the raw numbers. Tensors pass one at a time, so a file
 * of several gigabytes needs no second copy in memory.
 *
 * Format: safetensors 0.x, "Format" section of its README.
 */
import { dirname } from "@std/path";
import { BYTES, type Dtype, type Header, parseHeader } from "./header.ts";
import { narrowToHalf, widenBfloat16, widenHalf } from "./half.ts";

export type { Dtype, Header, TensorInfo } from "./header.ts";

/** The format's own limit for a header; anything above is no safetensors file. */
const LONGEST_HEADER = 100_000_000;

/** Numbers of a tensor in memory. */
export type TensorData =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/**
 * One tensor of a file: `dtype` as stored, `data` row-major. F32, F16 and BF16 are held as
 * Float32Array, F64 as Float64Array, I32 and I64 as Int32Array, U8 and BOOL as Uint8Array.
 */
export interface RawTensor {
  dtype: Dtype;
  shape: number[];
  data: TensorData;
}

/** The checked header of a file and the byte at which its numbers start. */
export interface FileHeader extends Header {
  dataStart: number;
}

/** A tensor to write. */
export interface TensorEntry {
  name: string;
  shape: readonly number[];
  data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** How to write: floating-point tensors are stored as `dtype` (default "F32"). */
export interface WriteOptions {
  dtype?: "F32" | "F16";
  metadata?: Record<string, string>;
}

/**
 * Reads every tensor of a file, or those whose name `wanted` accepts, in file order.
 *
 * Throws an Error naming file, tensor, value found and value expected where the file is damaged,
 * cut short, or holds a number type outside {@link Dtype}; I64 values must fit 32 bits.
 */
export async function readSafetensors(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<Map<string, RawTensor>> {
  using file = await Deno.open(path);
  const { tensors, dataStart } = await headerOf(file, path);
  const result = new Map<string, RawTensor>();
  for (const [name, info] of tensors) {
    if (!wanted(name)) continue;
    await file.seek(dataStart + info.begin, Deno.SeekMode.Start);
    const bytes = await readExactly(file, info.end - info.begin, `${path}: tensor "${name}"`);
    const data = decode(bytes, info.dtype, `${path}: tensor "${name}"`);
    result.set(name, { dtype: info.dtype, shape: info.shape, data });
  }
  return result;
}

/** Reads and checks the header alone; throws like {@link readSafetensors}. */
export async function readSafetensorsHeader(path: string): Promise<FileHeader> {
  using file = await Deno.open(path);
  return await headerOf(file, path);
}

/**
 * Writes tensors under a temporary name beside `path`, then renames: the file is whole or absent.
 *
 * Float arrays are stored as `options.dtype`, rounding to nearest even for F16; Int32Array as I32,
 * Uint8Array as U8. Wider number types come first, so that each tensor is aligned to its own size.
 * Throws on a name given twice, on data whose length does not match the shape, and on a finite
 * number too large for F16.
 */
export async function writeSafetensors(
  path: string,
  entries: Iterable<TensorEntry> | Record<string, Omit<TensorEntry, "name">>,
  options: WriteOptions = {},
): Promise<void> {
  const list = Symbol.iterator in entries
    ? [...entries as Iterable<TensorEntry>]
    : Object.entries(entries).map(([name, entry]) => ({ ...entry, name }));
  const floats = options.dtype ?? "F32";
  const typed = list.map((entry) => ({ entry, dtype: storedType(entry.data, floats) }))
    .sort((x, y) => BYTES[y.dtype] - BYTES[x.dtype]);

  // A null prototype, for a tensor called "__proto__" is a name like any other.
  const header: Record<string, unknown> = Object.create(null);
  if (options.metadata) header["__metadata__"] = options.metadata;
  let end = 0;
  for (const { entry: { name, shape, data }, dtype } of typed) {
    if (name in header) throw new Error(`${path}: tensor "${name}" is given twice, expected once`);
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== data.length) {
      throw new Error(
        `${path}: tensor "${name}" has ${data.length} numbers, expected ${size} for [${shape}]`,
      );
    }
    const begin = end;
    end += size * BYTES[dtype];
    header[name] = { dtype, shape: [...shape], data_offsets: [begin, end] };
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const front = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20); // padded with spaces
  new DataView(front.buffer).setBigUint64(0, BigInt(front.length - 8), true);
  front.set(json, 8);

  await Deno.mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    using file = await Deno.open(temporary, { write: true, createNew: true });
    await writeAll(file, front);
    for (const { entry, dtype } of typed) {
      await writeAll(file, encode(entry.data, dtype, `${path}: ${entry.name}`));
    }
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** Reads and checks the header of an open file, leaving the position behind it. */
async function headerOf(file: Deno.FsFile, path: string): Promise<FileHeader> {
  const { size } = await file.stat();
  if (size < 8) {
    throw new Error(`${path}: ${size} bytes, expected at least 8 of a safetensors file`);
  }
  const length = Number(
    new DataView((await readExactly(file, 8, path)).buffer).getBigUint64(0, true),
  );
  if (length > LONGEST_HEADER || 8 + length > size) {
    throw new Error(
      `${path}: header length ${length}, expected at most ${Math.min(size - 8, LONGEST_HEADER)}; ` +
        "this is no safetensors file, or it is cut short: fetch it again",
    );
  }
  const text = new TextDecoder().decode(await readExactly(file, length, path));
  return { ...parseHeader(text, size - 8 - length, path), dataStart: 8 + length };
}

/** Turns stored bytes (a buffer of their own, hence aligned) into numbers. */
function decode(bytes: Uint8Array<ArrayBuffer>, dtype: Dtype, what: string): TensorData {
  switch (dtype) {
    case "F32":
      return new Float32Array(bytes.buffer);
    case "F64":
      return new Float64Array(bytes.buffer);
    case "I32":
      return new Int32Array(bytes.buffer);
    case "F16":
      return widenHalf(new Uint16Array(bytes.buffer));
    case "BF16":
      return widenBfloat16(new Uint16Array(bytes.buffer));
    case "I64":
      return Int32Array.from(new BigInt64Array(bytes.buffer), (value) => {
        if (BigInt.asIntN(32, value) === value) return Number(value);
        throw new RangeError(`${what}: I64 value ${value}, expected one that fits 32 bits`);
      });
    case "U8":
    case "BOOL":
      return bytes;
  }
}

/** The number type under which data are stored. */
function storedType(data: TensorEntry["data"], floats: "F32" | "F16"): Dtype {
  if (data instanceof Int32Array) return "I32";
  return data instanceof Uint8Array ? "U8" : floats;
}

/** Turns numbers into the bytes to store, without a copy where they are stored as they are. */
function encode(data: TensorEntry["data"], dtype: Dtype, what: string): Uint8Array {
  const numbers = data instanceof Float32Array || data instanceof Float64Array
    ? dtype === "F16" ? narrowToHalf(data, what) : asSingle(data)
    : data;
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function asSingle(data: Float32Array | Float64Array): Float32Array {
  return data instanceof Float32Array ? data : new Float32Array(data);
}

async function readExactly(
  file: Deno.FsFile,
  length: number,
  what: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const count = await file.read(bytes.subarray(at));
    if (count === null) throw new Error(`${what}: ended after ${at} bytes, expected ${length}`);
    at += count;
  }
  return bytes;
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
