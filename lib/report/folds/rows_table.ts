/** T2 and the numbers of every row: means over folds, spread over seeds. */
import { mean } from "../../eval/mod.ts";
import type { LaterEvaluation } from "../evaluations.ts";
import { column, namesOf, PERCENT } from "../metric_table.ts";
import type { RunRecord } from "../record.ts";
import { sourceIn } from "../sources.ts";
import { summarise, type Summary } from "../statistics.ts";
import { type Column, type Table, textColumn } from "../table.ts";
import { hasAllFolds } from "./pooled.ts";

/**
 * The mean over folds of a number by seed, and its spread over seeds that have every fold; of
 * evaluation.json, or of the later evaluation of each run that `later` names.
 */
export function foldSummary(
  runs: readonly RunRecord[],
  key: string,
  later?: (run: RunRecord) => LaterEvaluation | undefined,
): Summary | undefined {
  const seeds = [...Map.groupBy(runs, ({ config }) => config.seed).values()].filter(
    hasAllFolds,
  );
  const sources = seeds.map((mine) =>
    mine.flatMap((run) => sourceIn(run, key, later?.(run)) ?? [])
  );
  const whole = sources.filter((of, i) => of.length === seeds[i]!.length);
  const summary = summarise(whole.map((of) => mean(of.map(({ value }) => value))));
  return summary === undefined ? undefined : { ...summary, sources: whole.flat() };
}

/** Columns that no run has are left out. */
function measuredColumns(runs: readonly RunRecord[], columns: readonly Column[]): Column[] {
  return columns.filter(({ key }) => runs.some(({ evaluation }) => key in evaluation.metrics));
}

function tableOf(
  title: string,
  note: string,
  runs: readonly RunRecord[],
  wanted: readonly Column[],
): Table | undefined {
  const columns = measuredColumns(runs, wanted);
  const sets = [...new Set(runs.map(({ config }) => config.dataset.name))];
  const rows = sets.flatMap((set) => {
    const here = runs.filter(({ config }) => config.dataset.name === set);
    return [...new Set(here.map(({ config }) => config.row))].sort().flatMap((row) => {
      const mine = here.filter(({ config }) => config.row === row);
      const cells = columns.map(({ key }) => [key, foldSummary(mine, key)] as const);
      const most = Math.max(...cells.map(([, cell]) => cell?.n ?? 0));
      if (most === 0) return [];
      const { rowTitle } = mine[0]!.config;
      return [{ set, row, title: rowTitle, seeds: most, ...Object.fromEntries(cells) }];
    });
  });
  if (columns.length === 0 || rows.length === 0) return undefined;
  return {
    title,
    note: `${note} Means over the folds, ± deviation over seeds; of a seed that has all folds.`,
    columns: [
      textColumn("set", "set"),
      textColumn("row", "row"),
      textColumn("title", "trained with"),
      { key: "seeds", title: "seeds", align: "right", format: { digits: 0 } },
      ...columns,
    ],
    rows,
  };
}

/** Every row's main numbers. */
export function foldedRowsTable(runs: readonly RunRecord[]): Table | undefined {
  return tableOf(
    "The rows",
    "Retrieval among all captions or pictures of the set; outside: drawn pictures that no row was " +
      "tuned on; R-precision: the project's own scorer finds the prompt first among the captions " +
      "of the test fold.",
    runs,
    [
      column("retrieval.i2t.r5", "i→t R@5", PERCENT, "higher"),
      column("retrieval.t2i.r5", "t→i R@5", PERCENT, "higher"),
      column("retrieval.i2t.mrr", "i→t MRR", PERCENT, "higher"),
      column("retrieval.t2i.mrr", "t→i MRR", PERCENT, "higher"),
      column("retrieval.recallSum", "R sum", PERCENT, "higher"),
      column("forgetting.i2t.r5", "outside i→t R@5", PERCENT, "higher"),
      column("forgetting.t2i.r5", "outside t→i R@5", PERCENT, "higher"),
      column("is.test", "IS loss", { digits: 4 }, "lower"),
      column("scorer.r1", "R-precision", PERCENT, "higher"),
      column("kid", "KID", { digits: 2 }, "lower"),
    ],
  );
}

/** A column of mAP for each kind of class that runs have. */
export function classColumns(runs: readonly RunRecord[]): Column[] {
  const found = runs.map(({ evaluation }) => evaluation.metrics);
  return namesOf(found, "class-map", "image").map((name) =>
    column(`class-map.${name}.image`, name, PERCENT, "higher", "mAP (%)")
  );
}

/** T2: what collapses. */
export function collapseTable(runs: readonly RunRecord[]): Table | undefined {
  return tableOf(
    "Collapse",
    "Of CLIP's image embeddings of the test pictures: rank of the covariance (exp of its entropy), " +
      "uniformity (lower: more evenly spread), mAP of finding pictures of the same class; gap: R@5 " +
      "of training pictures minus that of test pictures, both ways' columns.",
    runs,
    [
      column("collapse.image.covarianceRank", "rank", { digits: 1 }, undefined, "CLIP image"),
      column("collapse.image.uniformity", "uniformity", { digits: 2 }, undefined, "CLIP image"),
      column("collapse.unet.covarianceRank", "rank", { digits: 1 }, undefined, "UNet"),
      ...classColumns(runs),
      column("gap.i2t.r5", "i→t", PERCENT, undefined, "train − test"),
      column("gap.t2i.r5", "t→i", PERCENT, undefined, "train − test"),
    ],
  );
}
