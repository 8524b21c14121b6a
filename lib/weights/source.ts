/** The tensors of one network, from one file or from shards, under the names this project knows. */
import { basename, join } from "@std/path";
import { type TensorInfo } from "./header.ts";
import { knownAs, type Part } from "./names.ts";
import { shown } from "./plain_json.ts";
import { type Piece, SafetensorsFile } from "./safetensors.ts";
import type { TensorFiles } from "./tensor_files.ts";

/** Where a tensor is stored, and under which name. */
interface Stored {
  readonly file: SafetensorsFile;
  readonly stored: string;
  readonly info: TensorInfo;
  /** Published layout, after {@link knownAs}. */
  readonly shape: readonly number[];
}

/** Open files and what they hold; close it with `using`. */
export class TensorSource implements Disposable {
  /** The folder or file, for messages. */
  readonly where: string;
  readonly tensors: ReadonlyMap<string, Stored>;
  readonly #files: readonly SafetensorsFile[];

  private constructor(
    where: string,
    tensors: ReadonlyMap<string, Stored>,
    files: readonly SafetensorsFile[],
  ) {
    [this.where, this.tensors, this.#files] = [where, tensors, files];
  }

  /**
   * Opens the files of a network.
   *
   * Throws like {@link SafetensorsFile.open}, on a tensor that two files hold, and where shards and
   * their index disagree.
   */
  static async open(
    { where, files, index }: TensorFiles,
    part?: Part,
  ): Promise<TensorSource> {
    const open: SafetensorsFile[] = [];
    try {
      for (const path of files) open.push(await SafetensorsFile.open(path));
      if (index) checkIndex(index, open);
      return new TensorSource(where, collect(open, part), open);
    } catch (error) {
      for (const file of open) file.close();
      throw error;
    }
  }

  /** Name → shape in published layout. */
  shapes(): Map<string, readonly number[]> {
    return new Map([...this.tensors].map(([name, { shape }]) => [name, shape]));
  }

  /** The numbers of a tensor in published order, in pieces; see {@link SafetensorsFile.pieces}. */
  pieces(name: string, most?: number): AsyncGenerator<Piece> {
    const { file, stored } = this.stored(name);
    return file.pieces(stored, most);
  }

  /** Where a tensor is stored; throws where there is none of that name. */
  stored(name: string): Stored {
    const found = this.tensors.get(name);
    if (found) return found;
    throw new Error(`${this.where}: expected a tensor ${shown(name)}, found none`);
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) file.close();
  }
}

/** All tensors of the files by known name. */
function collect(files: readonly SafetensorsFile[], part?: Part): Map<string, Stored> {
  const tensors = new Map<string, Stored>();
  for (const file of files) {
    for (const [stored, info] of file.header.tensors) {
      const { shape: found } = info;
      const known = knownAs(part, stored, found);
      if (known === undefined) continue;
      const { name, shape } = known, other = tensors.get(name);
      if (other) {
        throw new Error(
          `${file.path}: tensor ${shown(stored)} is there already` +
            `, as ${shown(other.stored)} in ${basename(other.file.path)}; expected it once`,
        );
      }
      tensors.set(name, { file, stored, info, shape });
    }
  }
  return tensors;
}

/** Checks that every shard holds the tensors that the index promises and no others. */
function checkIndex(
  { path, shards }: NonNullable<TensorFiles["index"]>,
  files: readonly SafetensorsFile[],
): void {
  for (const file of files) {
    const promised = shards.get(basename(file.path)) ?? new Set();
    for (const name of promised) {
      if (!file.header.tensors.has(name)) {
        throw new Error(`${path}: tensor ${shown(name)} is expected in ${file.path}, found none`);
      }
    }
    for (const name of file.header.tensors.keys()) {
      if (promised.has(name)) continue;
      throw new Error(`${file.path}: tensor ${shown(name)} is not listed in ${join(path)}`);
    }
  }
}
