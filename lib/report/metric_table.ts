/** Tables of numbers by row, from whichever evaluation they come. */
import { rowCells, settingColumns } from "./ablation.ts";
import { type Measured, summaryOf } from "./measured.ts";
import type { RunRecord } from "./record.ts";
import { type RowDifferences, withDifferences } from "./row_differences.ts";
import { configSources } from "./sources.ts";
import type { Column, Format, Table } from "./table.ts";

type Better = "higher" | "lower" | undefined;

/** A column of numbers. */
export function column(
  key: string,
  title: string,
  format: Format,
  better?: Better,
  group?: string,
) {
  return {
    key,
    title,
    align: "right",
    format,
    ...(better === undefined ? {} : { better }),
    ...(group === undefined ? {} : { group }),
  } satisfies Column as Column;
}

/** A share in per cent. */
export const PERCENT = { digits: 1, scale: 100 };

/** The names of keys of the form prefix.<name>.suffix among metrics of runs. */
export function namesOf(
  metrics: Iterable<Readonly<Record<string, number>>>,
  prefix: string,
  suffix: string,
): string[] {
  const keys = new Set([...metrics].flatMap(Object.keys));
  return [...keys].flatMap((key) =>
    key.startsWith(`${prefix}.`) && key.endsWith(`.${suffix}`)
      ? [key.slice(prefix.length + 1, -suffix.length - 1)]
      : []
  ).sort();
}

/**
 * A row for each set of losses and share of the products, with means over seeds, and with `differences`
 * to other rows.
 */
export function metricTable(
  title: string,
  notes: readonly string[],
  found: Measured,
  runs: readonly RunRecord[],
  columns: readonly Column[],
  differences?: RowDifferences,
): Table {
  const fractions = [...new Set(runs.map(({ config }) => config.fraction))].sort((a, b) => b - a);
  const rows = [...new Set(runs.map(({ config }) => config.row))].sort();
  const settings = settingColumns(fractions.length > 1).filter(({ format }) => format !== "tick");
  const seeds = new Set(runs.map(({ config }) => config.seed)).size;
  const lines = fractions.flatMap((fraction) =>
    rows.flatMap((row) => {
      const mine = runs.filter(({ config }) => config.row === row && config.fraction === fraction);
      return mine.length === 0 ? [] : [mine];
    })
  );
  const table: Table = {
    title,
    note: [
      ...notes,
      seeds === 1
        ? "One seed: nothing is marked as best."
        : "Mean ± deviation over seeds; bold where at least three seeds keep apart.",
    ].join(" "),
    columns: [...settings, ...columns],
    rows: lines.map((mine) => {
      const cells = columns.map(({ key }) => [key, summaryOf(found, mine, key)]);
      return { ...rowCells(mine), ...Object.fromEntries(cells) };
    }),
    sources: lines.map(configSources),
  };
  return differences === undefined ? table : withDifferences(table, lines, runs, differences);
}
