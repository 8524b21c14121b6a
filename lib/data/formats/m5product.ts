/**
 * M5Product: `meta_info` records with item_id, caption, image, video, audio, tabular and label, as a
 * JSON array, an object by item id, or one record a line; pictures at the path that a record names, in
 * `images/` or beside the file.
 *
 * Source: the data set's documentation page (Data Annotation, meta_info). INFERRED: the files around
 * the documented record, since the set is given out under a signed licence only.
 */
import { join } from "@std/path";
import { z } from "zod";
import { filePicture } from "../picture.ts";
import { attributesOf, type Format, problem, type Row, shortened } from "./format.ts";
import { readText } from "../text.ts";

const META = /^meta_info[^/]*\.jsonl?$/;

const record = z.looseObject({
  item_id: z.union([z.string().min(1), z.number()]).transform(String),
  caption: z.string().trim().min(1),
  image: z.string().min(1).optional(),
  tabular: z.record(z.string(), z.unknown()).optional(),
  label: z.unknown().optional(),
});

/** M5Product's meta_info beside its pictures. */
export const m5product: Format = {
  name: "m5product",
  layout: "meta_info.json(l) with item_id, caption and image, beside the pictures it names",
  strict: false,
  kind: "photographs",
  licence: "signed licence, researchers only, no redistribution",
  detect: (files) => [...files].some((path) => META.test(path)),
  async *read(folder, files) {
    const lists = [...files].filter((path) => META.test(path)).sort();
    if (lists.length === 0) {
      throw new Error(`${folder}: expected meta_info.json or meta_info.jsonl, found no such file`);
    }
    for (const list of lists) {
      const path = join(folder, list);
      for (const [i, value] of values(path, await readText(path)).entries()) {
        yield rowOf(folder, files, `${path}:${i + 1}`, value);
      }
    }
  },
};

/** The records of a file, whichever way they are listed. */
function values(path: string, content: string): unknown[] {
  let whole: unknown;
  try {
    whole = JSON.parse(content);
  } catch (error) {
    const lines = content.split(/\r?\n/).filter((line) => line.trim() !== "");
    const parsed = lines.map(parsedLine);
    if (parsed.every((value) => typeof value === "string")) {
      throw new Error(
        `${path}: expected JSON records with item_id and caption (${(error as Error).message})`,
        { cause: error },
      );
    }
    return parsed;
  }
  const inside = (whole as { meta_info?: unknown } | null)?.meta_info ?? whole;
  if (Array.isArray(inside)) return inside;
  if (typeof inside === "object" && inside !== null) {
    if ("item_id" in inside) return [inside];
    return Object.entries(inside).map(([item_id, value]) => ({ item_id, ...value as object }));
  }
  throw new Error(
    `${path}: expected records with item_id and caption, found ${shortened(content)}`,
  );
}

/** A line's value, or the line itself where it is no JSON. */
function parsedLine(line: string): unknown {
  try {
    const value = JSON.parse(line) as { meta_info?: unknown } | null;
    return value?.meta_info ?? value;
  } catch {
    return line;
  }
}

function rowOf(folder: string, files: ReadonlySet<string>, where: string, value: unknown): Row {
  const parsed = record.safeParse(value);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]!.path[0] ?? "record");
    const found = shortened(JSON.stringify(value) ?? "nothing");
    return problem(where, `bad ${field}`, `expected item_id and caption, found ${found}`);
  }
  const { item_id, caption, image = `${item_id}.jpg`, tabular = {}, label } = parsed.data;
  const tried = [image, `images/${image}`, `images/${item_id}.jpg`];
  const picture = tried.find((path) => files.has(path));
  if (picture === undefined) {
    return problem(where, "no picture", `expected ${tried.join(" or ")}, found no such file`);
  }
  return {
    id: picture,
    image: filePicture(join(folder, picture)),
    captions: [caption],
    product: item_id,
    attributes: attributesOf({ ...tabular, ...(label === undefined ? {} : { label }) }),
    where,
  };
}
