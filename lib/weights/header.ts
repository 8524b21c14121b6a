/** The JSON header of a safetensors file: what it may say, and every check of it. */

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
    fail(`header is no JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isObject(json)) return fail(`header is ${JSON.stringify(json)}, expected a JSON object`);
  checkNamesOnce(text, fail);

  const { __metadata__: metadata = {}, ...entries } = json;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== "string")) {
    return fail(`__metadata__ is ${JSON.stringify(metadata)}, expected an object of strings`);
  }
  const infos = Object.entries(entries).map(([name, entry]) => {
    const info = checkEntry(entry, (message) => fail(`tensor "${name}": ${message}`));
    return [name, info] as const;
  }).sort(([, x], [, y]) => x.begin - y.begin || x.end - y.end);
  let end = 0;
  for (const [name, info] of infos) {
    if (info.begin !== end) fail(`tensor "${name}" begins at byte ${info.begin}, expected ${end}`);
    end = info.end;
  }
  if (end !== dataBytes) {
    fail(`${dataBytes} bytes of numbers, expected ${end} by the header; fetch the file again`);
  }
  return { metadata: metadata as Record<string, string>, tensors: new Map(infos) };
}

/** Checks one header entry by itself. */
function checkEntry(entry: unknown, fail: (message: string) => never): TensorInfo {
  if (!isObject(entry)) return fail(`${JSON.stringify(entry)}, expected an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (typeof dtype !== "string" || !Object.hasOwn(BYTES, dtype)) {
    return fail(`dtype ${JSON.stringify(dtype)}, expected one of ${Object.keys(BYTES).join(", ")}`);
  }
  if (!isCounts(shape)) {
    return fail(`shape ${JSON.stringify(shape)}, expected whole numbers of at least 0`);
  }
  if (!isCounts(offsets) || offsets.length !== 2) {
    return fail(`data_offsets ${JSON.stringify(offsets)}, expected [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, n) => product * n, BYTES[dtype as Dtype]);
  if (end - begin !== bytes) {
    return fail(`${end - begin} bytes, expected ${bytes} for ${dtype} of shape [${shape}]`);
  }
  return { dtype: dtype as Dtype, shape, begin, end };
}

/** Refuses a name used twice, of which JSON.parse would silently keep the last. */
function checkNamesOnce(text: string, fail: (message: string) => never): void {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (depth === 1) { // every value at this depth is an object, so a string is a name
      const name = JSON.parse(token) as string;
      if (seen.has(name)) fail(`tensor "${name}" is listed twice, expected once`);
      seen.add(name);
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
