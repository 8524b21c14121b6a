/** Maps of embeddings: where pictures and captions of the test split lie, a panel for each row. */
import { comparedRuns } from "./compared_runs.ts";
import { CLASS_COLOURS, LEGEND_LINE, LEGEND_ROOM, PANEL_ASPECT, panels } from "./panels.ts";
import type { Figure } from "./plot.ts";
import type { RunRecord } from "./record.ts";
import type { Embedding } from "./shown.ts";

/** Most records in a panel; the page holds each point twice. */
const MOST_RECORDS = 100;

/** A shape for each value of an attribute, beside its colour. */
const SHAPES = [
  "circle",
  "square",
  "diamond",
  "triangle-up",
  "cross",
  "triangle-down",
  "star",
  "x",
] as const;

/** Entries of the legend in one line, at the least. */
const LEGEND_COLUMNS = 4;

/**
 * Pictures as solid and captions as open marks, told apart by an attribute, on the two principal axes
 * of each row's own embeddings; all panels have one scale. Undefined where no run kept a map.
 */
export function embeddingMaps(runs: readonly RunRecord[], title: string): Figure | undefined {
  const compared = comparedRuns(runs, ({ embedding }) => embedding), first = compared[0]?.kept;
  if (first === undefined) return undefined;
  const shown = compared.map(({ run, kept }) => ({ run, map: turnedLike(kept, first) }));
  const step = Math.ceil(first.ids.length / MOST_RECORDS);
  const values = [...new Set(first.attribute?.values ?? [""])].sort();
  const grid = panels(shown.length), axes: Record<string, unknown> = {};
  const half = halfHeight(shown.map(({ map }) => map));
  const data: Record<string, unknown>[] = [], annotations: unknown[] = [];
  shown.forEach(({ run: { config }, map }, panel) => {
    for (const [v, value] of values.entries()) {
      const places = map.ids.flatMap((_, i) =>
        i % step === 0 && (map.attribute?.values[i] ?? "") === value ? [i] : []
      );
      for (const kind of ["images", "texts"] as const) {
        const open = kind === "texts", what = open ? "captions" : "pictures";
        // Without an attribute pictures and captions have a colour each.
        const colour = value === "" && open ? v + 1 : v;
        data.push({
          type: "scatter",
          mode: "markers",
          ...grid.axesOf(panel),
          x: places.map((i) => map[kind][i]![0]),
          y: places.map((i) => map[kind][i]![1]),
          text: places.map((i) => `${map.ids[i]}, ${what}`),
          marker: {
            color: CLASS_COLOURS[colour % CLASS_COLOURS.length],
            size: 7,
            symbol: SHAPES[v % SHAPES.length] + (open ? "-open" : ""),
          },
          name: value === "" ? what : value,
          legendgroup: value === "" ? what : value,
          showlegend: panel === 0 && (value === "" || !open),
        });
      }
    }
    annotations.push(grid.heading(panel, `${config.row} ${config.rowTitle}`));
    const axis = (share: number, half: number) => ({
      title: { text: `${Math.round(100 * share)} % of variance`, font: { size: 12 }, standoff: 6 },
      range: [-half, half],
    });
    const [x, y] = map.variance;
    Object.assign(axes, grid.axes(panel, { x: axis(x, half / PANEL_ASPECT), y: axis(y, half) }));
  });
  const { attribute } = first;
  annotations.push(grid.subtitle(
    "two principal axes of a row's own embeddings; solid marks are pictures, open ones captions" +
      (attribute === undefined ? "" : `; shape and colour: ${attribute.name}`),
  ));
  return {
    data,
    layout: {
      ...grid.layoutWithLegend(
        title,
        LEGEND_ROOM + LEGEND_LINE * Math.floor((values.length - 1) / LEGEND_COLUMNS),
      ),
      ...axes,
      annotations,
      meta: {
        description: shown.map(({ run: { config: { row } }, map }) => inWords(row, map)).join(" "),
      },
    },
  };
}

/** The map with its axes turned round where that brings its pictures nearer to those of another map. */
function turnedLike(map: Embedding, other: Embedding): Embedding {
  const sign = ([0, 1] as const).map((axis) => {
    const along = map.ids.reduce((sum, id, i) => {
      const there = other.images[other.ids.indexOf(id)]?.[axis] ?? 0;
      return sum + map.images[i]![axis] * there;
    }, 0);
    return along < 0 ? -1 : 1;
  });
  // The sign of a principal axis means nothing.
  const turned = (points: Embedding["images"]) =>
    points.map(([x, y]): [number, number] => [sign[0]! * x, sign[1]! * y]);
  return { ...map, images: turned(map.images), texts: turned(map.texts) };
}

/** Half of the height that holds every point of all maps in panels of one scale. */
function halfHeight(maps: readonly Embedding[]): number {
  const points = maps.flatMap(({ images, texts }) => [...images, ...texts]);
  const most = Math.max(
    0.1,
    ...points.map(([x, y]) => Math.max(Math.abs(y), Math.abs(x) * PANEL_ASPECT)),
  );
  return 1.06 * most;
}

/** What a panel shows, for those who do not see it: how far pictures and captions lie apart. */
function inWords(row: string, { images, texts, variance }: Embedding): string {
  const centre = (points: Embedding["images"], axis: 0 | 1) =>
    points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const apart = Math.hypot(
    centre(images, 0) - centre(texts, 0),
    centre(images, 1) - centre(texts, 1),
  );
  const share = Math.round(100 * (variance[0] + variance[1]));
  return `${row}: the centres of pictures and captions lie ${
    apart.toFixed(2)
  } apart on axes that ` +
    `hold ${share} % of the variance.`;
}
