/** A sheet of SVG shapes that knows its own extent, with just enough 3-D for furniture. */
import type { Stream } from "../runtime/mod.ts";
import { hex, mix, type Rgb, tone } from "./colour.ts";

/** A point on the sheet: x to the right, y downwards. */
export type Point = readonly [number, number];
/** A point of an outline, smooth unless it is called a corner. */
export type Node = readonly [number, number] | readonly [number, number, "corner"];
/** A point in space: x to the right, y away from the viewer, z upwards. */
export type Point3 = readonly [number, number, number];
/** What a shape is filled and outlined with. */
export interface Paint {
  readonly fill: string;
  readonly edge: string;
  readonly rgb: Rgb;
}

/** A single colour with a darker outline. */
export function plain(rgb: Rgb): Paint {
  return { rgb, fill: hex(rgb), edge: hex(tone(rgb, 0.62)) };
}

const n = (x: number) => String(Math.round(x * 10) / 10);
const n2 = (x: number) => String(Math.round(x * 100) / 100);
const list = (points: readonly Point[]) => points.map(([x, y]) => `${n(x)},${n(y)}`).join(" ");

/**
 * The path through the points: Catmull–Rom as Bézier pieces, straight between two corners.
 *
 * Closed unless told otherwise; an open one starts and ends as at a corner.
 */
export function curve(nodes: readonly Node[], closed = true): string {
  const count = nodes.length;
  const at = (i: number) => nodes[(i + count) % count] as Node;
  const corner = (i: number) => at(i)[2] === "corner" || (!closed && (i === 0 || i === count - 1));
  let d = `M${n(at(0)[0])} ${n(at(0)[1])}`;
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [p, a, b, q] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const out = corner(i) ? [(b[0] - a[0]) / 3, (b[1] - a[1]) / 3] : [
      (b[0] - p[0]) / 6,
      (b[1] - p[1]) / 6,
    ];
    const back = corner((i + 1) % count) ? [(b[0] - a[0]) / 3, (b[1] - a[1]) / 3] : [
      (q[0] - a[0]) / 6,
      (q[1] - a[1]) / 6,
    ];
    d += `C${n(a[0] + out[0]!)} ${n(a[1] + out[1]!)} ` +
      `${n(b[0] - back[0]!)} ${n(b[1] - back[1]!)} ${n(b[0])} ${n(b[1])}`;
  }
  return closed ? `${d}Z` : d;
}

/** Gradients that every sheet shares: soft light, soft shadow, roundness. */
const SHARED = `<radialGradient id="hi"><stop stop-color="#fff" stop-opacity=".3"/>` +
  `<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>` +
  `<radialGradient id="lo"><stop stop-opacity=".26"/><stop offset="1" stop-opacity="0"/></radialGradient>` +
  `<linearGradient id="rd"><stop stop-opacity=".3"/><stop offset=".3" stop-color="#fff" stop-opacity=".18"/>` +
  `<stop offset=".5" stop-opacity="0"/><stop offset="1" stop-opacity=".38"/></linearGradient>` +
  `<linearGradient id="sd"><stop stop-opacity=".26"/><stop offset=".28" stop-opacity="0"/>` +
  `<stop offset=".72" stop-opacity="0"/><stop offset="1" stop-opacity=".26"/></linearGradient>` +
  `<radialGradient id="bl" cx=".38" cy=".32" r=".75"><stop stop-color="#fff" stop-opacity=".45"/>` +
  `<stop offset=".45" stop-opacity="0"/><stop offset="1" stop-opacity=".45"/></radialGradient>`;

/** Collects shapes; coordinates are free for things ({@link Sketch.fitted}), 0 to 100 for people. */
export class Sketch {
  #defs = "";
  #body = "";
  #count = 0;
  #box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  readonly #cos: number;
  readonly #sin: number;
  readonly #tilt: number;
  readonly #rise: number;

  /** A sheet whose things in space are seen turned by `yaw` and from above by `pitch` radians. */
  constructor(yaw = 0.5, pitch = 0.35) {
    [this.#cos, this.#sin] = [Math.cos(yaw), Math.sin(yaw)];
    [this.#rise, this.#tilt] = [Math.cos(pitch), Math.sin(pitch)];
  }

  /** Adds a definition made from its new identifier, and returns the reference to it. */
  define(make: (id: string) => string): string {
    const id = `d${this.#count++}`;
    this.#defs += make(id);
    return `url(#${id})`;
  }

  #grow(points: readonly Point[], by = 0): void {
    for (const [x, y] of points) {
      const b = this.#box;
      this.#box = [
        Math.min(b[0], x - by),
        Math.min(b[1], y - by),
        Math.max(b[2], x + by),
        Math.max(b[3], y + by),
      ];
    }
  }

  /** A polygon; `outline` is the width of its edge. */
  polygon(points: readonly Point[], paint: Paint, outline = 0.7): void {
    this.#grow(points);
    this.#body += `<polygon points="${list(points)}" fill="${paint.fill}"` +
      (outline > 0 ? ` stroke="${paint.edge}" stroke-width="${outline}"/>` : "/>");
  }

  /** A closed smooth curve through the points (Catmull–Rom as Bézier pieces). */
  smooth(points: readonly Point[], paint: Paint, outline = 0.7): void {
    this.#grow(points);
    this.#body += `<path d="${curve(points)}" fill="${paint.fill}"` +
      (outline > 0 ? ` stroke="${paint.edge}" stroke-width="${outline}"/>` : "/>");
  }

  /** An open line with round ends. */
  line(points: readonly Point[], paint: Paint, width: number, outline = 0): void {
    this.#grow(points, width / 2);
    const draw = (colour: string, w: number) =>
      `<polyline points="${list(points)}" fill="none" stroke="${colour}" stroke-width="${n(w)}"` +
      ` stroke-linecap="round" stroke-linejoin="round"/>`;
    if (outline > 0) this.#body += draw(paint.edge, width + 2 * outline);
    this.#body += draw(paint.fill, width);
  }

  /** A path of {@link curve} under a fill, which may be a gradient; the sheet's extent stays. */
  area(d: string, fill: string, opacity = 1): void {
    this.#body += `<path d="${d}" fill="${fill}"${
      opacity < 1 ? ` fill-opacity="${n2(opacity)}"` : ""
    }/>`;
  }

  /** A path of {@link curve} as a line, translucent for folds and shadows. */
  stroke(d: string, colour: string, width: number, opacity = 1, dashes = ""): void {
    this.#body += `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${n2(width)}"` +
      ` stroke-linecap="${dashes ? "butt" : "round"}" stroke-linejoin="round"` +
      (opacity < 1 ? ` stroke-opacity="${n2(opacity)}"` : "") +
      (dashes ? ` stroke-dasharray="${dashes}"/>` : "/>");
  }

  /** What `draw` draws, cut off at a path of {@link curve}; `transform` moves the drawing alone. */
  within(d: string, draw: () => void, transform = ""): void {
    const clip = this.define((id) => `<clipPath id="${id}"><path d="${d}"/></clipPath>`);
    this.#body += `<g clip-path="${clip}">${transform ? `<g transform="${transform}">` : ""}`;
    draw();
    this.#body += transform ? "</g></g>" : "</g>";
  }

  /** An axis-aligned ellipse. */
  ellipse(cx: number, cy: number, rx: number, ry: number, paint: Paint, outline = 0.7): void {
    this.#grow([[cx - rx, cy - ry], [cx + rx, cy + ry]]);
    this.#body += `<ellipse cx="${n(cx)}" cy="${n(cy)}" rx="${n(rx)}" ry="${n(ry)}"` +
      ` fill="${paint.fill}"` +
      (outline > 0 ? ` stroke="${paint.edge}" stroke-width="${outline}"/>` : "/>");
  }

  /** An ellipse drawn as a ring. */
  ring(cx: number, cy: number, rx: number, ry: number, paint: Paint, width: number): void {
    this.#grow([[cx - rx, cy - ry], [cx + rx, cy + ry]], width / 2);
    this.#body += `<ellipse cx="${n(cx)}" cy="${n(cy)}" rx="${n(rx)}" ry="${n(ry)}" fill="none"` +
      ` stroke="${paint.fill}" stroke-width="${n(width)}"/>`;
  }

  /** A rectangle with rounded corners, from corner to corner. */
  rect(x0: number, y0: number, x1: number, y1: number, paint: Paint, round = 0, outline = 0.7) {
    this.#grow([[x0, y0], [x1, y1]]);
    this.#body += `<rect x="${n(x0)}" y="${n(y0)}" width="${n(x1 - x0)}" height="${n(y1 - y0)}"` +
      ` rx="${round}" fill="${paint.fill}"` +
      (outline > 0 ? ` stroke="${paint.edge}" stroke-width="${outline}"/>` : "/>");
  }

  /** A shaded ball. */
  ball(cx: number, cy: number, r: number, paint: Paint): void {
    this.ellipse(cx, cy, r, r, paint);
    this.ellipse(cx, cy, r, r, { ...paint, fill: "url(#bl)" }, 0);
  }

  /** Where a point in space lies on the sheet. The right and the front of things are nearest. */
  at([x, y, z]: Point3): Point {
    const depth = -x * this.#sin + y * this.#cos;
    return [x * this.#cos + y * this.#sin, -z * this.#rise - depth * this.#tilt];
  }

  /** A flat face in space, darkened by `shade` (lightened where negative). */
  face(points: readonly Point3[], paint: Paint, shade = 0, outline = 0.7): void {
    const flat = points.map((p) => this.at(p));
    this.polygon(flat, paint, outline);
    if (shade === 0) return;
    const fill = shade > 0 ? "#000" : "#fff";
    this.#body += `<polygon points="${list(flat)}" fill="${fill}" fill-opacity="${
      Math.abs(shade)
    }"/>`;
  }

  /** A line in space. */
  beam(points: readonly Point3[], paint: Paint, width: number): void {
    this.line(points.map((p) => this.at(p)), paint, width, 0.4);
  }

  /** A box from its near left bottom corner to its far right top corner: top, front, right side. */
  box([x0, y0, z0]: Point3, [x1, y1, z1]: Point3, paint: Paint): void {
    this.face([[x1, y0, z0], [x1, y1, z0], [x1, y1, z1], [x1, y0, z1]], paint, 0.32);
    this.face([[x0, y0, z0], [x1, y0, z0], [x1, y0, z1], [x0, y0, z1]], paint, 0.1);
    this.face([[x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1]], paint, -0.12);
  }

  /** A turned solid about the vertical line through (x, y): rings of [radius, height], bottom first. */
  turned(x: number, y: number, rings: readonly Point[], paint: Paint, open = false): void {
    const centre = rings.map(([, z]) => this.at([x, y, z]));
    const edge = (side: number): Point[] =>
      rings.map(([r], i) => [(centre[i] as Point)[0] + side * r, (centre[i] as Point)[1]]);
    const cap = (i: number, p: Paint) => {
      const [r] = rings[i] as Point, [cx, cy] = centre[i] as Point;
      this.ellipse(cx, cy, r, r * this.#tilt, p);
    };
    cap(0, paint);
    const outline = [...edge(-1), ...edge(1).reverse()];
    this.polygon(outline, paint);
    this.#body += `<polygon points="${list(outline)}" fill="url(#rd)"/>`;
    const top = open ? mix(paint.rgb, [0, 0, 0], 0.45) : mix(paint.rgb, [255, 255, 255], 0.15);
    cap(rings.length - 1, plain(top));
  }

  /** The sheet as a group that fills 100 × 100 up to `margin`, moved and turned a little. */
  fitted(margin: number, rng: Stream): string {
    const [x0, y0, x1, y1] = this.#box;
    const scale = (100 - 2 * margin) / Math.max(x1 - x0, y1 - y0, 1);
    const flip = rng.uniform() < 0.5 ? -1 : 1, slack = margin * 0.6;
    const move = () => 50 + (2 * rng.uniform() - 1) * slack;
    return `<g transform="translate(${n(move())} ${n(move())}) rotate(${
      n((2 * rng.uniform() - 1) * 4)
    }) scale(${(flip * scale).toFixed(3)} ${scale.toFixed(3)}) translate(${n(-(x0 + x1) / 2)} ${
      n(-(y0 + y1) / 2)
    })">${this.#body}</g>`;
  }

  /** The sheet as a group in its own coordinates, zoomed about the centre, moved and turned. */
  framed(zoom: number, rng: Stream): string {
    const shift = () => 50 + (2 * rng.uniform() - 1) * 4;
    const flip = rng.uniform() < 0.5 ? -1 : 1;
    return `<g transform="translate(${n(shift())} 50) rotate(${
      n((2 * rng.uniform() - 1) * 3)
    }) scale(${(flip * zoom).toFixed(3)} ${zoom.toFixed(3)}) translate(-50 -50)">${this.#body}</g>`;
  }

  /** The sheet as a group under a transform. */
  placed(transform: string): string {
    return `<g transform="${transform}">${this.#body}</g>`;
  }

  /** The finished picture around a group of the sheet, on a colour or other SVG. */
  svg(group: string, ground: Rgb | string, pixels: number): string {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${pixels}" height="${pixels}"` +
      ` viewBox="0 0 100 100"><defs>${SHARED}${this.#defs}</defs>` +
      (typeof ground === "string"
        ? ground
        : `<rect width="100" height="100" fill="${hex(ground)}"/>`) +
      `${group}</svg>`;
  }
}
