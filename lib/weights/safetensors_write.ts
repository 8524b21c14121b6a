/** Writing of safetensors files; see safetensors.ts. */
import { dirname } from "@std/path";
import { BYTES, type Dtype } from "./header.ts";
import { narrowToHalf } from "./half.ts";

/** Numbers to write. */
type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A tensor to write: its numbers, or a function that makes them (floats) when their turn comes. */
export interface TensorEntry {
  name: string;
  shape: readonly number[];
  data: Numbers | (() => Promise<Float32Array>);
}

/** How to write: floating-point tensors are stored as `dtype` (default "F32"). */
export interface WriteOptions {
  dtype?: "F32" | "F16";
  metadata?: Record<string, string>;
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
  for (const { entry, dtype } of typed) {
    const { name, shape, data } = entry;
    if (name in header) throw new Error(`${path}: tensor "${name}" is given twice, expected once`);
    if (typeof data !== "function") checkLength(path, entry, data);
    const begin = end;
    end += sizeOf(shape) * BYTES[dtype];
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
      const data = typeof entry.data === "function" ? await entry.data() : entry.data;
      checkLength(path, entry, data);
      for (let at = 0; at < data.length; at += PIECE) {
        const part = data.subarray(at, at + PIECE);
        await writeAll(file, encode(part, dtype, `${path}: ${entry.name}`, at));
      }
    }
    await file.sync();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw error;
  }
}

/** So many numbers are narrowed and written at a time. */
const PIECE = 1 << 20;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

function checkLength(path: string, { name, shape }: TensorEntry, data: Numbers): void {
  const size = sizeOf(shape);
  if (size === data.length) return;
  throw new Error(
    `${path}: tensor "${name}" has ${data.length} numbers, expected ${size} for [${shape}]`,
  );
}

/** The number type under which data are stored. */
function storedType(data: TensorEntry["data"], floats: "F32" | "F16"): Dtype {
  if (data instanceof Int32Array) return "I32";
  return data instanceof Uint8Array ? "U8" : floats;
}

/** Turns numbers into the bytes to store, without a copy where they are stored as they are. */
function encode(data: Numbers, dtype: Dtype, what: string, at: number): Uint8Array {
  const numbers = data instanceof Float32Array || data instanceof Float64Array
    ? dtype === "F16" ? narrowToHalf(data, what, at) : asSingle(data)
    : data;
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function asSingle(data: Float32Array | Float64Array): Float32Array {
  return data instanceof Float32Array ? data : new Float32Array(data);
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
}
