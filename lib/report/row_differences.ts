/** Columns of a table that set each of its rows against others, with intervals. */
import { type ComparedMetric, comparePairs } from "./differences.ts";
import type { RunRecord } from "./record.ts";
import type { Cell, Column, Interval, Table } from "./table.ts";

/** What rows are compared by, and the rows that they are set against. */
export interface RowDifferences {
  readonly metric: Pick<
    ComparedMetric,
    "title" | "scale" | "digits" | "values" | "file" | "paths"
  >;
  readonly against: readonly string[];
}

/**
 * A table with a column for each row that is compared against: the difference of the runs behind each
 * line to that row's runs of the same share and seeds, with its 95 % interval (differences.ts; not
 * corrected for their number). Unchanged where no line has three seeds in common with any.
 */
export function withDifferences(
  table: Table,
  lines: readonly (readonly RunRecord[])[],
  runs: readonly RunRecord[],
  { metric, against }: RowDifferences,
): Table {
  const { scale, digits } = metric, format = { scale, digits };
  const columns = against.flatMap((row) => {
    const cells = lines.map((mine): Interval | undefined => {
      const { fraction } = mine[0]!.config;
      const others = runs.filter(({ config: c }) => c.row === row && c.fraction === fraction);
      const found = others.includes(mine[0]!) ? undefined : comparePairs(mine, others, metric);
      if (found === undefined) return undefined;
      const { difference, low, high, sources } = found;
      return { difference, low, high, sources };
    });
    const column: Column = {
      key: `difference.${row}`,
      title: `to ${row}`,
      group: `Δ ${metric.title}`,
      align: "right",
      format,
    };
    return cells.some((cell) => cell !== undefined) ? [{ column, cells }] : [];
  });
  if (columns.length === 0) return table;
  return {
    ...table,
    note:
      `${table.note} Δ: difference with its 95 % interval over seeds and, where it is made of ` +
      "them, queries, not corrected for the number of comparisons; an interval that holds zero " +
      "shows no difference.",
    columns: [...table.columns, ...columns.map(({ column }) => column)],
    rows: table.rows.map((row, r): Record<string, Cell> => ({
      ...row,
      ...Object.fromEntries(columns.map(({ column, cells }) => [column.key, cells[r]])),
    })),
  };
}
