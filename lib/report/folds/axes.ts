/** F2 and F3: what rows do over length of training and share of the products. */
import { panels, rowColour } from "../panels.ts";
import type { Figure } from "../plot.ts";
import type { RunRecord } from "../record.ts";
import { foldSummary } from "./rows_table.ts";

/** A number of the figures: the mean of some keys of evaluation.json. */
interface Number {
  readonly title: string;
  readonly keys: readonly string[];
  readonly scale: number;
}

export const RECALL: Number = {
  title: "R@5, both ways' mean (%)",
  keys: ["retrieval.i2t.r5", "retrieval.t2i.r5"],
  scale: 100,
};
export const OUTSIDE: Number = {
  title: "outside the tuned set: R@5 (%)",
  keys: ["forgetting.i2t.r5", "forgetting.t2i.r5"],
  scale: 100,
};
const NOISE: Number = { title: "IS loss (× 1000)", keys: ["is.test"], scale: 1000 };
const RANK: Number = {
  title: "covariance rank of image embeddings",
  keys: ["collapse.image.covarianceRank"],
  scale: 1,
};

export function valueOf(runs: readonly RunRecord[], { keys, scale }: Number): number | undefined {
  const found = keys.map((key) => foldSummary(runs, key)?.mean);
  if (found.some((mean) => mean === undefined)) return undefined;
  return scale * found.reduce<number>((sum, mean) => sum + mean!, 0) / keys.length;
}

/** What a run was trained with that an axis is about. */
export type Axis = (run: RunRecord) => number;

export const stepsOf: Axis = ({ config }) => Number(config.train.steps);
export const shareOf: Axis = ({ config }) => config.fraction;

/** What of its preset a run has changed; drawing no pictures is no change. */
export function changedSettings({ config }: RunRecord): string[] {
  return Object.keys(config.changes ?? {}).filter((name) =>
    !/^evaluate\.(samples|shown)$/.test(name)
  );
}

/** What stands at each place, least place first. */
export function inOrder<T>(all: readonly T[], placeOf: (one: T) => number): [number, T[]][] {
  return [...Map.groupBy(all, placeOf)].sort(([a], [b]) => a - b);
}

/** Runs of each row by their place on an axis; rows with fewer than two places are left out. */
function lines(runs: readonly RunRecord[], axis: Axis) {
  return [...Map.groupBy(runs, ({ config }) => config.row)].sort().flatMap(([row, mine]) => {
    const places = inOrder(mine, axis);
    return places.length < 2 ? [] : [{ row, title: mine[0]!.config.rowTitle, places }];
  });
}

/**
 * A panel for each of retrieval, what is kept outside, denoising and rank, a line for each row over an
 * axis; undefined where no row has two places on it.
 */
export function axisFigure(
  runs: readonly RunRecord[],
  axis: Axis,
  title: string,
  label: string,
): Figure | undefined {
  const rows = lines(runs, axis), numbers = [RECALL, OUTSIDE, NOISE, RANK];
  const grid = panels(numbers.length), axes: Record<string, unknown> = {};
  const data: Record<string, unknown>[] = [], annotations: unknown[] = [];
  numbers.forEach((number, panel) => {
    for (const { row, title, places } of rows) {
      const points = places.flatMap(([x, mine]) => {
        const y = valueOf(mine, number);
        return y === undefined ? [] : [{ x, y }];
      });
      if (points.length < 2) continue;
      data.push(lineThrough(points, grid.axesOf(panel), {
        line: { color: rowColour(row), width: 2 },
        name: `${row} ${title}`,
        legendgroup: row,
        showlegend: panel === 0,
      }));
    }
    annotations.push(grid.heading(panel, number.title));
    const x = {
      type: "log",
      title: { text: label, font: { size: 12 }, standoff: 6 },
      tickvals: ticks(rows),
    };
    Object.assign(axes, grid.axes(panel, { x, y: {} }));
  });
  if (data.length === 0) return undefined;
  annotations.push(grid.subtitle("means over the folds"));
  return {
    data,
    layout: { ...grid.layoutWithLegend(title, grid.legendRoom(data)), ...axes, annotations },
  };
}

function ticks(rows: ReturnType<typeof lines>): number[] {
  return [...new Set(rows.flatMap(({ places }) => places.map(([x]) => x)))].sort((a, b) => a - b);
}

/** A line with marks through points, on the axes of a panel. */
export function lineThrough(
  points: readonly { readonly x: number; readonly y: number }[],
  axes: object,
  style: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    type: "scatter",
    mode: "lines+markers",
    ...axes,
    x: points.map(({ x }) => x),
    y: points.map(({ y }) => y),
    ...style,
  };
}
