/**
 * Plotly without a browser: plotly.js-dist inside jsdom.
 *
 * jsdom lays nothing out, and Plotly asks for the boxes of its texts to place ticks and legends. The
 * one thing it needs is `getBoundingClientRect` of SVG elements, computed here from font widths.
 */
import { textWidth } from "./fonts.ts";

/** The page with Plotly in it, as far as it is used. */
export interface Browser {
  plotly: { toImage(figure: unknown, options: Record<string, unknown>): Promise<string> };
  /** Starts the random numbers of the page anew, so that the ids inside an SVG repeat. */
  seedRandom(seed: number): void;
}

let browser: Promise<Browser> | undefined;

/** The page with Plotly in it, loaded once per process (about a second). */
export function startPlotly(): Promise<Browser> {
  return browser ??= load();
}

async function load(): Promise<Browser> {
  // Imported here, not above: it takes 45 MB, and most processes draw no plot.
  const { JSDOM, VirtualConsole } = await import("jsdom");
  const { window } = new JSDOM("<!doctype html><html><body></body></html>", {
    pretendToBeVisual: true,
    runScripts: "outside-only",
    // Without a console jsdom would print each "not implemented" of the page.
    virtualConsole: new VirtualConsole(),
  });
  window.SVGElement.prototype.getBoundingClientRect = function (this: Node) {
    return withEdges(boxOf(this));
  };
  let state = 1;
  // mulberry32; Plotly draws the ids of clip paths and the like from Math.random.
  window.Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  window.eval(await Deno.readTextFile(new URL(import.meta.resolve("plotly.js-dist"))));
  return {
    plotly: window.Plotly,
    seedRandom: (seed) => state = seed | 0,
  };
}

/** The part of an SVG element that the boxes are computed from. */
interface Node {
  tagName: string;
  textContent: string;
  parentNode: Node | null;
  getAttribute?(name: string): string | null;
  querySelectorAll(selector: string): Iterable<Node>;
  closest(selector: string): Node | null;
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const withEdges = (box: Box) => ({
  ...box,
  left: box.x,
  top: box.y,
  right: box.x + box.width,
  bottom: box.y + box.height,
});

/** Union of the boxes of all texts and rectangles below an element, in coordinates of the page. */
function boxOf(element: Node): Box {
  const parts = /^(text|rect)$/.test(element.tagName)
    ? [element]
    : element.tagName === "tspan"
    ? [element.closest("text")!]
    : [...element.querySelectorAll("text")];
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const part of parts) {
    if (part.tagName === "text" && part.textContent === "") continue;
    const box = part.tagName === "rect" ? rectangle(part) : textBox(part);
    const [a, b, c, d, e, f] = pageTransform(part);
    for (const x of [box.x, box.x + box.width]) {
      for (const y of [box.y, box.y + box.height]) {
        const px = a * x + c * y + e, py = b * x + d * y + f;
        left = Math.min(left, px);
        right = Math.max(right, px);
        top = Math.min(top, py);
        bottom = Math.max(bottom, py);
      }
    }
  }
  if (left === Infinity) return { x: 0, y: 0, width: 0, height: 0 };
  return { x: left, y: top, width: right - left, height: bottom - top };
}

const attribute = (element: Node, name: string) => Number(element.getAttribute?.(name) || 0);

function rectangle(element: Node): Box {
  const [x, y, width, height] = ["x", "y", "width", "height"].map((n) => attribute(element, n));
  return { x: x!, y: y!, width: width!, height: height! };
}

/** Box of one text in its own coordinates: ascent 0.905 em, line height 1.3 em, as in Arial. */
function textBox(element: Node): Box {
  const size = fontSize(element);
  const spans = [...element.querySelectorAll("tspan.line")];
  const lines = (spans.length > 0 ? spans : [element]).map(({ textContent }) => textContent);
  const width = Math.max(...lines.map((line) => textWidth(line, size)));
  const style = element.getAttribute?.("style") ?? "";
  const anchor = /text-anchor:\s*(\w+)/.exec(style)?.[1] ?? element.getAttribute?.("text-anchor");
  const shift = anchor === "middle" ? width / 2 : anchor === "end" ? width : 0;
  return {
    x: attribute(element, "x") - shift,
    y: attribute(element, "y") - 0.905 * size,
    width,
    height: size * (1.149 + 1.3 * (lines.length - 1)),
  };
}

function fontSize(element: Node): number {
  for (let e: Node | null = element; e?.getAttribute !== undefined; e = e.parentNode) {
    const found = /font-size:\s*([\d.]+)px/.exec(e.getAttribute("style") ?? "") ??
      /^([\d.]+)/.exec(e.getAttribute("font-size") ?? "");
    if (found !== null) return Number(found[1]);
  }
  return 12;
}

/** [a, b, c, d, e, f] of SVG's `matrix`. */
type Matrix = [number, number, number, number, number, number];

function times(p: Matrix, q: Matrix): Matrix {
  return [
    p[0] * q[0] + p[2] * q[1],
    p[1] * q[0] + p[3] * q[1],
    p[0] * q[2] + p[2] * q[3],
    p[1] * q[2] + p[3] * q[3],
    p[0] * q[4] + p[2] * q[5] + p[4],
    p[1] * q[4] + p[3] * q[5] + p[5],
  ];
}

/** From an element's own coordinates to those of its svg element. */
function pageTransform(element: Node): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  for (let e: Node | null = element; e !== null && e.tagName !== "svg"; e = e.parentNode) {
    matrix = times(ownTransform(e), matrix);
  }
  return matrix;
}

function ownTransform(element: Node): Matrix {
  let matrix: Matrix = [1, 0, 0, 1, 0, 0];
  const text = element.getAttribute?.("transform") ?? "";
  for (const [, name, list] of text.matchAll(/(\w+)\(([^)]*)\)/g)) {
    const [a = 0, b, c, d = 0, e = 0, f = 0] = list!.trim().split(/[\s,]+/).map(Number);
    if (name === "translate") matrix = times(matrix, [1, 0, 0, 1, a, b ?? 0]);
    else if (name === "scale") matrix = times(matrix, [a, 0, 0, b ?? a, 0, 0]);
    else if (name === "matrix") matrix = times(matrix, [a, b ?? 0, c ?? 0, d, e, f]);
    else if (name === "rotate") {
      const cos = Math.cos(a * Math.PI / 180), sin = Math.sin(a * Math.PI / 180);
      const x = b ?? 0, y = c ?? 0;
      matrix = times(matrix, [1, 0, 0, 1, x, y]);
      matrix = times(matrix, [cos, sin, -sin, cos, -x * cos + y * sin, -x * sin - y * cos]);
    }
  }
  return matrix;
}
