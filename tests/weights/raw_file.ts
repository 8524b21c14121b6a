/** Safetensors files built byte by byte, independently of the project's writer. */

/** A tensor as stored. */
export interface RawEntry {
  dtype: string;
  shape: readonly number[];
  bytes: Uint8Array;
}

/** The bytes of a file with the given header (an object or its text) and numbers. */
export function fileOf(header: unknown, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

/** The bytes of a file of tensors, in the given order. */
export function rawFile(
  tensors: Readonly<Record<string, RawEntry>>,
  metadata?: Record<string, string>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const parts = Object.values(tensors);
  const data = new Uint8Array(parts.reduce((n, { bytes }) => n + bytes.length, 0));
  let at = 0;
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [at, at + bytes.length] };
    data.set(bytes, at);
    at += bytes.length;
  }
  return fileOf(header, data);
}

/** Numbers as the bytes of F32, F16 or BF16 (cut off, not rounded). */
export function bytesOf(values: Iterable<number>, dtype: string): Uint8Array {
  if (dtype === "F16") return new Uint8Array(new Float16Array([...values]).buffer);
  const singles = new Uint8Array(new Float32Array([...values]).buffer);
  return dtype === "F32" ? singles : singles.filter((_, i) => i % 4 >= 2);
}
