/**
 * From the figures of a table back to the files of runs that they were computed from.
 *
 * Nothing is looked up a second time: the functions that read the numbers leave their places in the
 * cells (see sources.ts), and a trace only shows them.
 */
import type { Source } from "./statistics.ts";
import { type Cell, cellText, type Column, fullHeading, heading, type Table } from "./table.ts";

/** A figure of a table and what it was computed from. */
export interface TracedFigure {
  /** The row as it is called, such as "A6" or "A6, 50 %". */
  readonly row: string;
  /** The key of the column. */
  readonly column: string;
  readonly title: string;
  /** The figure as the table shows it. */
  readonly text: string;
  readonly sources: readonly Source[];
}

/** Columns by which rows are told apart, besides the first. */
const NAMING = ["dataset", "changes", "comparison", "metric", "fraction"];

/** The row of a table as a trace calls it. */
export function rowName(table: Table, row: Readonly<Record<string, Cell>>): string {
  const [first, ...others] = table.columns as [Column, ...Column[]];
  const naming = [first, ...others.filter(({ key }) => NAMING.includes(key))];
  return naming.map(({ key, format }) => {
    const text = cellText(row[key], format);
    return key === "fraction" ? `${text} %` : text;
  }).join(", ");
}

/** Every figure of a table with its sources, row by row; what a row is called is no figure. */
export function traceTable(table: Table): TracedFigure[] {
  return table.rows.flatMap((cells, r) => {
    const row = rowName(table, cells);
    return table.columns.flatMap((column): TracedFigure[] => {
      const cell = cells[column.key];
      if (cell === undefined || typeof cell === "string" || column.format === "tick") return [];
      const own = typeof cell === "object" ? cell.sources : undefined;
      const sources = own ?? table.sources?.[r] ?? [];
      const text = cellText(cell, column.format);
      return [{ row, column: column.key, title: heading(column), text, sources }];
    });
  });
}

/**
 * The figures of the cells that "row,column" names: a row by its whole name or its first word, a column
 * by its key or heading. Throws with the names that there are.
 */
export function traceCell(table: Table, cell: string): TracedFigure[] {
  const all = traceTable(table), plain = (text: string) => text.replace(/ [↑↓]$/, "").trim();
  const titles = new Map(table.columns.map((column) => [column.key, plain(fullHeading(column))]));
  // A row's name may hold commas, a column's does not.
  const at = cell.lastIndexOf(","), [row, column] = [cell.slice(0, at), cell.slice(at + 1)];
  const named = (wanted: string, names: readonly string[]) => names.includes(plain(wanted));
  const found = at < 1
    ? []
    : all.filter((figure) =>
      named(row, [figure.row, figure.row.split(",")[0]!]) &&
      named(column, [figure.column, titles.get(figure.column)!])
    );
  if (found.length > 0) return found;
  const distinct = (names: readonly string[]) => [...new Set(names)].join("; ");
  throw new Error(
    `cell "${cell}": expected "row,column" of a figure in ${table.title}\n` +
      `  rows: ${distinct(all.map(({ row }) => row))}\n` +
      `  columns: ${distinct(all.map(({ column }) => column))}`,
  );
}

/** Figures with a line for each source: its number, file and keys. */
export function traceText(table: Table, figures: readonly TracedFigure[]): string {
  const titles = new Map(table.columns.map((column) => [column.key, fullHeading(column)]));
  const lines = figures.flatMap(({ row, column, text, sources }) => {
    const files = sources.map(({ run, file, path, value }) => [
      value === undefined ? "queries" : String(Number(value.toPrecision(6))),
      `runs/${run}/${file}`,
      path.join(" › "),
    ]);
    const widths = [0, 1].map((c) => Math.max(0, ...files.map((line) => line[c]!.length)));
    return [
      `${row} · ${titles.get(column)}: ${text}`,
      ...files.map(([value, file, path]) =>
        `  ${value!.padStart(widths[0]!)}  ${file!.padEnd(widths[1]!)}  ${path}`
      ),
    ];
  });
  return [table.title, "", ...lines, ""].join("\n");
}
