/** Which files of a hub folder hold a network's tensors. */
import { basename, join } from "@std/path";
import { checkPlain, shown } from "./plain_json.ts";
import { isObject } from "./header.ts";

/** The files of one network. */
export interface TensorFiles {
  /** The folder or file, for messages. */
  readonly where: string;
  readonly files: readonly string[];
  /** What the index of a sharded network promises: file name → names of its tensors. */
  readonly index?: { readonly path: string; readonly shards: ReadonlyMap<string, Set<string>> };
}

/** Why files of other kinds are refused. */
export const PICKLE = /\.(bin|ckpt|pt|pth|pkl|pickle)$/;
const WHY = "reading it would run whatever code its pickle holds. Expected safetensors: most " +
  "repositories have them too, and `safetensors.torch.save_file` in Python makes them";

/** Throws where a file is a pickle, with the reason. */
export function refusePickle(path: string): void {
  if (PICKLE.test(path)) throw new Error(`${path} is a pickle file and is not read: ${WHY}`);
}

/** A single file as the tensors of a network. */
export function oneFile(path: string): TensorFiles {
  refusePickle(path);
  return { where: path, files: [path] };
}

/**
 * The files of a network in a folder, `<stem>.safetensors` or shards with an index.
 *
 * `variant` (such as "fp16") chooses among variants; without it the plain file counts, or the only
 * variant there is. Throws where there are several or none to choose, and names a pickle's reason.
 */
export async function tensorFiles(
  folder: string,
  stem: "model" | "diffusion_pytorch_model",
  variant?: string,
): Promise<TensorFiles> {
  const names = await namesIn(folder);
  const name = chooseFile(folder, names, stem, variant);
  const path = join(folder, name);
  if (!name.endsWith(".json")) return { where: path, files: [path] };
  const shards = parseIndex(await Deno.readTextFile(path), path);
  const files = [...shards.keys()].sort();
  for (const file of files) {
    if (names.includes(file)) continue;
    throw new Error(`${path}: shard ${shown(file)} is not in ${folder}; fetch it too`);
  }
  return { where: folder, files: files.map((file) => join(folder, file)), index: { path, shards } };
}

/**
 * The file among `names`, all that a folder holds, in which a network's tensors or their index are.
 *
 * Throws like {@link tensorFiles}.
 */
export function chooseFile(
  folder: string,
  names: readonly string[],
  stem: "model" | "diffusion_pytorch_model",
  variant?: string,
): string {
  const found = new Map<string, string>();
  for (const name of names) {
    const of = variantOf(name, stem);
    if (of === undefined) continue;
    // A whole file and an index would be two answers; the index is that of a partial download.
    if (!found.has(of) || name.endsWith(".safetensors")) found.set(of, name);
  }
  const wanted = variant ?? (found.has("") ? "" : found.size === 1 ? [...found.keys()][0] : "");
  const name = found.get(wanted ?? "");
  if (name === undefined) throw nothing(folder, stem, variant, names, [...found.keys()]);
  return name;
}

/** The variant of a file's name, "" for the plain one, nothing where it is another file. */
function variantOf(name: string, stem: string): string | undefined {
  const index = /^(.+?)(?:\.([A-Za-z0-9_]+))?\.safetensors\.index(?:\.([A-Za-z0-9_]+))?\.json$/
    .exec(name);
  if (index) return index[1] === stem ? index[2] ?? index[3] ?? "" : undefined;
  const whole = /^(.+?)(?:\.([A-Za-z0-9_]+))?\.safetensors$/.exec(name);
  return whole?.[1] === stem ? whole[2] ?? "" : undefined;
}

/** The shards among `names` that belong to an index. */
export function shardsOf(index: string, names: readonly string[], stem: string): string[] {
  const variant = variantOf(index, stem);
  return names.filter((name) => {
    const shard = /^(.+?)(?:\.([A-Za-z0-9_]+))?-\d{5}-of-\d{5}(?:\.([A-Za-z0-9_]+))?\.safetensors$/
      .exec(name);
    return shard?.[1] === stem && (shard[2] ?? shard[3] ?? "") === variant;
  });
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const names: string[] = [];
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory) names.push(name);
    }
    return names.sort();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
    throw new Error(`${folder}: no such folder; expected a network's config.json and safetensors`);
  }
}

function nothing(
  folder: string,
  stem: string,
  variant: string | undefined,
  names: readonly string[],
  variants: readonly string[],
): Error {
  const file = variant ? `${stem}.${variant}.safetensors` : `${stem}.safetensors`;
  if (variants.length > 0) {
    const there = variants.map((v) => v === "" ? "the plain one" : `"${v}"`).join(", ");
    return new Error(`${folder}: expected ${file}, found other variants: ${there}; choose one`);
  }
  const pickle = names.find((name) => PICKLE.test(name));
  return new Error(
    `${folder}: expected ${file} or an index of its shards, found ` +
      (pickle ? `${pickle}, a pickle file, which is not read: ${WHY}` : names.join(", ") || "none"),
  );
}

/**
 * Reads the index of a sharded network; → file name → names of its tensors.
 *
 * Throws an Error that names what is wrong: no JSON, no `weight_map`, a name listed twice, a shard
 * outside the folder or of another kind.
 */
export function parseIndex(text: string, path: string): Map<string, Set<string>> {
  const fail = (message: string): never => {
    throw new Error(`${path}: ${message}`);
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    fail(`the index is no JSON: ${shown((error as Error).message)}`);
  }
  const map = isObject(json) ? json.weight_map : undefined;
  if (!isObject(map)) return fail(`weight_map is ${shown(map)}, expected tensor names and files`);
  checkPlain(text, fail);
  const shards = new Map<string, Set<string>>();
  for (const [name, file] of Object.entries(map)) {
    if (
      typeof file !== "string" || file !== basename(file) || !/^[^\\\0]+\.safetensors$/.test(file)
    ) {
      return fail(
        `tensor ${shown(name)} is said to be in ${
          shown(file)
        }, expected a .safetensors file beside it`,
      );
    }
    const names = shards.get(file) ?? new Set();
    shards.set(file, names.add(name));
  }
  if (shards.size === 0) fail("weight_map is empty, expected tensor names and files");
  return shards;
}
