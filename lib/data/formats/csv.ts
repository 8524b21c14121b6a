import Papa from "papaparse";

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

/** The cells of a row by the names of their columns. */
export function cellsOf(
  { header }: Pick<CsvTable, "header">,
  row: readonly string[],
): Record<string, string> {
  return Object.fromEntries(header.map((name, i) => [name, row[i] ?? ""]));
}
