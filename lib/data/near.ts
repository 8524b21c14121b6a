/** Files by names that are nearly theirs: other case, "\\" for "/", composed or decomposed letters. */

const plain = (path: string) =>
  path.replaceAll("\\", "/").replace(/^(\.\/)+/, "").normalize("NFC").toLowerCase();

/** Finds the one file that a name means; made once for a folder. */
export class NearFiles {
  readonly #files: ReadonlySet<string>;
  readonly #byPlain = new Map<string, string[]>();

  constructor(files: ReadonlySet<string>) {
    this.#files = files;
    for (const file of files) {
      const key = plain(file);
      this.#byPlain.set(key, [...this.#byPlain.get(key) ?? [], file]);
    }
  }

  /** The file of this name, or the only one whose name is nearly so. */
  find(path: string): string | undefined {
    if (this.#files.has(path)) return path;
    const near = this.#byPlain.get(plain(path)) ?? [];
    return near.length === 1 ? near[0] : undefined;
  }

  /** A file of the same name in another folder, for a message. */
  elsewhere(path: string): string | undefined {
    const name = plain(path).split("/").at(-1);
    for (const [key, files] of this.#byPlain) if (key.split("/").at(-1) === name) return files[0];
    return undefined;
  }
}
