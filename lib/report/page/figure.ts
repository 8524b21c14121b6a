/** A figure inside the page: drawn for wide and for narrow screens, in the page's own colours. */
import { CLASS_COLOURS, LEGEND_LINE, panels, ROW_COLOURS, SUBTITLE } from "../panels.ts";
import { type Figure, toSvg } from "../plot.ts";
import { escapeXml } from "../table.ts";
import { compactSvg } from "./compact.ts";

/** The parts of a layout that are moved here. */
interface Layout {
  width: number;
  height: number;
  margin: { t: number; b: number };
  title?: { text?: string };
  annotations?: Annotation[];
  legend?: Record<string, unknown>;
  /** What the figure shows in words, where no table has its numbers. */
  meta?: { description?: string };
  [axis: string]: unknown;
}

interface Annotation {
  name?: string;
  text: string;
  xref: string;
  yref: string;
  x: number;
  y: number;
}

/** Room for the headings of panels where there is no title, in px. */
const HEADINGS = 36;

/** A figure of panels without its title and the line below it, which are text of the page. */
export function untitled(figure: Figure): { figure: Figure; title: string; subtitle: string } {
  const layout = structuredClone(figure.layout) as unknown as Layout;
  const title = layout.title?.text ?? "";
  const subtitle = layout.annotations?.find(({ name }) => name === SUBTITLE)?.text ?? "";
  delete layout.title;
  layout.annotations = layout.annotations?.filter(({ name }) => name !== SUBTITLE) ?? [];
  layout.height -= layout.margin.t - HEADINGS;
  layout.margin.t = HEADINGS;
  return { figure: { data: figure.data, layout }, title, subtitle };
}

/** A figure that {@link panels} laid out, its panels anew in at most `columns` columns. */
export function inColumns(figure: Figure, columns: number): Figure {
  const layout = structuredClone(figure.layout) as unknown as Layout;
  const count = Object.keys(layout).filter((key) => /^xaxis\d*$/.test(key)).length;
  const before = panels(count), after = panels(count, columns);
  const corner = ({ place }: typeof before, panel: number) => {
    const { x, y } = place(panel);
    return { x: x[0], y: y[1] };
  };
  const headings = (layout.annotations ?? []).filter((a) =>
    a.xref === "paper" && a.yref === "paper" && a.name !== SUBTITLE
  );
  const moved = headings.map((a) => {
    const panel = Array.from({ length: count }, (_, p) => corner(before, p))
      .findIndex(({ x, y }) => x === a.x && y === a.y);
    return panel < 0 ? a : { ...a, ...corner(after, panel) };
  });
  layout.annotations = layout.annotations?.map((a) => moved[headings.indexOf(a)] ?? a) ?? [];
  for (let panel = 0; panel < count; panel++) {
    const suffix = panel === 0 ? "" : panel + 1, { x, y } = after.place(panel);
    Object.assign(layout[`xaxis${suffix}`] as object, { domain: x });
    Object.assign(layout[`yaxis${suffix}`] as object, { domain: y });
  }
  const size = { old: before.layout(""), now: after.layout("") };
  layout.width = size.now.width;
  layout.height += size.now.height - size.old.height;
  if (layout.legend !== undefined) {
    // Beside each other the entries would not fit; one below the other they need room.
    const named = figure.data.filter(({ showlegend }) => showlegend === true).length;
    const room = LEGEND_LINE * Math.max(0, named - 1);
    layout.legend = { ...layout.legend, orientation: "v" };
    layout.height += room;
    layout.margin.b += room;
  }
  return { data: figure.data, layout };
}

/** Colours of figures as custom properties of the page's style, which knows light and dark. */
const THEME: Readonly<Record<string, string>> = {
  "0, 0, 0": "--ink",
  "34, 34, 34": "--ink",
  "85, 85, 85": "--muted",
  "68, 68, 68": "--muted",
  "153, 153, 153": "--axis",
  "227, 227, 227": "--rule",
  "255, 255, 255": "--paper",
  ...Object.fromEntries(
    Object.entries(ROW_COLOURS).map(([row, hex]) => [rgb(hex), `--row-${row}`]),
  ),
  ...Object.fromEntries(CLASS_COLOURS.map((hex, i) => [rgb(hex), `--class-${i + 1}`])),
};

/** "#0072b2" as an SVG of Plotly's writes it: "0, 114, 178". */
function rgb(hex: string): string {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(", ");
}

/** An SVG of {@link toSvg} to stand inside a page: no background, colours of {@link THEME}. */
export function themed(svg: string): string {
  return svg
    .replace(/ width="([\d.]+)" height="[\d.]+" style=""/, ' style="--width:$1px"')
    .replace(/<rect x="0" y="0" width="[\d.]+" height="[\d.]+" style="fill: rgb[^>]*\/>/, "")
    .replace(/rgb\((\d+, \d+, \d+)\)/g, (all, rgb) => rgb in THEME ? `var(${THEME[rgb]})` : all)
    // The page names the figure; hundreds of glyphs are no text to read out or to tab through.
    .replace("<svg ", '<svg aria-hidden="true" focusable="false" ');
}

/**
 * The figure as an HTML fragment: heading, buttons to zoom, the drawing twice (the style shows the one
 * that fits). `more` is HTML that stands in the caption.
 */
export async function figureHtml(figure: Figure, id: string, more = ""): Promise<string> {
  const { figure: bare, title, subtitle } = untitled(figure);
  const drawn = async (one: Figure) => compactSvg(themed(await toSvg(one)));
  const wide = await drawn(bare), narrow = await drawn(inColumns(bare, 1));
  const button = (action: string, label: string, sign: string) =>
    `<button type="button" data-zoom="${action}" aria-label="${label}: ${escapeXml(title)}" ` +
    `title="${label}">${sign}</button>`;
  return `<figure class="plot" id="${id}" aria-labelledby="${id}-title">
<div class="plot-head">
<h3 id="${id}-title">${escapeXml(title)}</h3>
<div class="tools">${button("in", "Zoom in", "+")}${button("out", "Zoom out", "−")}${
    button("reset", "Whole figure", "⤢")
  }</div>
</div>
<div class="view" role="img" tabindex="0" aria-label="${
    escapeXml(`${title}: ${headings(bare).join(", ")}. ${description(bare)}`)
  }">
<div class="wide">${wide}</div>
<div class="narrow">${narrow}</div>
</div>
<figcaption>${escapeXml(sentence(subtitle))}${more}</figcaption>
</figure>`;
}

function description({ layout }: Figure): string {
  return (layout as unknown as Layout).meta?.description ?? "The numbers are in the tables.";
}

/** Headings of the panels of a figure. */
function headings({ layout }: Figure): string[] {
  const { annotations = [] } = layout as unknown as Layout;
  return annotations.filter(({ xref, yref }) => xref === "paper" && yref === "paper")
    .map(({ text }) => text);
}

function sentence(text: string): string {
  return text === "" ? "" : `${text[0]!.toUpperCase()}${text.slice(1)}. `;
}
