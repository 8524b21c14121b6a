/** The figures of a study, as pure functions of its runs. */
import { overSeeds } from "./ablation.ts";
import { INK, panels, rowColour } from "./panels.ts";
import type { Figure } from "./plot.ts";
import type { MetricLine, RunRecord } from "./record.ts";

/** A metric as a panel: its key in evaluation.json, heading, and what a number is multiplied by. */
export interface BarMetric {
  readonly key: string;
  readonly title: string;
  readonly scale?: number;
  /** Digits of the number above each bar; 1 unless given. */
  readonly digits?: number;
  /** Key of the metric that a random order reaches, drawn as a dashed line. */
  readonly chance?: string;
}

const recallPanel = (way: "i2t" | "t2i", k: 1 | 5 | 10): BarMetric => ({
  key: `retrieval.${way}.r${k}`,
  title: `${way === "i2t" ? "image → text" : "text → image"} R@${k} (%)`,
  scale: 100,
  chance: `retrieval.chance.r${k}`,
});

/** Recalls in both directions. */
export const RETRIEVAL_BARS: readonly BarMetric[] = (["i2t", "t2i"] as const).flatMap((way) =>
  ([1, 5, 10] as const).map((k) => recallPanel(way, k))
);

/** What else the rows differ in: generation, forgetting, and the geometry of embeddings. */
export const OTHER_BARS: readonly BarMetric[] = [
  { key: "is.test", title: "IS loss on test pictures (lower is better)", digits: 4 },
  {
    key: "forgetting.i2t.r5",
    title: "outside the tuned set: i→t R@5 (%)",
    scale: 100,
    chance: "forgetting.chance.r5",
  },
  {
    key: "forgetting.t2i.r5",
    title: "outside the tuned set: t→i R@5 (%)",
    scale: 100,
    chance: "forgetting.chance.r5",
  },
  { key: "collapse.image.effectiveRank", title: "effective rank of image embeddings" },
  { key: "collapse.image.meanCosine", title: "mean cosine of image embeddings", digits: 3 },
  { key: "collapse.image.uniformity", title: "uniformity of image embeddings", digits: 2 },
];

/** Bars in one panel that have room for their numbers above; those of more are in the tables alone. */
const MOST_LABELLED = 9;

/**
 * Bars by row, a panel for each metric: means over seeds, with ± std where there are several.
 *
 * Metrics that no run has are left out; throws where none remains.
 */
export function metricBars(
  runs: readonly RunRecord[],
  metrics: readonly BarMetric[],
  title = "Rows of the ablation",
): Figure {
  const rows = byRow(runs), shown = metrics.filter(({ key }) => overSeeds(runs, key));
  if (shown.length === 0) {
    throw new Error(`no run has any of ${metrics.map(({ key }) => key).join(", ")}`);
  }
  const data: Record<string, unknown>[] = [], annotations: unknown[] = [], shapes: unknown[] = [];
  const axes: Record<string, unknown> = {};
  const grid = panels(shown.length);
  shown.forEach(({ key, title, scale = 1, digits = 1, chance }, panel) => {
    const bars = rows.flatMap(({ row, runs }) => {
      const summary = overSeeds(runs, key);
      return summary === undefined ? [] : [{ row, summary }];
    });
    const ends = bars.flatMap(({ summary: { mean, std = 0 } }) => [
      scale * (mean - std),
      scale * (mean + std),
    ]);
    const floor = chance === undefined ? undefined : overSeeds(runs, chance);
    if (floor !== undefined) ends.push(scale * floor.mean);
    const high = Math.max(0, ...ends), low = Math.min(0, ...ends);
    const room = (high - low || 1) * 0.16;
    const range = [low < 0 ? low - room : 0, high > 0 || low === 0 ? high + room : 0];
    bars.forEach(({ row, summary: { mean, std } }) => {
      data.push({
        type: "bar",
        ...grid.axesOf(panel),
        x: [row],
        y: [scale * mean],
        marker: { color: rowColour(row) },
        ...(std === undefined ? {} : {
          error_y: { type: "data", array: [scale * std], color: INK, thickness: 1.2, width: 4 },
        }),
        hovertemplate: `%{x}: %{y:.${digits}f}<extra></extra>`,
        showlegend: false,
      });
      if (bars.length > MOST_LABELLED) return;
      const above = mean >= 0, end = above ? mean + (std ?? 0) : mean - (std ?? 0);
      annotations.push({
        ...grid.refsOf(panel),
        x: row,
        y: scale * end,
        text: (scale * mean).toFixed(digits).replace("-", "−"),
        showarrow: false,
        yanchor: above ? "bottom" : "top",
        font: { size: 11, color: INK },
      });
    });
    if (floor !== undefined) {
      const y = scale * floor.mean, { xref, yref } = grid.refsOf(panel);
      shapes.push({
        type: "line",
        xref: `${xref} domain`,
        yref,
        x0: 0,
        x1: 1,
        y0: y,
        y1: y,
        line: { color: INK, width: 1, dash: "dash" },
      });
    }
    annotations.push(grid.heading(panel, title));
    Object.assign(axes, grid.axes(panel, { x: { type: "category" }, y: { range } }));
  });
  const several = rows.some(({ runs }) => runs.length > 1);
  const subtitle = [
    ...(several ? ["mean ± std over seeds"] : ["one seed"]),
    ...(shapes.length > 0 ? ["dashed: a random order"] : []),
  ].join("; ");
  annotations.push(grid.subtitle(subtitle));
  // Each bar is a trace of its own, and traces would else stand side by side.
  const layout = { ...grid.layout(title), ...axes, barmode: "overlay", annotations, shapes };
  return { data, layout };
}

/**
 * Loss terms over training steps, a panel for each term and a line for each row.
 *
 * Faint: the mean over seeds of the logged steps. Bold: its running mean over a fifteenth of them.
 * Undefined where nothing was trained.
 */
export function trainingCurves(
  runs: readonly RunRecord[],
  title = "Training losses",
): Figure | undefined {
  const terms = ([
    ["itc", "ITC loss"],
    ["is", "IS loss"],
    ["rsc", "RSC loss"],
    ["gradNorm", "gradient norm"],
  ] as const).filter(([term]) => runs.some(({ metrics }) => metrics.some((line) => term in line)));
  if (terms.length === 0) return undefined;
  const data: Record<string, unknown>[] = [], annotations: unknown[] = [];
  const axes: Record<string, unknown> = {};
  const grid = panels(terms.length), named = new Set<string>();
  terms.forEach(([term, heading], panel) => {
    for (const [order, { row, title, runs: seeds }] of byRow(runs).entries()) {
      const points = meanCurve(seeds, term);
      if (points.length === 0) continue;
      const x = points.map(([step]) => step), y = points.map(([, value]) => value);
      const line = { color: rowColour(row) };
      const trace = { type: "scatter", mode: "lines", ...grid.axesOf(panel), x, legendgroup: row };
      data.push({
        ...trace,
        y,
        line: { ...line, width: 1 },
        opacity: 0.25,
        hoverinfo: "skip",
        showlegend: false,
      }, {
        ...trace,
        y: runningMean(y, Math.max(1, Math.round(y.length / 15))),
        line: { ...line, width: 2 },
        name: `${row} ${title}`,
        // Panels differ in their rows: without a rank the legend is in order of appearance.
        legendrank: order,
        showlegend: !named.has(row),
      });
      named.add(row);
    }
    annotations.push(grid.heading(panel, heading));
    const x = { title: { text: "step", font: { size: 12 }, standoff: 6 }, rangemode: "tozero" };
    Object.assign(axes, grid.axes(panel, { x, y: {} }));
  });
  const several = new Set(runs.map(({ config }) => config.seed)).size > 1;
  annotations.push(
    grid.subtitle(`faint: logged steps${several ? ", mean over seeds" : ""}; bold: running mean`),
  );
  return {
    data,
    layout: {
      ...grid.layoutWithLegend(title, grid.legendRoom(data)),
      ...axes,
      annotations,
    },
  };
}

/** Runs of each row, in the order of rows. */
function byRow(runs: readonly RunRecord[]): { row: string; title: string; runs: RunRecord[] }[] {
  const names = [...new Set(runs.map(({ config }) => config.row))].sort();
  return names.map((row) => {
    const mine = runs.filter(({ config }) => config.row === row);
    return { row, title: mine[0]!.config.rowTitle, runs: mine };
  });
}

/** [step, mean over the seeds that logged it] of one term. */
function meanCurve(runs: readonly RunRecord[], term: keyof MetricLine): [number, number][] {
  const bySteps = new Map<number, number[]>();
  for (const line of runs.flatMap(({ metrics }) => metrics)) {
    const value = line[term];
    if (typeof value === "number") bySteps.set(line.step, [...bySteps.get(line.step) ?? [], value]);
  }
  return [...bySteps].sort(([a], [b]) => a - b).map(([step, values]) => [
    step,
    values.reduce((sum, value) => sum + value, 0) / values.length,
  ]);
}

/** Mean of the values up to `reach` places away on either side. */
function runningMean(values: readonly number[], reach: number): number[] {
  return values.map((_, i) => {
    const near = values.slice(Math.max(0, i - reach), i + reach + 1);
    return near.reduce((sum, value) => sum + value, 0) / near.length;
  });
}
