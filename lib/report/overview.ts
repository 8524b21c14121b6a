/** The study at a glance: what all data sets say, side by side. */
import { ABLATION_METRICS, overSeeds, rowCells, settingColumns } from "./ablation.ts";
import { type TestedClaim, verdictOf } from "./claims.ts";
import { comparisonCells, comparisonColumns } from "./differences.ts";
import type { RunRecord } from "./record.ts";
import { configSources } from "./sources.ts";
import { type Cell, type Table, textColumn } from "./table.ts";

/** One number for each thing that is judged: retrieval, denoising, drawing. */
const SHOWN = ["retrieval.recallSum", "is.test", "kid"];

/**
 * The component ablation of all data sets in one table, as the paper's main tables are: rows that every
 * set has, at all products, means over seeds. Undefined for a single data set, whose ablation it is.
 */
export function overviewTable(runs: readonly RunRecord[]): Table | undefined {
  const whole = runs.filter(({ config }) => config.fraction === 1);
  const sets = [...Map.groupBy(whole, ({ config }) => config.dataset.name)];
  const rowsOf = (mine: readonly RunRecord[]) => new Set(mine.map(({ config }) => config.row));
  const rows = sets.map(([, mine]) => rowsOf(mine))
    .reduce((common, rows) => common.intersection(rows), rowsOf(whole));
  if (sets.length < 2 || rows.size === 0) return undefined;
  const columns = ABLATION_METRICS.filter(({ key }) => SHOWN.includes(key));
  const lines = [...rows].sort().map((row) => whole.filter(({ config }) => config.row === row));
  return {
    title: "Ablation on all sets",
    note:
      "Mean ± sample standard deviation over seeds; bold where the intervals of at least three " +
      "seeds keep apart. R sum: R@1, R@5 and R@10 of both ways added, 600 at most. IS loss: " +
      "denoising error of the test pictures. KID: drawn pictures to the test pictures.",
    columns: [
      ...settingColumns(false),
      ...sets.flatMap(([set]) =>
        columns.map((column) => ({ ...column, key: `${set}.${column.key}`, group: set }))
      ),
    ],
    rows: lines.map((mine): Record<string, Cell> => ({
      ...rowCells(mine),
      seeds: new Set(mine.map(({ config }) => config.seed)).size,
      ...Object.fromEntries(sets.flatMap(([set]) => {
        const here = mine.filter(({ config }) => config.dataset.name === set);
        return columns.map(({ key }) => [`${set}.${key}`, overSeeds(here, key)]);
      })),
    })),
    sources: lines.map(configSources),
  };
}

const MARKS = { shown: "✓", "the opposite is shown": "✗", "not shown": "" };

/** The claims at all products with a column for each data set; undefined for a single data set. */
export function claimsBySet(tested: readonly TestedClaim[]): Table | undefined {
  const whole = tested.filter(({ fraction }) => fraction === 1);
  const sets = [...new Set(whole.map(({ dataset }) => dataset))];
  if (sets.length < 2) return undefined;
  const lines = [...Map.groupBy(whole, ({ claim, one }) => `${claim} ${one.metric}`).values()];
  const { metric, comparison, difference } = comparisonColumns;
  return {
    title: "The claims on all sets",
    note: "Difference of two rows at all products with its 95 % interval over seeds and queries. " +
      "✓: it shows the claim, ✗: it shows the opposite (the interval excludes zero, p < 0.05 after " +
      "Holm's correction); neither: nothing is shown, which is no refutation. INFERRED: which rows " +
      "and numbers would show a claim.",
    columns: [
      textColumn("claim", "tuned jointly, the model …"),
      comparison,
      metric,
      ...sets.flatMap((set) => [
        { ...difference, key: `${set}.difference`, title: "difference", group: set },
        { ...textColumn(`${set}.verdict`, "shown"), group: set },
      ]),
    ],
    rows: lines.map((mine): Record<string, Cell> => {
      const { claim, one } = mine[0]!, { metric, comparison } = comparisonCells(one);
      return {
        claim,
        metric,
        comparison,
        ...Object.fromEntries(mine.flatMap(({ dataset, one }) => [
          [`${dataset}.difference`, {
            ...comparisonCells(one).difference,
            sources: one.comparison.sources,
          }],
          [`${dataset}.verdict`, MARKS[verdictOf(one)]],
        ])),
      };
    }),
  };
}
