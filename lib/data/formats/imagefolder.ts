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
import { SPLITS } from "../record.ts";
import { cellsOf, parseCsv } from "./csv.ts";
import { linesOf } from "./lines.ts";
import { attributesOf, type Columns, type Format, problem, type Row, shortened } from "./format.ts";

export const METADATA = "metadata.jsonl";
const CSV = "metadata.csv";

const text = z.string().trim().min(1);
const line = z.looseObject({
  file_name: text,
  text: z.union([text.transform((caption) => [caption]), z.array(text).min(1)]),
  product: text.optional(),
  split: z.enum(SPLITS).optional(),
});

/** The imagefolder layout; its rows are a user's own, so that a bad one stops the job. */
export const imagefolder: Format = {
  name: "imagefolder",
  layout: `${METADATA} or ${CSV} with "file_name" and "text", beside the pictures it names`,
  strict: true,
  kind: "pictures",
  detect: (files) => files.has(METADATA) || files.has(CSV),
  async *read(folder, files, columns) {
    const jsonl = files.has(METADATA), path = join(folder, jsonl ? METADATA : CSV);
    const file = await opened(path);
    const lines = jsonl ? jsonLines(path, file) : csvLines(path, file);
    for await (const { where, value } of lines) yield rowOf(folder, where, value, columns);
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

async function* csvLines(
  path: string,
  file: ReadableStream<Uint8Array>,
): AsyncGenerator<Line> {
  const table = parseCsv(await new Response(file).text()), { header, rows } = table;
  for (const [i, row] of rows.entries()) {
    const cells = Object.entries(cellsOf(table, row));
    // Cells are text; an empty one is a field that is not there.
    const value = row.length === header.length
      ? Object.fromEntries(cells.filter(([, cell]) => cell !== ""))
      : new Malformed(`expected ${header.length} cells, found ${row.length}: ${row.join(",")}`);
    yield { where: `${path}:${i + 2}`, value };
  }
}

function rowOf(root: string, where: string, value: unknown, columns: Columns): Row {
  if (value instanceof Malformed) return problem(where, "malformed line", value.reason);
  const fields = renamed(value as Record<string, unknown>, columns);
  const result = line.safeParse(fields);
  if (!result.success) {
    const field = String(result.error.issues[0]!.path[0]);
    return problem(where, `bad ${field}`, wrongField(field, fields[field]));
  }
  const { file_name: id, text: captions, product, split, ...others } = result.data;
  const path = resolve(root, id), inside = relative(root, path);
  if (isAbsolute(id) || isAbsolute(inside) || inside.split(/[/\\]/)[0] === "..") {
    const reason = `"file_name" is "${id}", expected a path inside ${root}`;
    return problem(where, "bad file_name", reason);
  }
  const attributes = attributesOf(others);
  return { id, image: filePicture(path), captions, product, split, attributes, where };
}

/** Fields under the layout's own names; a caption may also stand under "caption" or "captions". */
function renamed(
  fields: Record<string, unknown>,
  { image = "file_name", caption, product = "product" }: Columns,
): Record<string, unknown> {
  const text = caption ?? ["text", "caption", "captions"].find((name) => name in fields) ?? "text";
  const { [image]: file_name, [text]: captions, [product]: own, ...others } = fields;
  const given = { file_name, text: captions, product: own };
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
