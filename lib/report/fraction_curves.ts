/** Numbers over the share of products that a row was tuned on. */
import { overSeeds } from "./ablation.ts";
import type { BarMetric } from "./figures.ts";
import { panels, rowColour } from "./panels.ts";
import type { Figure } from "./plot.ts";
import type { RunRecord } from "./record.ts";

/** What small data may do to a model: retrieval where it was tuned, outside, and the embeddings. */
export const SMALL_DATA: readonly BarMetric[] = [
  { key: "retrieval.i2t.r5", title: "image → text R@5 (%)", scale: 100 },
  { key: "retrieval.t2i.r5", title: "text → image R@5 (%)", scale: 100 },
  { key: "forgetting.i2t.r5", title: "outside the tuned set: i→t R@5 (%)", scale: 100 },
  { key: "forgetting.t2i.r5", title: "outside the tuned set: t→i R@5 (%)", scale: 100 },
  { key: "collapse.image.effectiveRank", title: "effective rank of image embeddings" },
  { key: "collapse.image.meanCosine", title: "mean cosine of image embeddings" },
];

/**
 * A panel for each metric and a line for each row of two shares or more: means over seeds by share of
 * the products, with ± std where there are several seeds. Undefined where the runs have one share only.
 */
export function fractionCurves(
  runs: readonly RunRecord[],
  metrics: readonly BarMetric[] = SMALL_DATA,
  title = "Small data",
): Figure | undefined {
  const fractions = [...new Set(runs.map(({ config }) => config.fraction))].sort((a, b) => a - b);
  const shown = metrics.filter(({ key }) => overSeeds(runs, key));
  if (fractions.length < 2 || shown.length === 0) return undefined;
  const rows = [...new Set(runs.map(({ config }) => config.row))].sort();
  const grid = panels(shown.length), axes: Record<string, unknown> = {};
  const data: Record<string, unknown>[] = [], annotations: unknown[] = [];
  shown.forEach(({ key, title, scale = 1 }, panel) => {
    for (const row of rows) {
      const points = fractions.flatMap((fraction) => {
        const mine = runs.filter(({ config: c }) => c.row === row && c.fraction === fraction);
        const summary = overSeeds(mine, key);
        return summary === undefined ? [] : [{ fraction, ...summary }];
      });
      if (points.length < 2) continue;
      const deviations = points.map(({ std = 0 }) => scale * std);
      data.push({
        type: "scatter",
        mode: "lines+markers",
        ...grid.axesOf(panel),
        x: points.map(({ fraction }) => 100 * fraction),
        y: points.map(({ mean }) => scale * mean),
        line: { color: rowColour(row), width: 2 },
        ...(deviations.some((std) => std > 0)
          ? { error_y: { type: "data", array: deviations, thickness: 1, width: 3 } }
          : {}),
        name: `${row} ${runs.find(({ config }) => config.row === row)!.config.rowTitle}`,
        legendgroup: row,
        showlegend: panel === 0,
      });
    }
    annotations.push(grid.heading(panel, title));
    const x = {
      title: { text: "products (%)", font: { size: 12 }, standoff: 6 },
      tickvals: fractions.map((f) => 100 * f),
    };
    Object.assign(axes, grid.axes(panel, { x, y: {} }));
  });
  const several = new Set(runs.map(({ config }) => config.seed)).size > 1;
  annotations.push(grid.subtitle(several ? "mean ± std over seeds" : "one seed"));
  return {
    data,
    layout: {
      ...grid.layoutWithLegend(title, grid.legendRoom(data)),
      ...axes,
      annotations,
    },
  };
}
