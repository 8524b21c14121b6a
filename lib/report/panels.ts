/** Small multiples: where the panels of a figure lie, and what all of them look like. */
import { FONT_FAMILY } from "./fonts.ts";

/**
 * One colour per row in every figure, told apart by the colour-blind: Okabe and Ito's palette, then
 * Tol's muted one.
 */
export const ROW_COLOURS: Readonly<Record<string, string>> = {
  A0: "#7f7f7f",
  A1: "#0072b2",
  A2: "#e69f00",
  A3: "#009e73",
  A4: "#cc79a7",
  A5: "#56b4e9",
  A6: "#d55e00",
  A7b: "#332288",
  A7c: "#117733",
  A7d: "#999933",
  A7e: "#882255",
  A7f: "#44aa99",
  A8n: "#5b3a8e",
  A8e: "#0b5d1e",
  A8c: "#b8860b",
  A8d: "#b0306a",
  A8b: "#008b8b",
  A8k: "#cc6677",
  A9f: "#4b6113",
  A9h: "#a0522d",
  A9l: "#2f4f4f",
  A9t: "#aa4499",
  A9v: "#b22222",
  A9w: "#661100",
  A9x: "#8b5a2b",
  A9z: "#6699cc",
};

/** Room below for a legend of one line, and height of an entry of one that stands upright, in px. */
export const LEGEND_ROOM = 34, LEGEND_LINE = 20;
/** Width of a legend's sign with its gaps and of a letter beside it, height of a line, rather too much. */
const LEGEND_SIGN = 60, LETTER = 8.4, FILLED_LINE = 26;

/**
 * Colours of what is no row, such as an attribute's values: other ones than the rows', 3 : 1 on paper at
 * the least. For the colour-blind shapes stand beside them.
 */
export const CLASS_COLOURS: readonly string[] = [
  "#24246a",
  "#ec7000",
  "#12938c",
  "#c477e0",
  "#5a0a18",
  "#5078fb",
  "#35647f",
  "#a02c0a",
];
const OTHER_COLOUR = "#000000";

/** Colour of texts and error bars. */
export const INK = "#222222";
const FAINT = "#e3e3e3";
/** Name of the annotation under the title. */
export const SUBTITLE = "subtitle";
// px
const PANEL = {
  width: 300,
  height: 230,
  gapX: 62,
  gapY: 74,
  left: 62,
  right: 18,
  top: 92,
  bottom: 52,
};

/** Height of a panel over its width. */
export const PANEL_ASPECT = PANEL.height / PANEL.width;

/** Colour of a row, the same in every figure. */
export function rowColour(row: string): string {
  return ROW_COLOURS[row] ?? OTHER_COLOUR;
}

/** The layout of `count` panels, at most `most` in a row, each with axes of its own. */
export function panels(count: number, most = count === 4 ? 2 : 3) {
  const columns = Math.min(most, count), lines = Math.ceil(count / columns);
  const { left, right, top, bottom } = PANEL;
  const inner = {
    width: columns * PANEL.width + (columns - 1) * PANEL.gapX,
    height: lines * PANEL.height + (lines - 1) * PANEL.gapY,
  };
  const suffix = (panel: number) => panel === 0 ? "" : String(panel + 1);
  const domain = (index: number, size: number, gap: number, whole: number) =>
    [index * (size + gap) / whole, (index * (size + gap) + size) / whole] as const;
  const place = (panel: number) => {
    const x = domain(panel % columns, PANEL.width, PANEL.gapX, inner.width);
    const fromTop = domain(Math.floor(panel / columns), PANEL.height, PANEL.gapY, inner.height);
    return { x, y: [1 - fromTop[1], 1 - fromTop[0]] as const };
  };
  const layout = (title: string) => ({
    width: left + inner.width + right,
    height: top + inner.height + bottom,
    margin: { l: left, r: right, t: top, b: bottom },
    paper_bgcolor: "#ffffff",
    plot_bgcolor: "#ffffff",
    font: { family: FONT_FAMILY, size: 12, color: INK },
    bargap: 0.25,
    title: {
      text: title,
      x: left / (left + inner.width + right),
      xanchor: "left",
      y: 1,
      yanchor: "top",
      pad: { t: 14 },
      font: { size: 17, color: INK },
    },
  });
  return {
    place,
    axesOf: (panel: number) => ({ xaxis: `x${suffix(panel)}`, yaxis: `y${suffix(panel)}` }),
    refsOf: (panel: number) => ({ xref: `x${suffix(panel)}`, yref: `y${suffix(panel)}` }),
    axes: (panel: number, more: { x: object; y: object }) => {
      const common = { ticks: "outside", ticklen: 4, tickcolor: "#999999", linecolor: "#999999" };
      const { x, y } = place(panel);
      return {
        [`xaxis${suffix(panel)}`]: {
          ...common,
          domain: x,
          anchor: `y${suffix(panel)}`,
          showline: true,
          showgrid: false,
          zeroline: false,
          ...more.x,
        },
        [`yaxis${suffix(panel)}`]: {
          ...common,
          domain: y,
          anchor: `x${suffix(panel)}`,
          gridcolor: FAINT,
          zerolinecolor: "#999999",
          nticks: 6,
          ...more.y,
        },
      };
    },
    heading: (panel: number, text: string) => ({
      xref: "paper",
      yref: "paper",
      x: place(panel).x[0],
      y: place(panel).y[1],
      yshift: 8,
      xanchor: "left",
      yanchor: "bottom",
      text,
      showarrow: false,
      font: { size: 13, color: INK },
    }),
    /** The line under the title, as an annotation. */
    subtitle: (text: string) => ({
      name: SUBTITLE,
      xref: "paper",
      yref: "paper",
      x: 0,
      y: 1,
      yshift: top - 46,
      xanchor: "left",
      yanchor: "middle",
      text,
      showarrow: false,
      font: { size: 12, color: "#555555" },
    }),
    layout,
    /** The room below that the legend of traces needs, in px: as many lines as their names fill. */
    legendRoom: (traces: readonly Readonly<Record<string, unknown>>[]) => {
      const { width } = layout("");
      let lines = 1, used = 0;
      for (const { name } of traces.filter(({ showlegend }) => showlegend === true)) {
        const entry = LEGEND_SIGN + LETTER * String(name).length;
        if (used > 0 && used + entry > width) [lines, used] = [lines + 1, 0];
        used += entry;
      }
      return LEGEND_ROOM + FILLED_LINE * (lines - 1);
    },
    /** The same with `room` px below, for a legend that lies there. */
    layoutWithLegend: (title: string, room: number) => {
      const { height, margin, ...rest } = layout(title);
      return {
        ...rest,
        height: height + room,
        margin: { ...margin, b: margin.b + room },
        legend: {
          orientation: "h",
          x: 0,
          xanchor: "left",
          yref: "container",
          y: 0,
          yanchor: "bottom",
        },
      };
    },
  };
}
