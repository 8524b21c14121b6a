/** How strongly each loss pulls at each network along training, of runs that measured it. */
import { mean } from "../../eval/mod.ts";
import { CLASS_COLOURS, panels } from "../panels.ts";
import type { Figure } from "../plot.ts";
import type { MetricLine, RunRecord } from "../record.ts";
import { inOrder, lineThrough } from "./axes.ts";

const TOWERS = { text: "text tower", vision: "vision tower", unet: "UNet" } as const;
const LOSSES = {
  itc: { title: "ITC", symbol: "circle" },
  is: { title: "IS", symbol: "square" },
  "rsc-c2d": { title: "RSC, CLIP teaches", symbol: "diamond" },
  "rsc-d2c": { title: "RSC, diffusion teaches", symbol: "triangle-up" },
} as const;

/** Steps before each measurement and the mean over the runs' numbers under `key`; zeros, which a logarithm has not, are left out. */
function meansOf(lines: readonly MetricLine[], key: string) {
  const measured = lines.flatMap((line) => {
    const value = line[key];
    return typeof value === "number" && value > 0 ? [{ before: line.step - 1, value }] : [];
  });
  return inOrder(measured, ({ before }) => before).map(([x, found]) => ({
    x,
    y: mean(found.map(({ value }) => value)),
  }));
}

/**
 * A panel for each network and row, a line for each loss: norms of the unweighted losses' gradients on
 * one training batch against the steps before. Undefined where no run has measured them twice
 * (`train.gradientNorms`).
 */
export function gradientsFigure(runs: readonly RunRecord[], title: string): Figure | undefined {
  const measured = runs.filter(({ config }) => config.train.gradientNorms !== undefined);
  const rows = [...Map.groupBy(measured, ({ config }) => config.row)].sort();
  const towers = Object.entries(TOWERS), grid = panels(rows.length * towers.length, 3);
  const data: Record<string, unknown>[] = [], annotations: unknown[] = [];
  const axes: Record<string, unknown> = {}, named = new Set<string>();
  rows.forEach(([row, mine], line) => {
    const lines = mine.flatMap(({ metrics }) => metrics);
    towers.forEach(([tower, name], column) => {
      const panel = line * towers.length + column;
      Object.entries(LOSSES).forEach(([loss, { title, symbol }], i) => {
        const means = meansOf(lines, `grad.${loss}.${tower}`);
        if (means.length < 2) return;
        data.push(lineThrough(means, grid.axesOf(panel), {
          line: { color: CLASS_COLOURS[i], width: 2 },
          marker: { symbol, size: 7 },
          name: title,
          legendgroup: loss,
          showlegend: !named.has(loss),
        }));
        named.add(loss);
      });
      annotations.push(grid.heading(panel, `${row}: ${name}`));
      const x = { title: { text: "steps before", font: { size: 12 }, standoff: 6 } };
      Object.assign(axes, grid.axes(panel, { x, y: { type: "log", dtick: "D2" } }));
    });
  });
  if (data.length === 0) return undefined;
  annotations.push(grid.subtitle("Euclidean norms of unweighted losses' gradients on one batch"));
  return {
    data,
    layout: { ...grid.layoutWithLegend(title, grid.legendRoom(data)), ...axes, annotations },
  };
}
