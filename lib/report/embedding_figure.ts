/** Maps of embeddings: where pictures and captions of the test split lie, a panel for each row. */
import { panels, ROW_COLOURS } from "./panels.ts";
import type { Figure } from "./plot.ts";
import type { RunRecord } from "./record.ts";
import type { Embedding } from "./shown.ts";

/** What maps are drawn of: before tuning, one loss, two, and all three. */
const MAPPED_ROWS: readonly string[] = ["A0", "A1", "A3", "A6"];

/** Most records in a panel; the page holds each point twice. */
const MOST_RECORDS = 100;

/** Colours of an attribute's values; the first eight rows', told apart by the colour-blind. */
const COLOURS = Object.values(ROW_COLOURS);

/** The first seed of each mapped row, and its map. */
function mapped(runs: readonly RunRecord[]): { run: RunRecord; map: Embedding }[] {
  return MAPPED_ROWS.flatMap((row) => {
    const run = runs.find(({ config, embedding }) => config.row === row && embedding);
    return run?.embedding === undefined ? [] : [{ run, map: run.embedding }];
  });
}

/**
 * Pictures as dots and captions as open diamonds, coloured by an attribute, on the two principal axes
 * of each row's own embeddings. Undefined where no run kept a map.
 */
export function embeddingMaps(runs: readonly RunRecord[], title: string): Figure | undefined {
  const shown = mapped(runs), first = shown[0]?.map;
  if (first === undefined) return undefined;
  const step = Math.ceil(first.ids.length / MOST_RECORDS);
  const values = [...new Set(first.attribute?.values ?? [""])].sort();
  const grid = panels(shown.length), axes: Record<string, unknown> = {};
  const data: Record<string, unknown>[] = [], annotations: unknown[] = [];
  shown.forEach(({ run: { config }, map }, panel) => {
    for (const [v, value] of values.entries()) {
      const places = map.ids.flatMap((_, i) =>
        i % step === 0 && (map.attribute?.values[i] ?? "") === value ? [i] : []
      );
      for (const kind of ["images", "texts"] as const) {
        const what = kind === "images" ? "pictures" : "captions";
        data.push({
          type: "scatter",
          mode: "markers",
          ...grid.axesOf(panel),
          x: places.map((i) => map[kind][i]![0]),
          y: places.map((i) => map[kind][i]![1]),
          text: places.map((i) => map.ids[i]),
          marker: {
            color: COLOURS[v % COLOURS.length],
            size: 6,
            symbol: kind === "images" ? "circle" : "diamond-open",
          },
          name: value === "" ? what : `${value}, ${what}`,
          legendgroup: `${value} ${kind}`,
          showlegend: panel === 0,
        });
      }
    }
    annotations.push(grid.heading(panel, `${config.row} ${config.rowTitle}`));
    const axis = (share: number) => ({
      title: { text: `${Math.round(100 * share)} % of variance`, font: { size: 12 }, standoff: 6 },
    });
    Object.assign(axes, grid.axes(panel, { x: axis(map.variance[0]), y: axis(map.variance[1]) }));
  });
  const lines = Math.ceil(2 * values.length / 4);
  annotations.push(grid.subtitle(
    "two principal axes of a row's own embeddings; dots are pictures, diamonds captions" +
      (first.attribute === undefined ? "" : `; coloured by ${first.attribute.name}`),
  ));
  return {
    data,
    layout: {
      ...grid.layoutWithLegend(title, 24 * lines),
      ...axes,
      annotations,
    },
  };
}
