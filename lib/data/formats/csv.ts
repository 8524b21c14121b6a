import { Buffer } from "node:buffer";
import Papa from "papaparse";
import { decodeText, NotText, textOf } from "../text.ts";

/** A table of text: a header and rows of cells, which may be too many or too few. */
export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Reads comma-separated values with a header; quoted cells may hold commas and line ends (RFC 4180). */
export function parseCsv(content: string): CsvTable {
  const { data } = Papa.parse(content.replace(/^\uFEFF/, ""), { skipEmptyLines: "greedy" }) as {
    data: string[][];
  };
  const [header = [], ...rows] = data;
  return { header, rows };
}

/** A row with the line of the file that it begins on; its fault where a cell is no text. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[] | NotText;
}

/** Reads the bytes of the table at `path`, row by row: one that is no text spoils no other. */
export function readCsv(
  bytes: Uint8Array,
  path: string,
): { header: readonly string[]; rows: CsvRow[] } {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) ||
    (bytes[0] === 0xfe && bytes[1] === 0xff);
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  // Commas, quotes and line ends are the same bytes in UTF-8: cells are decoded one by one.
  const source = utf16
    ? textOf(bytes, path)
    : Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset + mark, bytes.length - mark)
      .toString("latin1");
  const rows: CsvRow[] = [];
  let line = 1, counted = 0, begin = 0;
  Papa.parse(source, {
    skipEmptyLines: "greedy",
    step: ({ data, meta }: { data: unknown; meta: { cursor: number } }) => {
      while (source[begin] === "\n" || source[begin] === "\r") begin++;
      for (; counted < begin; counted++) if (source[counted] === "\n") line++;
      rows.push({ line, cells: utf16 ? data as string[] : decoded(data as string[]) });
      begin = meta.cursor;
    },
  });
  const [first, ...others] = rows;
  if (first?.cells instanceof NotText) throw new NotText(`${path}: ${first.cells.message}`);
  return { header: first?.cells ?? [], rows: others };
}

function decoded(cells: readonly string[]): readonly string[] | NotText {
  try {
    return cells.map((cell) => decodeText(Buffer.from(cell, "latin1")));
  } catch (error) {
    if (error instanceof NotText) return error;
    throw error;
  }
}

/** The cells of a row by the names of their columns. */
export function cellsOf(
  { header }: Pick<CsvTable, "header">,
  row: readonly string[],
): Record<string, string> {
  return Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""]));
}
