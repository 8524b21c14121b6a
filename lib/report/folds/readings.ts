/** Readings of RSC and plain controls, each at its settings, and which reading is the best. */
import { column, PERCENT } from "../metric_table.ts";
import type { RunRecord } from "../record.ts";
import { sourceIn } from "../sources.ts";
import { type Table, textColumn } from "../table.ts";
import { changedSettings, OUTSIDE, RECALL, valueOf } from "./axes.ts";
import { READING } from "./contrasts.ts";
import { classColumns, foldSummary } from "./rows_table.ts";

/** What a reading is judged by, in per cent; undefined where folds are missing. */
export interface Judged {
  readonly mrr: number | undefined;
  readonly outside: number | undefined;
}

/**
 * The readings that may be chosen, best first: those that keep outside what A3 keeps, by their MRR. The
 * rule is that of docs/study.md.
 */
export function rankedReadings<T extends Judged>(readings: readonly T[], a3: Judged): T[] {
  const least = a3.outside ?? Infinity;
  return readings
    .filter(({ mrr, outside }) => mrr !== undefined && outside !== undefined && outside >= least)
    .sort((a, b) => b.mrr! - a.mrr!);
}

const MRR = { title: "MRR", keys: ["retrieval.i2t.mrr", "retrieval.t2i.mrr"], scale: 100 };

/** Settings that readings differ in. */
const SETTINGS = /^(lambda\.rsc|train\.rsc\.temperature)$/;

/**
 * A row for each reading and control at each of its settings, with A3 and A6 beside, of explored runs on one
 * set; undefined where no reading has all folds.
 */
export function readingsTable(explored: readonly RunRecord[]): Table | undefined {
  const one = explored.find(({ config }) => READING.test(config.row));
  if (one === undefined) return undefined;
  const here = explored.filter(({ config }) => config.dataset.name === one.config.dataset.name);
  const rates = ratesOf(one), mine = here.filter((run) => isCandidate(run, rates));
  const lines = [...Map.groupBy(mine, (run) => `${run.config.row} ${settingOf(run)}`).values()]
    .map((runs) => ({
      runs,
      row: runs[0]!.config.row,
      setting: settingOf(runs[0]!),
      recall: valueOf(runs, RECALL),
      mrr: valueOf(runs, MRR),
      outside: valueOf(runs, OUTSIDE),
    }))
    .filter(({ recall }) => recall !== undefined)
    .sort((a, b) => a.row.localeCompare(b.row) || a.setting.localeCompare(b.setting));
  const readings = lines.filter(({ row }) => READING.test(row));
  if (readings.length === 0) return undefined;
  const a3 = lines.find(({ row }) => row === "A3"), ranks = a3 ? rankedReadings(readings, a3) : [];
  const single = [
    column("is.test", "IS loss", { digits: 4 }, "lower"),
    column("collapse.image.covarianceRank", "rank", { digits: 1 }, undefined, "CLIP image"),
    column("collapse.image.uniformity", "uniformity", { digits: 2 }, undefined, "CLIP image"),
    ...classColumns(mine),
    column("scorer.r1", "R-precision", PERCENT, "higher"),
  ];
  return {
    title: "Readings of RSC and controls",
    note:
      "MRR and R@5: both ways' mean; outside: R@5 on drawn pictures that no row was tuned on. " +
      "Place: readings that keep at least A3's R@5 outside, by their MRR; the first is the best " +
      "reading. Means over the folds, a seed that is not compared afterwards.",
    columns: [
      textColumn("row", "row"),
      textColumn("title", "trained with"),
      textColumn("setting", "RSC"),
      { key: "mrr", title: "MRR", align: "right", format: { digits: 2 } },
      { key: "recall", title: "R@5", align: "right", format: { digits: 1 } },
      { key: "outside", title: "outside R@5", align: "right", format: { digits: 1 } },
      ...single,
      { key: "place", title: "place", align: "right", format: { digits: 0 } },
    ],
    rows: lines.map((line) => {
      const { runs, ...numbers } = line, place = ranks.indexOf(line);
      return {
        ...numbers,
        title: runs[0]!.config.rowTitle,
        ...Object.fromEntries(single.map(({ key }) => [key, foldSummary(runs, key)])),
        place: place < 0 ? undefined : place + 1,
      };
    }),
    sources: lines.map(({ runs }) =>
      runs.flatMap((run) =>
        [...MRR.keys, ...RECALL.keys, ...OUTSIDE.keys].flatMap((key) => sourceIn(run, key) ?? [])
      )
    ),
  };
}

const ratesOf = ({ config }: RunRecord): string => JSON.stringify(config.train.learningRates);

/** "λ 0.3, τ 0.1"; nothing for a row without RSC. */
export function settingOf({ config: { weights, train } }: RunRecord): string {
  if (weights.rsc === 0) return "";
  return `λ ${weights.rsc}, τ ${(train.rsc as { temperature: number }).temperature}`;
}

/** Whether a run is one of the rows at its own settings of RSC, with all products, at the rates of the others. */
function isCandidate(run: RunRecord, rates: string): boolean {
  const { row, fraction } = run.config;
  const names = changedSettings(run).filter((name) => !SETTINGS.test(name));
  // A3 comes from the choice of rates, whose factor 1 states the rates that the others have.
  const stated = names.every((name) => name.startsWith("train.learningRates."));
  return fraction === 1 && (names.length === 0 || row === "A3" && stated && ratesOf(run) === rates);
}
