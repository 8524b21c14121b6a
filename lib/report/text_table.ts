/** A table for the terminal. */
import { cellText, fullHeading, type Table } from "./table.ts";

// characters
const CELL = 15, LINE = 100;

/**
 * Plain aligned text, turned on its side: a line for each column of the table and a column for each
 * of its rows, so that an ablation with its twenty columns fits into a terminal.
 */
export function toText(table: Table): string {
  const cells = table.columns.map((column) => [
    [fullHeading(column)],
    ...table.rows.map((row) => wrap(cellText(row[column.key], column.format), CELL)),
  ]);
  const widths = Array.from(
    { length: table.rows.length + 1 },
    (_, c) => Math.max(0, ...cells.flatMap((line) => line[c]!.map((part) => part.length))),
  );
  const body = cells.flatMap((line) =>
    Array.from(
      { length: Math.max(...line.map((parts) => parts.length)) },
      (_, i) =>
        line.map((parts, c) => {
          const part = parts[i] ?? "";
          return c === 0 ? part.padEnd(widths[c]!) : part.padStart(widths[c]!);
        }).join("  ").trimEnd(),
    )
  );
  const note = table.note === "" ? [] : ["", ...wrap(table.note, LINE)];
  return [table.title, "", ...body, ...note, ""].join("\n");
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
