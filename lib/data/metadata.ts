/**
 * The lines of the imagefolder layout: pictures beside a `metadata.jsonl` that has one JSON object a
 * line, with `file_name` (relative to the folder), `text` (a caption or a list of them), `product` and
 * `split`; every other field becomes an attribute. Source: Hugging Face `datasets`, imagefolder.
 */
import { isAbsolute, join, relative, resolve } from "@std/path";
import { z } from "zod";
import { filePicture } from "./picture.ts";
import { type Problem, type ProductRecord, type Split, SPLITS } from "./record.ts";

export const METADATA = "metadata.jsonl";

const text = z.string().trim().min(1);
const line = z.looseObject({
  file_name: text,
  text: z.union([text.transform((caption) => [caption]), z.array(text).min(1)]),
  product: text,
  split: z.enum(SPLITS),
});

/** The good lines of `content` as records in the order of lines, and what is wrong with the others. */
export function parseMetadata(
  root: string,
  content: string,
): { records: ProductRecord[]; problems: Problem[] } {
  const records: ProductRecord[] = [], problems: Problem[] = [];
  const lineByFile = new Map<string, string>();
  const splitByProduct = new Map<string, { split: Split; where: string }>();
  for (const [i, raw] of content.replace(/^\uFEFF/, "").split(/\r?\n/).entries()) {
    if (raw.trim() === "") continue;
    const where = `${join(root, METADATA)}:${i + 1}`;
    const bad = (reason: string) => problems.push({ where, reason });
    const parsed = parseLine(raw);
    if (typeof parsed === "string") {
      bad(parsed);
      continue;
    }
    const { file_name: id, text: captions, product, split, ...others } = parsed;
    const path = resolve(root, id), inside = relative(root, path);
    const twin = lineByFile.get(path), first = splitByProduct.get(product);
    if (isAbsolute(id) || isAbsolute(inside) || inside.split(/[/\\]/)[0] === "..") {
      bad(`"file_name" is "${id}", expected a path inside ${root}`);
    } else if (twin !== undefined) {
      bad(`"file_name" "${id}" stands already at ${twin}, expected each picture once`);
    } else if (first !== undefined && first.split !== split) {
      bad(
        `"product" "${product}" is in "${split}" here and in "${first.split}" at ${first.where}, ` +
          "expected one split for each product (else the test is leaked)",
      );
    } else {
      lineByFile.set(path, where);
      if (first === undefined) splitByProduct.set(product, { split, where });
      const image = filePicture(path);
      records.push({ id, image, captions, product, split, attributes: attributes(others), where });
    }
  }
  return { records, problems };
}

/** A line's fields, or what is wrong with it. */
function parseLine(raw: string): z.infer<typeof line> | string {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    return `expected a JSON object, found "${shortened(raw)}" (${(error as Error).message})`;
  }
  const result = line.safeParse(value);
  if (result.success) return result.data;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return `expected a JSON object, found "${shortened(raw)}"`;
  }
  const field = String(result.error.issues[0]!.path[0]);
  const found = (value as Record<string, unknown>)[field];
  const expected = field === "split"
    ? `one of ${SPLITS.join(", ")}`
    : field === "text"
    ? "a caption or a list of captions, none empty"
    : "text that is not empty";
  return found === undefined
    ? `"${field}" is missing, expected ${expected}`
    : `"${field}" is ${shortened(JSON.stringify(found))}, expected ${expected}`;
}

/** Fields as text: numbers and truth values are written out, null is left out. */
function attributes(fields: Record<string, unknown>): Record<string, string | string[]> {
  const asText = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value);
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null)
      .map(([key, value]) => [key, Array.isArray(value) ? value.map(asText) : asText(value)]),
  );
}

const shortened = (value: string) => value.length > 60 ? `${value.slice(0, 60)}…` : value;
