/** Runs whose preset was changed, beside those of the same rows as the preset has them. */
import { overSeeds } from "./ablation.ts";
import { COMPARED } from "./differences.ts";
import type { RunRecord } from "./record.ts";
import { withDifferences } from "./row_differences.ts";
import { configSources } from "./sources.ts";
import type { Cell, Column, Table } from "./table.ts";

/** Changes of a preset as text: `rsc.temperature = 0.3`; "" where there are none. */
export function changesText(changes: Readonly<Record<string, unknown>>): string {
  return Object.entries(changes)
    .map(([path, value]) => `${path.replace(/^train\./, "")} = ${value}`).join(", ");
}

/** What was changed of a run's preset, as text. */
export const changesOf = ({ config }: RunRecord): string => changesText(config.changes ?? {});

/**
 * The runs that belong into one table of rows: those with the preset as it is, or, where all runs of
 * a data set were changed, those changed like the one finished last.
 */
export function plainRuns(runs: readonly RunRecord[]): RunRecord[] {
  const first = new Map<string, RunRecord>();
  for (const run of runs) {
    const { name } = run.config.dataset, other = first.get(name);
    if (other === undefined || comesBefore(run, other)) first.set(name, run);
  }
  return runs.filter((run) =>
    changesOf(run) === changesOf(first.get(run.config.dataset.name) as RunRecord)
  );
}

/** Unchanged before changed, then the one finished later. */
function comesBefore(a: RunRecord, b: RunRecord): boolean {
  const changed = Number(changesOf(a) !== "") - Number(changesOf(b) !== "");
  return changed === 0 ? a.finished > b.finished : changed < 0;
}

const COLUMNS: readonly Column[] = [
  { key: "row", title: "row", align: "left", format: "text" },
  { key: "changes", title: "setting", align: "left", format: "text" },
  { key: "seeds", title: "seeds", align: "right", format: { digits: 0 } },
  ...([
    ["retrieval.recallSum", "R sum", { digits: 1, scale: 100 }, "higher", undefined],
    ["retrieval.i2t.r5", "i→t R@5", { digits: 1, scale: 100 }, "higher", undefined],
    ["retrieval.t2i.r5", "t→i R@5", { digits: 1, scale: 100 }, "higher", undefined],
    ["is.test", "IS loss", { digits: 4 }, "lower", undefined],
    ["forgetting.i2t.r5", "i→t R@5", { digits: 1, scale: 100 }, "higher", "outside"],
    ["forgetting.t2i.r5", "t→i R@5", { digits: 1, scale: 100 }, "higher", "outside"],
  ] as const).map(([key, title, format, better, group]): Column => ({
    key,
    title,
    align: "right",
    format,
    better,
    ...(group === undefined ? {} : { group }),
  })),
];

/**
 * Rows under changed settings, each after the same row with the preset's own; over the seeds that it
 * has. Undefined where nothing was changed.
 */
export function settingsTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const mine = runs.filter(({ config }) => config.dataset.name === dataset);
  const rows = [...new Set(mine.filter((run) => changesOf(run) !== "").map((r) => r.config.row))];
  if (rows.length === 0) return undefined;
  const lines = rows.sort().flatMap((row) => {
    // Changed runs are of one fraction; the plain ones beside them must be of the same.
    const same = mine.filter(({ config }) => config.row === row && config.fraction === 1);
    const settings = [...new Set(same.map(changesOf))].sort((a, b) =>
      Number(a !== "") - Number(b !== "") || a.localeCompare(b, "en", { numeric: true })
    );
    return settings.map((changes) => same.filter((run) => changesOf(run) === changes));
  });
  const chosen = mine.some(({ config }) => config.tuned !== undefined);
  const table: Table = {
    title: `Settings on ${dataset}`,
    note:
      (chosen
        ? "One setting at a time is changed, all else is as in the ablation, where learning rates are " +
          "those that were chosen for the set. "
        : "One setting at a time is changed, all else is the preset's. ") +
      "Measured on the test split as " +
      "in the ablation; nothing here was used to choose a setting. Mean ± sample standard deviation " +
      "over seeds.",
    columns: COLUMNS,
    rows: lines.map((seeds): Record<string, Cell> => {
      const numbers = COLUMNS.slice(3).map(({ key }) => [key, overSeeds(seeds, key)]);
      return {
        row: seeds[0]!.config.row,
        changes: changesOf(seeds[0]!) || (chosen ? "as in the ablation" : "as the preset"),
        seeds: seeds.length,
        ...Object.fromEntries(numbers),
      };
    }),
    sources: lines.map(configSources),
  };
  const plain = mine.filter((run) => changesOf(run) === "");
  return withDifferences(table, lines, plain, { metric: COMPARED.retrieval, against: ["A3"] });
}
