/** What files of tensors hold, without reading their numbers. */
import { basename, dirname, join } from "@std/path";
import { type Tower, towerOf } from "../model/mod.ts";
import { knownAs, type Part } from "./names.ts";
import { PICKLE, refusePickle } from "./tensor_files.ts";
import { readSafetensorsHeader } from "./safetensors.ts";

/** One tensor of a file, under its stored name. */
export interface TensorLine {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly numbers: number;
}

/** What a file holds. */
export interface FileSummary {
  readonly path: string;
  readonly bytes: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly TensorLine[];
  /** Numbers of each type. */
  readonly byType: Readonly<Record<string, number>>;
  /** Numbers of each network; buffers that are no parameters are left out. */
  readonly byNetwork: Readonly<Partial<Record<Tower, number>>>;
}

/** Every safetensors file at a path: the file itself, or those of a folder and of folders in it. */
export async function safetensorsAt(path: string): Promise<string[]> {
  refusePickle(path);
  const { isDirectory } = await Deno.stat(path).catch(() => {
    throw new Error(`${path}: no such file or folder`);
  });
  if (!isDirectory) return [path];
  const files: string[] = [], pickles: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    for await (const entry of Deno.readDir(folder)) {
      const at = join(folder, entry.name);
      if (entry.name.endsWith(".safetensors")) files.push(at);
      else if (PICKLE.test(entry.name)) pickles.push(at);
      else if ((await Deno.stat(at)).isDirectory && depth > 0) await look(at, depth - 1);
    }
  };
  await look(path, 3);
  if (files.length === 0 && pickles[0] !== undefined) refusePickle(pickles[0]);
  if (files.length === 0) throw new Error(`${path}: expected .safetensors files, found none`);
  return files.sort();
}

/** The network that the folder of a file in a pipeline is for. */
export function partOf(path: string): Part | undefined {
  const parts: Record<string, Part> = { unet: "unet", vae: "vae", text_encoder: "text" };
  return parts[basename(dirname(path))];
}

/** Reads the header of a file; throws like {@link readSafetensorsHeader}. */
export async function summarise(path: string): Promise<FileSummary> {
  const { metadata, tensors } = await readSafetensorsHeader(path);
  const lines: TensorLine[] = [];
  const byType: Record<string, number> = {}, byNetwork: Partial<Record<Tower, number>> = {};
  for (const [name, { dtype, shape }] of tensors) {
    const numbers = shape.reduce((a, b) => a * b, 1);
    lines.push({ name, dtype, shape, numbers });
    byType[dtype] = (byType[dtype] ?? 0) + numbers;
    const known = knownAs(partOf(path), name, shape);
    if (known === undefined) continue;
    const tower = towerOf(known.name);
    byNetwork[tower] = (byNetwork[tower] ?? 0) + numbers;
  }
  const bytes = (await Deno.stat(path)).size;
  return { path, bytes, metadata, tensors: lines, byType, byNetwork };
}
