/** Reading of safetensors files; see safetensors.ts. */
import { BYTES, type Dtype, type Header, parseHeader, type TensorInfo } from "./header.ts";
import { widenBfloat16, widenHalf } from "./half.ts";
import { shown } from "./plain_json.ts";

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

/** Neighbouring numbers of a tensor, the first of which is number `at` in row-major order. */
export interface Piece {
  readonly at: number;
  readonly data: TensorData;
}

/** An open file of tensors, whose header is checked; close it with `using` or {@link close}. */
export class SafetensorsFile implements Disposable {
  readonly path: string;
  readonly header: FileHeader;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile, header: FileHeader) {
    [this.path, this.#file, this.header] = [path, file, header];
  }

  /**
   * Opens a file and checks its header.
   *
   * Throws an Error naming file, tensor, value found and value expected where it is damaged, cut
   * short, or holds a number type outside {@link Dtype}.
   */
  static async open(path: string): Promise<SafetensorsFile> {
    const file = await Deno.open(path);
    try {
      return new SafetensorsFile(path, file, await headerOf(file, path));
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** What the header says of a tensor; throws where there is none of that name. */
  info(name: string): TensorInfo {
    const info = this.header.tensors.get(name);
    if (info) return info;
    throw new Error(
      `${this.path}: expected a tensor ${
        shown(name)
      }, found none among ${this.header.tensors.size}`,
    );
  }

  /** A whole tensor; throws on an I64 value that does not fit 32 bits. */
  async read(name: string): Promise<RawTensor> {
    const { dtype, shape, begin, end } = this.info(name);
    const data = await this.#numbers(name, dtype, begin, end);
    return { dtype, shape: [...shape], data };
  }

  /** A tensor's numbers in order, at most `most` at a time; an empty tensor gives no piece. */
  async *pieces(name: string, most = 1 << 20): AsyncGenerator<Piece> {
    const { dtype, begin, end } = this.info(name);
    const bytes = BYTES[dtype] * most;
    for (let from = begin; from < end; from += bytes) {
      const data = await this.#numbers(name, dtype, from, Math.min(end, from + bytes));
      yield { at: (from - begin) / BYTES[dtype], data };
    }
  }

  async #numbers(name: string, dtype: Dtype, begin: number, end: number): Promise<TensorData> {
    const what = `${this.path}: tensor ${shown(name)}`;
    await this.#file.seek(this.header.dataStart + begin, Deno.SeekMode.Start);
    return decode(await readExactly(this.#file, end - begin, what), dtype, what);
  }

  /** Closes the file. */
  close(): void {
    this.#file.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Reads every tensor of a file, or those whose name `wanted` accepts, in file order.
 *
 * All of them are held in memory: for small files. Throws like {@link SafetensorsFile.open}; I64
 * values must fit 32 bits.
 */
export async function readSafetensors(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<Map<string, RawTensor>> {
  using file = await SafetensorsFile.open(path);
  const result = new Map<string, RawTensor>();
  for (const name of file.header.tensors.keys()) {
    if (wanted(name)) result.set(name, await file.read(name));
  }
  return result;
}

/** Reads and checks the header alone; throws like {@link SafetensorsFile.open}. */
export async function readSafetensorsHeader(path: string): Promise<FileHeader> {
  using file = await SafetensorsFile.open(path);
  return file.header;
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
  const text = decodeText(await readExactly(file, length, path), path);
  return { ...parseHeader(text, size - 8 - length, path), dataStart: 8 + length };
}

function decodeText(bytes: Uint8Array<ArrayBuffer>, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${path}: the header's bytes are no UTF-8 text, expected JSON in UTF-8`);
  }
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
