/**
 * WebDataset: tar shards in which the files of one sample follow each other and share their name up to
 * the first dot of the last part, the key: `000123.jpg`, `000123.txt`, `000123.json`. Source:
 * github.com/webdataset/webdataset, format specification.
 */
import { join } from "@std/path";
import type { PictureSource } from "../picture.ts";
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
import { tarEntries, type TarEntry } from "./tar_index.ts";

/** Tar shards of the WebDataset layout. */
export const webdataset: Format = {
  name: "webdataset",
  layout: "tar shards (*.tar) of samples KEY.jpg with KEY.txt or KEY.json",
  strict: true,
  kind: "pictures",
  detect: (files) => [...files].some((path) => path.endsWith(".tar")),
  async *read(folder, files, columns) {
    const shards = [...files].filter((path) => path.endsWith(".tar")).sort();
    if (shards.length === 0) throw new Error(`${folder}: expected tar shards, found none`);
    let position = 0, pictures = 0;
    for (const shard of shards) {
      const path = join(folder, shard);
      for (const sample of samples(path)) {
        const row = rowOf(path, shard, sample, position++, columns);
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

function* samples(path: string): Generator<Sample> {
  let key: string | undefined, files = new Map<string, TarEntry>();
  for (const entry of tarEntries(path)) {
    const match = /^((?:.*\/)?[^./][^./]*)\.([^/]*)$/.exec(entry.name);
    if (!match) continue; // a file without a key, such as a note on the licence
    const [, own, rest] = match as unknown as [string, string, string];
    if (key !== undefined && own !== key) {
      yield { key, files };
      files = new Map();
    }
    key = own;
    files.set(rest.toLowerCase(), entry);
  }
  if (key !== undefined) yield { key, files };
}

function rowOf(
  path: string,
  shard: string,
  { key, files }: Sample,
  position: number,
  { caption, product: productColumn = "product" }: Columns,
): Row {
  const where = `${path}:${key}`, found = [...files.keys()].join(", ");
  // "seg.png" is a picture too, but not the one that the caption is of.
  const pictures = [...files].filter(([extension]) => isPicture(`x.${extension}`));
  const image = (pictures.find(([extension]) => !extension.includes(".")) ?? pictures[0])?.[1];
  if (!image) return problem(where, "no picture", `expected ${key}.jpg, found only .${found}`);
  let fields: Record<string, unknown> = {};
  const json = files.get("json");
  if (json) {
    const raw = new TextDecoder().decode(readPart(path, json.offset, json.size));
    try {
      fields = JSON.parse(raw) as Record<string, unknown>;
    } catch (error) {
      const reason = `expected a JSON object, found "${shortened(raw)}" (${
        (error as Error).message
      })`;
      return problem(where, "malformed json", reason);
    }
  }
  const text = files.get("txt");
  const words = text && caption === undefined
    ? new TextDecoder().decode(readPart(path, text.offset, text.size))
    : fields[caption ?? ["caption", "text", "captions"].find((name) => name in fields) ?? ""];
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
  const { [productColumn]: product, split, ...others } = fields;
  return {
    id: `${shard}/${key}`,
    image: tarPicture(path, image, position),
    captions,
    product: textOf(product),
    split: textOf(split),
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
