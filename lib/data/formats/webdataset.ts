/**
 * WebDataset: tar shards in which the files of one sample follow each other and share their name up to
 * the first dot of the last part, the key: `000123.jpg`, `000123.txt`, `000123.json`. Source:
 * github.com/webdataset/webdataset, format specification.
 */
import { join } from "@std/path";
import type { PictureSource } from "../picture.ts";
import { splitOf } from "../record.ts";
import { decodeText, NotText } from "../text.ts";
import {
  attributesOf,
  type Columns,
  type Format,
  isPicture,
  problem,
  type Row,
  shortened,
} from "./format.ts";
import { readPart } from "./read_at.ts";
import { unpacked } from "./unpacked.ts";
import { tarEntries, type TarEntry } from "./tar_index.ts";

/** Files that are shards. */
const SHARD = /\.(tar|tar\.gz|tgz)$/;

/** Tar shards of the WebDataset layout. */
export const webdataset: Format = {
  name: "webdataset",
  layout: "tar shards (*.tar, *.tar.gz) of samples KEY.jpg with KEY.txt or KEY.json",
  strict: true,
  kind: "pictures",
  detect: (files) => [...files].some((path) => SHARD.test(path)),
  async *read(folder, files, columns) {
    const shards = [...files].filter((path) => SHARD.test(path)).sort();
    if (shards.length === 0) throw new Error(`${folder}: expected tar shards, found none`);
    const splits = new Set(shards.map(shardSplit));
    let position = 0, pictures = 0;
    for (const shard of shards) {
      const own = join(folder, shard), path = own.endsWith(".tar") ? own : await unpacked(own);
      for (const sample of samples(path)) {
        const named = splits.size > 1 && !splits.has(undefined) ? shardSplit(shard) : undefined;
        const row = rowOf(path, own, shard, sample, position++, columns, named);
        if ("image" in row) pictures++;
        yield row;
      }
    }
    if (position > 0 && pictures === 0) {
      throw new Error(
        `${folder}: expected samples with a picture and a caption in its tar shards, found ` +
          `${position} samples and not one of both`,
      );
    }
  },
};

/** The files of one sample by the rest of their name, e.g. "jpg". */
interface Sample {
  readonly key: string;
  readonly files: ReadonlyMap<string, TarEntry>;
}

/**
 * The samples of a shard in the order of their first files, which need not follow each other.
 *
 * A key ends at the first dot of the name, as the format says; where no sample has picture and caption
 * so, as with `22.05.jpg` beside `22.05.txt`, at the last.
 */
function samples(path: string): Sample[] {
  const entries = [...tarEntries(path)];
  const upTo = (pattern: RegExp): Sample[] => {
    const found = new Map<string, Map<string, TarEntry>>();
    for (const entry of entries) {
      const match = pattern.exec(entry.name);
      if (!match) continue; // a file without a key, such as a note on the licence
      const [, key, rest] = match as unknown as [string, string, string];
      const files = found.get(key) ?? new Map<string, TarEntry>();
      found.set(key, files.set(rest.toLowerCase(), entry));
    }
    return [...found].map(([key, files]) => ({ key, files }));
  };
  const byFirst = upTo(/^((?:.*\/)?[^./][^./]*)\.([^/]*)$/);
  if (byFirst.some(isWhole)) return byFirst;
  const byLast = upTo(/^((?:.*\/)?[^/]+)\.([^./]*)$/);
  return byLast.some(isWhole) ? byLast : byFirst;
}

/** Whether a sample has a picture and a caption. */
function isWhole({ files }: Sample): boolean {
  return (files.has("txt") || files.has("json")) &&
    [...files.keys()].some((ending) => isPicture(`x.${ending}`));
}

/** The split that a shard's folder or name tells, such as `train/00000.tar` or `val-0001.tar`. */
function shardSplit(shard: string): string | undefined {
  const words = shard.replace(SHARD, "").split(/[/_.-]/).map(splitOf);
  return words.find((split) => split !== undefined);
}

/** A row of a sample in the archive at `path`, which was unpacked where `own`, the user's, is compressed. */
function rowOf(
  path: string,
  own: string,
  shard: string,
  { key, files }: Sample,
  position: number,
  { caption, product: productColumn = "product", split: splitColumn = "split" }: Columns,
  named: string | undefined,
): Row {
  const where = `${own}:${key}`, found = [...files.keys()].join(", ");
  // "seg.png" is a picture too, but not the one that the caption is of.
  const pictures = [...files].filter(([extension]) => isPicture(`x.${extension}`));
  const image = (pictures.find(([extension]) => !extension.includes(".")) ?? pictures[0])?.[1];
  if (!image) return problem(where, "no picture", `expected ${key}.jpg, found only .${found}`);
  let fields: Record<string, unknown> = {};
  const json = files.get("json");
  if (json) {
    try {
      const raw = decodeText(readPart(path, json.offset, json.size)), value = JSON.parse(raw);
      if (typeof value !== "object" || value === null || Array.isArray(value)) {
        const reason = `expected a JSON object, found "${shortened(raw)}"`;
        return problem(where, "malformed json", reason);
      }
      fields = value as Record<string, unknown>;
    } catch (error) {
      return problem(where, "malformed json", `${key}.json: ${(error as Error).message}`);
    }
  }
  const text = files.get("txt");
  let words: unknown;
  try {
    words = text && caption === undefined
      ? decodeText(readPart(path, text.offset, text.size))
      : fields[caption ?? ["caption", "text", "captions"].find((name) => name in fields) ?? ""];
  } catch (error) {
    if (!(error instanceof NotText)) throw error;
    return problem(where, "not text", `${key}.txt: ${error.message}`);
  }
  const captions = (Array.isArray(words) ? words : [words])
    .filter((one): one is string => typeof one === "string" && one.trim() !== "")
    .map((one) => one.trim());
  if (captions.length === 0) {
    return problem(
      where,
      "no caption",
      `expected ${key}.txt or a caption in ${key}.json, found none`,
    );
  }
  const { [productColumn]: product, [splitColumn]: split, ...others } = fields;
  return {
    id: `${shard}/${key}`,
    image: tarPicture(path, image, position),
    captions,
    product: textOf(product),
    split: textOf(split) ?? named,
    attributes: attributesOf(others),
    where,
  };
}

const textOf = (value: unknown) =>
  value === undefined || value === null || value === "" ? undefined : String(value);

/** A picture inside a tar archive. */
export function tarPicture(path: string, entry: TarEntry, position: number): PictureSource {
  return {
    name: `${path}:${entry.name}`,
    bytes: () => Promise.resolve().then(() => readPart(path, entry.offset, entry.size)),
    position,
  };
}
