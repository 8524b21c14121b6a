import { basename, join } from "@std/path";
import {
  knownAs,
  parsePython,
  type Part,
  type RawTensor,
  readSafetensors,
} from "../../weights/mod.ts";

/** One folder of reference values; what it does not have is empty. */
export interface Reference {
  readonly name: string;
  readonly folder: string;
  /** config.json, as the reference's library wrote it. */
  readonly config: Record<string, unknown> | undefined;
  /** io.json: scalars and settings. */
  readonly json: Record<string, unknown>;
  /** weights.safetensors, in published layout under published names. */
  readonly weights: Map<string, RawTensor>;
  /** io.safetensors: inputs and expected outputs; pictures [n, c, h, w]. */
  readonly io: Map<string, RawTensor>;
  /** Every other JSON file, by name without its ending. */
  readonly others: Record<string, unknown>;
}

/** Files of a case; anything else in a folder, such as a README, is passed over. */
const known = new Set(["config.json", "io.json", "weights.safetensors", "io.safetensors"]);

/** Whether a folder itself holds reference values, and is no folder of such folders. */
export async function isReference(folder: string): Promise<boolean> {
  let json = false, folders = false;
  for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
    if (isFile && known.has(name)) return true;
    json ||= isFile && name.endsWith(".json");
    folders ||= isDirectory && !name.startsWith(".");
  }
  return json && !folders;
}

/** Reads a folder of reference values; throws where a file is damaged. */
export async function readReference(folder: string): Promise<Reference> {
  const files: string[] = [];
  for await (const { name, isFile } of Deno.readDir(folder)) if (isFile) files.push(name);
  const json = async (file: string): Promise<unknown> => {
    const text = await Deno.readTextFile(join(folder, file));
    try {
      return parsePython(text);
    } catch (error) {
      throw new Error(`${file} is no JSON: ${error instanceof Error ? error.message : error}`);
    }
  };
  const object = async (file: string): Promise<Record<string, unknown> | undefined> => {
    if (!files.includes(file)) return undefined;
    const value = await json(file);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
    throw new Error(`${file}: expected a JSON object, found ${JSON.stringify(value).slice(0, 40)}`);
  };
  const tensors = async (file: string): Promise<Map<string, RawTensor>> =>
    files.includes(file) ? await readSafetensors(join(folder, file)) : new Map();
  const rest = files.filter((file) => file.endsWith(".json") && !known.has(file)).sort();
  const others: Record<string, unknown> = {};
  for (const file of rest) others[basename(file, ".json")] = await json(file);
  return {
    name: basename(folder),
    folder,
    config: await object("config.json"),
    json: await object("io.json") ?? {},
    weights: await tensors("weights.safetensors"),
    io: await tensors("io.safetensors"),
    others,
  };
}

/** Throws an error that names every tensor of io.safetensors that is missing or not expected. */
export function expectTensors({ io }: Reference, expected: readonly string[]): void {
  const wanted = new Set(expected);
  const missing = expected.filter((name) => !io.has(name));
  const additional = [...io.keys()].filter((name) => !wanted.has(name));
  if (missing.length === 0 && additional.length === 0) return;
  const list = (names: string[]) =>
    names.slice(0, 8).map((name) => `"${name}"`).join(", ") + (names.length > 8 ? ", …" : "");
  const parts = [
    ...(missing.length > 0 ? [`${missing.length} missing: ${list(missing)}`] : []),
    ...(additional.length > 0 ? [`${additional.length} not expected: ${list(additional)}`] : []),
  ];
  throw new Error(`io.safetensors does not hold what this case needs, ${parts.join("; ")}`);
}

/** The weights under the names this project knows, where older files have others. */
export function weightsOf({ weights }: Reference, part: Part): Map<string, RawTensor> {
  return new Map([...weights].flatMap(([stored, tensor]) => {
    const known = knownAs(part, stored, tensor.shape);
    return known ? [[known.name, { ...tensor, shape: known.shape }]] : [];
  }));
}

/** Tensors of a file by name. */
export type Tensors = ReadonlyMap<string, RawTensor>;

/** A tensor by name; throws where there is none. */
export function tensorOf(tensors: Tensors, name: string): RawTensor {
  const tensor = tensors.get(name);
  if (tensor) return tensor;
  throw new Error(`there is no tensor "${name}", found ${[...tensors.keys()].join(", ")}`);
}

/**
 * A tensor in a shape, of which `undefined` is any size; throws an error that names the shapes found
 * and expected.
 */
export function shaped(
  tensors: Tensors,
  name: string,
  shape: readonly (number | undefined)[],
): RawTensor {
  const tensor = tensorOf(tensors, name), found = tensor.shape;
  const fits = found.length === shape.length &&
    found.every((size, i) => shape[i] === undefined || shape[i] === size);
  if (fits) return tensor;
  const wanted = shape.map((size) => size ?? "any").join(", ");
  throw new Error(`"${name}" has shape [${found.join(", ")}], expected [${wanted}]`);
}
