/**
 * The imagefolder layout: pictures beside a `metadata.jsonl` (one JSON object a line) or a
 * `metadata.csv`, with `file_name` (relative to the folder), `text` (a caption; in JSON also a list of
 * them) and, if known, `product` and `split`; every other field becomes an attribute.
 *
 * Source: Hugging Face `datasets`, imagefolder.
 */
import { isAbsolute, join, relative, resolve } from "@std/path";
import { z } from "zod";
import { filePicture } from "../picture.ts";
import { NearFiles } from "../near.ts";
import { splitOf, SPLITS } from "../record.ts";
import { NotText } from "../text.ts";
import { cellsOf, readCsv } from "./csv.ts";
import { linesOf } from "./lines.ts";
import {
  attributesOf,
  type Columns,
  type Format,
  isPicture,
  leftOut,
  problem,
  type Row,
  shortened,
  undecodable,
} from "./format.ts";

export const METADATA = "metadata.jsonl";
const CSV = "metadata.csv";

const text = z.string().trim().min(1);
/** Ids are often numbers in tables, and a missing one is null. */
const name = z.union([text, z.number().transform(String), z.bigint().transform(String)]);
const nothing = z.null().transform(() => undefined);
const line = z.looseObject({
  file_name: text,
  text: z.union([text.transform((caption) => [caption]), z.array(text).min(1)]),
  product: z.union([name, nothing]).optional(),
  split: z.union([
    z.string().transform((word, context) => {
      const split = splitOf(word);
      if (split === undefined) context.addIssue({ code: "custom", message: "no split" });
      return split;
    }),
    nothing,
  ]).optional(),
});

/** The lists of pictures: that of the folder itself, or those of its folders, such as `train/`. */
function listsOf(files: ReadonlySet<string>): string[] {
  for (const own of [METADATA, CSV]) if (files.has(own)) return [own];
  const within = [...files].filter((path) => /^[^/]+\/metadata\.(jsonl|csv)$/.test(path)).sort();
  return within.filter((path) =>
    !path.endsWith(".csv") || !within.includes(path.replace(/csv$/, "jsonl"))
  );
}

/** The imagefolder layout; its rows are a user's own, so that a bad one stops the job. */
export const imagefolder: Format = {
  name: "imagefolder",
  layout: `${METADATA} or ${CSV} with "file_name" and "text", beside the pictures it names`,
  strict: true,
  kind: "pictures",
  detect: (files) => listsOf(files).length > 0,
  async *read(folder, files, columns) {
    const lists = listsOf(files), near = new NearFiles(files), used = new Set<string>();
    // Without any it is told which file was looked for.
    for (const list of lists.length > 0 ? lists : [METADATA]) {
      const path = join(folder, list), within = list.split("/").slice(0, -1).join("/");
      const lines = list.endsWith(".csv") ? csvLines(path) : jsonLines(path, await opened(path));
      for await (const { where, value } of lines) {
        const row = rowOf(folder, within, where, value, columns, near);
        if ("image" in row) used.add(row.id);
        yield row;
      }
    }
    for (const path of [...files].sort()) {
      const why = undecodable(path) ?? (isPicture(path) ? "no line names it" : undefined);
      if (why === undefined || used.has(path)) continue;
      yield leftOut(join(folder, path), "picture that the metadata does not name", why);
    }
  },
};

async function opened(path: string): Promise<ReadableStream<Uint8Array>> {
  try {
    return (await Deno.open(path)).readable;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `${path}: no such file; a data set is a folder with ${METADATA} and the pictures it names, ` +
        "or one of the layouts of docs/data.md",
      { cause: error },
    );
  }
}

/** A line's value, or text that says what is wrong with it. */
interface Line {
  readonly where: string;
  readonly value: unknown;
}

/** What is wrong with a line that has no value. */
class Malformed {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

async function* jsonLines(
  path: string,
  file: ReadableStream<Uint8Array>,
): AsyncGenerator<Line> {
  let number = 0;
  for await (const raw of linesOf(file)) {
    const where = `${path}:${++number}`;
    if (raw instanceof NotText) {
      yield { where, value: new Malformed(raw.message) };
      continue;
    }
    if (raw.trim() === "") continue;
    const expected = `expected a JSON object, found "${shortened(raw)}"`;
    try {
      const value = JSON.parse(raw);
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      yield { where, value: isObject ? value : new Malformed(expected) };
    } catch (error) {
      yield { where, value: new Malformed(`${expected} (${(error as Error).message})`) };
    }
  }
}

async function* csvLines(path: string): AsyncGenerator<Line> {
  const { header, rows } = readCsv(await Deno.readFile(path), path);
  for (const { line, cells } of rows) {
    const where = `${path}:${line}`;
    if (cells instanceof NotText) {
      yield { where, value: new Malformed(cells.message) };
      continue;
    }
    // Cells are text; an empty one is a field that is not there.
    const value = cells.length === header.length
      ? Object.fromEntries(
        Object.entries(cellsOf({ header }, cells)).filter(([, cell]) => cell !== ""),
      )
      : new Malformed(`expected ${header.length} cells, found ${cells.length}: ${cells.join(",")}`);
    yield { where, value };
  }
}

function rowOf(
  root: string,
  within: string,
  where: string,
  value: unknown,
  columns: Columns,
  near: NearFiles,
): Row {
  if (value instanceof Malformed) return problem(where, "malformed line", value.reason);
  const fields = renamed(value as Record<string, unknown>, columns);
  const result = line.safeParse(fields);
  if (!result.success) {
    const field = String(result.error.issues[0]!.path[0]);
    return problem(where, `bad ${field}`, wrongField(field, fields[field]));
  }
  const { file_name, text: captions, product, split, ...others } = result.data;
  const asked = within === "" ? file_name : `${within}/${file_name}`;
  const path = resolve(root, asked.replaceAll("\\", "/")), inside = relative(root, path);
  if (isAbsolute(file_name) || isAbsolute(inside) || inside.split(/[/\\]/)[0] === "..") {
    const reason = `"file_name" is "${file_name}", expected a path inside ${root}`;
    return problem(where, "bad file_name", reason);
  }
  // A name as it stands is the picture's id, however it winds; another name than the file's gives way.
  const found = near.find(inside), other = near.elsewhere(inside);
  const id = found === undefined || found === inside ? asked : found;
  const why = undecodable(id);
  if (why) return problem(where, "picture of a kind that cannot be read", why);
  if (found === undefined && other !== undefined) {
    const reason = `expected the picture ${asked}, found no such file; there is ${other}`;
    return problem(where, "no picture", reason);
  }
  const attributes = attributesOf(others),
    image = filePicture(found === undefined ? path : join(root, found));
  return { id, image, captions, product, split: split ?? splitOf(within), attributes, where };
}

/** Fields under the layout's own names; a caption may also stand under "caption" or "captions". */
function renamed(
  fields: Record<string, unknown>,
  { image = "file_name", caption, product = "product", split = "split" }: Columns,
): Record<string, unknown> {
  const text = caption ?? ["text", "caption", "captions"].find((name) => name in fields) ?? "text";
  const { [image]: file_name, [text]: captions, [product]: own, [split]: part, ...others } = fields;
  const given = { file_name, text: captions, product: own, split: part };
  return {
    ...others,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

function wrongField(field: string, found: unknown): string {
  const expected = field === "split"
    ? `one of ${SPLITS.join(", ")}`
    : field === "text"
    ? "a caption or a list of captions, none empty"
    : "text that is not empty";
  return found === undefined
    ? `"${field}" is missing, expected ${expected}`
    : `"${field}" is ${shortened(JSON.stringify(found))}, expected ${expected}`;
}
