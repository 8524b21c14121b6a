/** The JSON header of a safetensors file: what it may say, and every check of it. */
import { checkPlain, shown } from "./plain_json.ts";

/** Number types this project reads, with their size in bytes. */
export const BYTES = { F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U8: 1, BOOL: 1 } as const;
/** Number type as it is called in a file. */
export type Dtype = keyof typeof BYTES;

/** What the header says about one tensor; `begin` and `end` count bytes after the header. */
export interface TensorInfo {
  dtype: Dtype;
  shape: number[];
  begin: number;
  end: number;
}

/** Tensors in file order, and free text about them. */
export interface Header {
  metadata: Record<string, string>;
  tensors: Map<string, TensorInfo>;
}

/**
 * Parses a header and checks that the tensors cover the `dataBytes` bytes behind it exactly, each
 * once; throws an Error naming file, tensor, value found and value expected.
 */
export function parseHeader(text: string, dataBytes: number, path: string): Header {
  const fail = (message: string): never => {
    throw new Error(`${path}: ${message}`);
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    fail(`header is no JSON: ${shown(error instanceof Error ? error.message : error)}`);
  }
  if (!isObject(json)) return fail(`header is ${shown(json)}, expected a JSON object`);
  const { __metadata__: metadata = {}, ...entries } = json;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    return fail(`__metadata__ is ${shown(metadata)}, expected an object of strings`);
  }
  const infos = Object.entries(entries).map(([name, entry]) => {
    const info = checkEntry(entry, (message) => fail(`tensor ${shown(name)}: ${message}`));
    return [name, info] as const;
  }).sort(([, x], [, y]) => x.begin - y.begin || x.end - y.end);
  checkPlain(text, fail);
  let end = 0;
  for (const [name, info] of infos) {
    if (info.begin !== end) {
      fail(`tensor ${shown(name)} begins at byte ${info.begin}, expected ${end}`);
    }
    end = info.end;
  }
  if (end !== dataBytes) {
    fail(`${dataBytes} bytes of numbers, expected ${end} by the header; fetch the file again`);
  }
  return { metadata: metadata as Record<string, string>, tensors: new Map(infos) };
}

/** What an entry says, in any order. */
const KEYS = ["data_offsets", "dtype", "shape"];

/** Checks one header entry by itself. */
function checkEntry(entry: unknown, fail: (message: string) => never): TensorInfo {
  if (!isObject(entry)) return fail(`${shown(entry)}, expected an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES, dtype)) {
    return fail(`dtype ${shown(dtype)}, expected one of ${Object.keys(BYTES).join(", ")}`);
  }
  if (!isCounts(shape)) {
    return fail(`shape ${shown(shape)}, expected whole numbers of at least 0`);
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    return fail(`data_offsets ${shown(offsets)}, expected [begin, end]`);
  }
  const other = Object.keys(entry).find((key) => !KEYS.includes(key));
  if (other !== undefined) fail(`${shown(other)}, expected ${KEYS.join(", ")} alone`);
  const [begin, end] = offsets as [number, number];
  let bytes: number = BYTES[dtype as Dtype];
  for (const n of shape) {
    // An axis of 0 would hide that the others cannot be.
    if (n > 0 && !Number.isSafeInteger(bytes *= n)) {
      fail(`shape ${shown(shape)}, expected fewer than 2^53 bytes`);
    }
  }
  if (shape.includes(0)) bytes = 0;
  if (end - begin !== bytes) {
    return fail(`${end - begin} bytes, expected ${bytes} for ${dtype} of shape ${shown(shape)}`);
  }
  return { dtype: dtype as Dtype, shape, begin, end };
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
