/** Cloth and surfaces: a pattern in two colours under soft light. */
import type { Stream } from "../runtime/mod.ts";
import { contrast, hex, mix, type Rgb, tone } from "./colour.ts";
import type { Paint, Sketch } from "./sketch.ts";

/** Pattern words of the captions. */
export type Pattern =
  | "solid"
  | "striped"
  | "checked"
  | "dotted"
  | "floral"
  | "color-blocked"
  | "solid-highlight";

/** The part of the sheet that a texture covers. */
export interface Extent {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** A surface to fill shapes with; `sleeves` differs where colour blocks follow the cut. */
export interface Cloth {
  body: Paint;
  sleeves: Paint;
  /** Seams, zips, hems. */
  trim: Rgb;
  /** Whether trims in the second colour are the pattern. */
  highlight: boolean;
}

const rect = (x: number, y: number, w: number, h: number, fill: string) =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${w.toFixed(1)}" height="${
    h.toFixed(1)
  }" fill="${fill}"/>`;

/** Light and shadow in large soft spots, and darker sides: cloth is never flat. */
function folds(rng: Stream, e: Extent, strength: number): string {
  let out = "";
  const w = e.x1 - e.x0, h = e.y1 - e.y0;
  for (let i = 0; i < 5; i++) {
    const rx = w * (0.12 + 0.22 * rng.uniform()), ry = h * (0.12 + 0.25 * rng.uniform());
    out += `<ellipse cx="${(e.x0 + w * rng.uniform()).toFixed(1)}" cy="${
      (e.y0 + h * rng.uniform()).toFixed(1)
    }" rx="${rx.toFixed(1)}" ry="${ry.toFixed(1)}" fill="url(#${i % 2 ? "hi" : "lo"})"/>`;
  }
  const sides = rect(e.x0, e.y0 - 20, w, h + 40, "url(#sd)");
  // An opacity on every shape: librsvg cuts a translucent group inside a pattern off.
  return `<g fill-opacity="${strength.toFixed(2)}">${out}${sides}</g>`;
}

/** The drawing of a pattern over the whole extent. */
function motif(kind: Pattern, rng: Stream, e: Extent, c1: Rgb, c2: Rgb): string {
  const a = hex(c1), b = hex(c2), w = e.x1 - e.x0, h = e.y1 - e.y0;
  const step = (low: number, high: number) => low + (high - low) * rng.uniform();
  let out = rect(e.x0 - 50, e.y0 - 50, w + 100, h + 100, a);
  if (kind === "striped") {
    const s = step(5, 11), across = rng.uniform() < 0.8, part = step(0.35, 0.55);
    const length = across ? h : w;
    for (let t = -s * rng.uniform(); t < length; t += s) {
      out += across ? rect(e.x0, e.y0 + t, w, s * part, b) : rect(e.x0 + t, e.y0, s * part, h, b);
    }
  } else if (kind === "checked") {
    const s = step(8, 14), half = `${b}" fill-opacity=".55`;
    for (let t = -s * rng.uniform(); t < h; t += s) out += rect(e.x0, e.y0 + t, w, s / 2, half);
    for (let t = -s * rng.uniform(); t < w; t += s) out += rect(e.x0 + t, e.y0, s / 2, h, half);
  } else if (kind === "dotted") {
    const s = step(6.5, 10), r = s * step(0.22, 0.32);
    for (let j = 0; j * s < h; j++) {
      for (let i = 0; i * s < w; i++) {
        const x = e.x0 + (i + (j % 2) / 2) * s, y = e.y0 + j * s;
        out += `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${
          r.toFixed(1)
        }" fill="${b}"/>`;
      }
    }
  } else if (kind === "floral") {
    const heart = hex(mix(c2, [255, 235, 120], 0.6));
    for (let i = 0; i < 26; i++) {
      const x = e.x0 + w * rng.uniform(), y = e.y0 + h * rng.uniform(), r = step(1.6, 3);
      for (let k = 0; k < 5; k++) {
        const px = x + r * 1.1 * Math.cos(k * 1.2566), py = y + r * 1.1 * Math.sin(k * 1.2566);
        out += `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="${
          (r * 0.75).toFixed(1)
        }" fill="${b}"/>`;
      }
      out += `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${
        (r * 0.5).toFixed(1)
      }" fill="${heart}"/>`;
    }
  }
  return out;
}

/** A fine grain for fleece, wool and denim, holes for mesh. */
function grain(material: string, rng: Stream, e: Extent): string {
  if (!/fleece|wool|denim|mesh/.test(material)) return "";
  let out = "";
  const dark = /mesh/.test(material);
  for (let i = 0; i < 70; i++) {
    const x = e.x0 + (e.x1 - e.x0) * rng.uniform(), y = e.y0 + (e.y1 - e.y0) * rng.uniform();
    out += rect(x, y, 0.9, 0.9, dark || i % 2 ? "#000" : "#fff");
  }
  return `<g fill-opacity=".2">${out}</g>`;
}

/** Defines the surface on the sheet; colour blocks may follow the sleeves where there are some. */
export function cloth(
  sketch: Sketch,
  rng: Stream,
  colours: readonly [Rgb, Rgb],
  kind: Pattern,
  material: string,
  e: Extent,
  sleeved = false,
): Cloth {
  const [c1, c2] = colours, w = e.x1 - e.x0, h = e.y1 - e.y0;
  const strength = (c1[0] + c1[1] + c1[2] > 690 ? 0.55 : 0.9) * (0.6 + 0.5 * rng.uniform());
  const shade = folds(rng, e, strength) + grain(material, rng, e);
  const surface = (content: string, rgb: Rgb): Paint => ({
    rgb,
    edge: hex(rgb[0] + rgb[1] + rgb[2] < 150 ? tone(rgb, 0.6) : tone(rgb, 0.76)),
    fill: sketch.define((id) =>
      `<pattern id="${id}" patternUnits="userSpaceOnUse" x="${e.x0 - 30}" y="${e.y0 - 30}"` +
      ` width="${w + 60}" height="${h + 60}" viewBox="${e.x0 - 30} ${e.y0 - 30} ${w + 60} ${
        h + 60
      }">${content}${shade}</pattern>`
    ),
  });
  let body = motif(kind, rng, e, c1, c2), sleeves: Paint | undefined;
  if (kind === "color-blocked") {
    const cut = sleeved ? rng.int(5) : 1 + rng.int(4),
      b = hex(c2),
      part = 0.25 + 0.2 * rng.uniform();
    if (cut === 1) body += rect(e.x0 - 30, e.y0 - 30, w + 60, 30 + h * part, b);
    if (cut === 2) body += rect(e.x0 - 30, e.y1 - h * part, w + 60, 30 + h * part, b);
    if (cut >= 3) {
      body += rect(e.x0 - 30, e.y0 - 30, 30 + w * (0.14 + part / 3), h + 60, b) +
        rect(e.x1 - w * (0.14 + part / 3), e.y0 - 30, 30 + w, h + 60, b);
    }
    if (cut <= 1) sleeves = surface(rect(e.x0 - 30, e.y0 - 30, w + 60, h + 60, b), c2);
  }
  const made = surface(body, c1);
  const trim = kind === "solid-highlight" ? c2 : contrast(c1);
  return { body: made, sleeves: sleeves ?? made, trim, highlight: kind === "solid-highlight" };
}
