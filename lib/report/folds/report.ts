/** What is shown of runs over folds: T1, T2, the rows, and F1 to F3, gradients along training. */
import type { Figure } from "../plot.ts";
import type { RunRecord } from "../record.ts";
import type { Table } from "../table.ts";
import { axisFigure, changedSettings, shareOf, stepsOf } from "./axes.ts";
import {
  contrastSentence,
  contrastsOf,
  contrastTable,
  measureContrasts,
  READING,
} from "./contrasts.ts";
import { gradientsFigure } from "./gradients.ts";
import { otherSetsTable } from "./others.ts";
import { paretoFigure } from "./pareto.ts";
import { readingsTable, settingOf } from "./readings.ts";
import { collapseTable, foldedRowsTable } from "./rows_table.ts";

/** The sets that are pooled for the primary contrasts. */
const POOLED = /^fashion-/;
/** Seeds from here on are looked at without a claim. */
const EXPLORING = 100;

/** What is said in words; tables and figures by the names of their files. */
export interface FoldedReport {
  /** A sentence for each contrast that has all of its folds, of the first group of sets. */
  readonly answers: readonly string[];
  readonly tables: readonly { readonly name: string; readonly table: Table }[];
  readonly figures: Readonly<Record<string, Figure>>;
}

/**
 * Whether a run is of the comparison itself: all products, a seed that is compared, the preset or, of the
 * best reading of RSC, the settings that were chosen for it.
 */
export function isCompared({ config: { changes, fraction, row, seed } }: RunRecord): boolean {
  return (changes === undefined || READING.test(row)) && fraction === 1 && seed < EXPLORING;
}

/** Whether a run was measured over folds. */
export function isFolded({ config }: RunRecord): boolean {
  return config.dataset.fold !== undefined;
}

/** The report on runs over folds, of what there is of it. */
export function foldedReport(runs: readonly RunRecord[]): FoldedReport {
  const compared = runs.filter(isCompared), explored = runs.filter((run) => !isCompared(run));
  const sets = [...new Set(compared.map(({ config }) => config.dataset.name))].sort();
  const pooled = sets.filter((set) => POOLED.test(set));
  // The best reading is chosen on explored seeds; compared runs have that one alone.
  const best = compared.filter(({ config }) => READING.test(config.row)).map((run) => (
    { row: run.config.row, setting: settingOf(run) }
  ));
  const one = new Set(best.map(({ row, setting }) => `${row} ${setting}`)).size === 1;
  const contrasts = contrastsOf(one ? best[0] : undefined);
  const groups = [
    ...(pooled.length > 1 ? [{ name: pooled.join(" and "), sets: pooled }] : []),
    ...sets.map((set) => ({ name: set, sets: [set] })),
  ].map(({ name, sets }) => ({ name, measured: measureContrasts(compared, sets, contrasts) }));
  const tables = {
    contrasts: contrastTable(groups),
    collapse: collapseTable(compared),
    rows: foldedRowsTable(compared),
    readings: readingsTable(explored),
    "other-sets": otherSetsTable(compared),
  };
  const figures = Object.fromEntries(
    [...Map.groupBy(runs, ({ config }) => config.dataset.name)].flatMap(([set, mine]) =>
      Object.entries(axesOf(mine, set)).map(([name, figure]) => [`${set}-${name}`, figure])
    ),
  );
  return {
    answers: groups[0] === undefined ? [] : groups[0].measured.map((one) => (
      contrastSentence(one, groups[0]!.name)
    )),
    tables: Object.entries(tables).flatMap(([name, table]) =>
      table === undefined ? [] : [{ name, table }]
    ),
    figures: Object.fromEntries(
      Object.entries(figures).flatMap(([name, figure]) =>
        figure === undefined ? [] : [[name, figure]]
      ),
    ),
  };
}

/** F1 to F3 of the runs on one set. */
function axesOf(runs: readonly RunRecord[], set: string) {
  const only = (...paths: string[]) => runs.filter((run) => changesOnly(run, paths));
  // The preset itself, all products: a place on either axis.
  const plain = runs.filter(({ config }) => config.changes === undefined);
  const whole = plain.filter(({ config }) => config.fraction === 1);
  return {
    rates: paretoFigure(
      only("train.learningRates", "lambda.rsc"),
      whole,
      `Retrieved and kept, ${set}`,
    ),
    length: axisFigure(
      [...only("train.steps"), ...whole],
      stepsOf,
      `Length of training on ${set}`,
      "steps",
    ),
    gradients: gradientsFigure(runs, `Gradients along training, ${set}`),
    share: axisFigure(plain, shareOf, `Share of the products of ${set}`, "share of the products"),
  };
}

/** Whether a run changes settings under the first path, and others under `paths` alone. */
function changesOnly(run: RunRecord, paths: readonly string[]): boolean {
  const names = changedSettings(run);
  const under = (path: string) => names.filter((name) => name.startsWith(path)).length;
  return under(paths[0]!) > 0 && paths.reduce((sum, path) => sum + under(path), 0) === names.length;
}
