/**
 * Parquet files with embedded pictures, as Hugging Face `datasets` writes them: an image column is a
 * structure of `bytes` and `path`. The split stands in the file's name, e.g.
 * `data/train-00000-of-00002-6cff4c59f91661c3.parquet`.
 */
import { dirname, join } from "@std/path";
import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import type { PictureSource } from "../picture.ts";
import { checkPages } from "./parquet_pages.ts";
import { productOf } from "./deepfashion_names.ts";
import { attributesOf, type Columns, type Format, genderOf, problem, type Row } from "./format.ts";

/** Columns that hold a caption or a product in the sets that are known, in order of preference. */
const CAPTION = ["text", "caption", "captions", "productDisplayName", "description", "title"];
const PRODUCT = ["product", "product_id", "item_ID", "item_id", "article_id"];
const IMAGE = ["image", "img", "picture", "photo", "jpg", "image_bytes", "file_name", "image_path"];
const SPLIT = ["split"];

/** Parquet files with embedded pictures. */
export const parquet: Format = {
  name: "parquet",
  layout: "*.parquet with an image column (bytes, path) and a caption column",
  strict: true,
  kind: "pictures",
  detect: (files) => [...files].some((path) => path.endsWith(".parquet")),
  async columns(folder, files, columns) {
    const [first] = [...files].filter((path) => path.endsWith(".parquet")).sort();
    if (first === undefined) return "";
    const chosen = (await ParquetFile.open(join(folder, first))).choose(columns);
    return (["image", "caption", "product", "split"] as const).map((what) =>
      `${what} from ${chosen[what] === undefined ? "no column" : `"${chosen[what]}"`}`
    ).join(", ");
  },
  async *read(folder, files, columns) {
    const parts = [...files].filter((path) => path.endsWith(".parquet")).sort();
    if (parts.length === 0) throw new Error(`${folder}: expected *.parquet, found none`);
    let position = 0;
    for (const part of parts) {
      const file = await ParquetFile.open(join(folder, part));
      const split = splitOf(part, parts), chosen = file.choose(columns);
      for (let row = 0; row < file.rows;) {
        const group = await file.groupOf(row, chosen.others);
        for (const fields of group.values) {
          const source = file.picture(chosen.image, row, position++);
          yield rowOf(`${part}:${row}`, `${file.path}:${row}`, fields, source, split, chosen);
          row++;
        }
      }
    }
  },
};

/** The split in a file's name, where the files have several. */
function splitOf(part: string, parts: readonly string[]): string | undefined {
  const named = (path: string) =>
    /(?:^|\/)(train|validation|valid|val|dev|test)\b[^/]*\.parquet$/.exec(path)?.[1] ??
      /(?:^|\/)(train|validation|test)\/[^/]*\.parquet$/.exec(path)?.[1];
  const all = new Set(parts.map(named));
  const own = named(part);
  if (own === undefined || all.has(undefined) || all.size < 2) return undefined;
  return /^(val|valid|dev)$/.test(own) ? "validation" : own;
}

/** Which columns are read for what. */
interface Chosen {
  readonly image: string;
  readonly caption: string;
  readonly product: string | undefined;
  readonly split: string | undefined;
  /** All but pictures and what else is binary. */
  readonly others: string[];
}

/** A row group without its pictures. */
interface Group {
  readonly start: number;
  readonly values: Record<string, unknown>[];
}

/** An open parquet file; keeps the pictures of the row group read last. */
class ParquetFile {
  readonly path: string;
  readonly rows: number;
  readonly #file: Awaited<ReturnType<typeof asyncBufferFromFile>>;
  readonly #metadata: FileMetaData;
  readonly #columns: readonly Column[];
  #pictures: { key: string; values: Promise<Record<string, unknown>[]> } | undefined;

  private constructor(
    path: string,
    file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
    metadata: FileMetaData,
  ) {
    [this.path, this.#file, this.#metadata] = [path, file, metadata];
    this.rows = Number(metadata.num_rows);
    this.#columns = columnsOf(metadata.schema);
    const grouped = metadata.row_groups.reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
    if (grouped !== this.rows || !(this.rows <= file.byteLength)) {
      throw new Error(
        `its row groups have ${grouped} rows, expected ${this.rows} in ${file.byteLength} bytes`,
      );
    }
  }

  static async open(path: string): Promise<ParquetFile> {
    try {
      const file = await asyncBufferFromFile(path);
      return new ParquetFile(path, file, await parquetMetadataAsync(file));
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  /** The columns to read; throws an error that lists those there are. */
  choose(columns: Columns): Chosen {
    const top = this.#columns;
    const all = top.map(({ name }) => name);
    const lacking = (what: string, tried: readonly string[]) =>
      new Error(
        `${this.path}: expected ${what} (${tried.join(", ")}), found the columns ` +
          `${all.join(", ")}; name it with #image=COLUMN, #caption=COLUMN or #product=COLUMN`,
      );
    const one = (wanted: string | undefined, candidates: readonly string[], what: string) => {
      if (wanted === undefined) return candidates.find((name) => all.includes(name));
      if (all.includes(wanted)) return wanted;
      throw lacking(what, [wanted]);
    };
    const pictures = top.filter(({ children, binary }) => binary || children.includes("bytes"));
    // Of several pictures the conventional name, not a mask or a condition that happens to come first.
    const byName = IMAGE.filter((name) => pictures.some((picture) => picture.name === name));
    const paths = IMAGE.filter((name) => all.includes(name));
    const candidates = [...byName, ...pictures.map(({ name }) => name), ...paths];
    const image = one(columns.image, candidates, "an image column");
    if (image === undefined) {
      throw lacking("an image column", ["a structure of bytes and path", "or a path"]);
    }
    const caption = one(columns.caption, CAPTION, "a caption column");
    if (caption === undefined) throw lacking("a caption column", CAPTION);
    return {
      image,
      caption,
      product: one(columns.product, PRODUCT, "a product column"),
      split: one(columns.split, SPLIT, "a split column"),
      others: all.filter((name) => !pictures.some((picture) => picture.name === name)),
    };
  }

  /** First and last row of the row group that holds a row, and the group. */
  #bounds(row: number): { start: number; end: number; group: FileMetaData["row_groups"][number] } {
    let start = 0;
    for (const group of this.#metadata.row_groups) {
      const end = start + Number(group.num_rows);
      if (row < end) return { start, end, group };
      start = end;
    }
    throw new Error(`${this.path}: expected a row below ${this.rows}, found ${row}`);
  }

  /** Some columns of the row group of a row. */
  async #read(row: number, columns: string[]): Promise<Record<string, unknown>[]> {
    const { start, end, group } = this.#bounds(row);
    try {
      await checkPages(this.#file, group, columns);
      return await parquetReadObjects({
        file: this.#file,
        metadata: this.#metadata,
        columns,
        rowStart: start,
        rowEnd: end,
        compressors,
        utf8: false,
      });
    } catch (error) {
      throw unreadable(this.path, error);
    }
  }

  /** The row group of a row, without pictures. */
  async groupOf(row: number, columns: string[]): Promise<Group> {
    return { start: this.#bounds(row).start, values: await this.#read(row, columns) };
  }

  /** The picture of a row; its row group is read whole and kept until another one is asked for. */
  picture(column: string, row: number, position: number): PictureSource {
    return {
      name: `${this.path}:${row}`,
      position,
      bytes: async () => {
        const { start } = this.#bounds(row), key = `${column} ${start}`;
        if (this.#pictures?.key !== key) {
          this.#pictures = { key, values: this.#read(row, [column]) };
        }
        const value = (await this.#pictures.values)[row - start]?.[column];
        const { bytes, path } = value instanceof Uint8Array
          ? { bytes: value, path: undefined }
          : typeof value === "string"
          ? { bytes: undefined, path: value }
          : (value ?? {}) as { bytes?: unknown; path?: unknown };
        if (bytes instanceof Uint8Array) return bytes;
        const beside = typeof path === "string" ? besideOf(this.path, path) : undefined;
        if (beside !== undefined) return await Deno.readFile(beside);
        throw new Error(
          `expected the bytes of a picture in column "${column}", found ${
            typeof path === "string"
              ? `the path ${path} alone, and no such file beside the set`
              : "nothing"
          }; write the set with its pictures embedded`,
        );
      },
    };
  }
}

/** The file that a path of a row means, beside the parquet file or above it; never outside of the set. */
function besideOf(parquet: string, path: string): string | undefined {
  const inside = path.replaceAll("\\", "/");
  if (inside.startsWith("/") || inside.split("/").includes("..")) return undefined;
  for (const folder of [dirname(parquet), dirname(dirname(parquet))]) {
    const file = join(folder, inside);
    try {
      if (Deno.statSync(file).isFile) return file;
    } catch {
      // not there
    }
  }
  return undefined;
}

/** The complaint about a file whose bytes say no table. */
function unreadable(path: string, error: unknown): Error {
  return new Error(
    `${path}: expected a parquet file, found one that cannot be read ` +
      `(${(error as Error).message}); get it again`,
    { cause: error },
  );
}

/** A column of a table, or a structure of columns. */
interface Column {
  readonly name: string;
  readonly children: readonly string[];
  readonly binary: boolean;
}

/** The outermost columns of a schema; throws on one that contradicts itself. */
function columnsOf(schema: FileMetaData["schema"]): Column[] {
  const top: Column[] = [];
  for (let at = 1; at < schema.length;) {
    const element = schema[at]!, count = element.num_children ?? 0;
    const children = count === 0
      ? []
      : schema.slice(at + 1, at + 1 + count).map(({ name }) => name);
    const isText = element.converted_type === "UTF8" || element.logical_type?.type === "STRING";
    const binary = element.type === "BYTE_ARRAY" && !isText;
    top.push({ name: element.name, children, binary });
    at += 1 + descendants(schema, at);
  }
  return top;
}

/** How many elements of a schema lie below the one at `at`. */
function descendants(schema: FileMetaData["schema"], at: number): number {
  let open = schema[at]!.num_children ?? 0, next = at + 1;
  while (open > 0) {
    const element = schema[next++];
    if (element === undefined) throw new Error("its schema ends within a column");
    open += (element.num_children ?? 0) - 1;
  }
  return next - at - 1;
}

function rowOf(
  id: string,
  where: string,
  fields: Record<string, unknown>,
  image: PictureSource,
  split: string | undefined,
  chosen: Chosen,
): Row {
  const { [chosen.caption]: words, ...others } = fields;
  // The reader puts U+FFFD in place of what is no UTF-8.
  if ([words].flat().some((one) => typeof one === "string" && one.includes("\ufffd"))) {
    const reason =
      `"${chosen.caption}" holds bytes that are no UTF-8; write the set anew from text`;
    return problem(where, "not text", reason);
  }
  const captions = (Array.isArray(words) ? words : [words])
    .filter((one): one is string => typeof one === "string" && one.trim() !== "")
    .map((one) => one.trim());
  if (captions.length === 0) {
    return problem(where, "no caption", `expected a caption in "${chosen.caption}", found none`);
  }
  const own = chosen.split === undefined ? undefined : fields[chosen.split];
  const named = chosen.product === undefined ? undefined : fields[chosen.product];
  const product = named === undefined || named === null ? undefined : String(named);
  const gender = genderOf(fields.gender) ?? genderOf(fields.category1);
  return {
    id,
    image,
    captions,
    // Views of one garment share a product in DeepFashion's file names, which its copies keep.
    product: product && (productOf(product) ?? product),
    split: typeof own === "string" ? own : split,
    attributes: attributesOf({ ...others, ...(gender ? { gender } : {}) }),
    where,
  };
}
