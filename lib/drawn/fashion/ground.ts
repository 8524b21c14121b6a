/** What a figure stands before: studio white, a plain tint, or a quiet texture. */
import type { Stream } from "../../runtime/mod.ts";
import { hex, mix, type Rgb, tone } from "../colour.ts";

/** Grounds, the more frequent ones named more than once. */
export const GROUNDS = [
  "white",
  "white",
  "white",
  "white",
  "tint",
  "tint",
  "studio",
  "wall and floor",
  "bricks",
  "boards",
  "foliage",
] as const;
/** One of the grounds. */
export type Ground = typeof GROUNDS[number];

const rect = (x: number, y: number, w: number, h: number, fill: string) =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${w.toFixed(1)}" height="${
    h.toFixed(1)
  }" fill="${fill}"/>`;

/** The ground as SVG over 0 to 100; pale and low in contrast, so that white garments still show. */
export function groundSvg(kind: Ground, rng: Stream): string {
  if (kind === "white") return rect(0, 0, 100, 100, "#fff");
  const pale = (): Rgb => [190 + rng.int(60), 190 + rng.int(60), 190 + rng.int(60)];
  const base = pale(), whole = rect(0, 0, 100, 100, hex(base));
  if (kind === "tint") return whole;
  if (kind === "studio") {
    return `<defs><radialGradient id="gr" cx=".5" cy=".4" r=".75"><stop stop-color="#fff"/>` +
      `<stop offset="1" stop-color="${hex(tone(base, 0.85))}"/></radialGradient></defs>` +
      rect(0, 0, 100, 100, "url(#gr)");
  }
  let out = whole;
  if (kind === "wall and floor") {
    const line = 72 + 14 * rng.uniform();
    return out + rect(0, line, 100, 100 - line, hex(tone(base, 0.82))) +
      rect(0, line - 1.4, 100, 1.4, hex(mix(base, [255, 255, 255], 0.5)));
  }
  if (kind === "bricks") {
    const high = 7 + 3 * rng.uniform(), joint = hex(mix(base, [255, 255, 255], 0.45));
    for (let y = 0, j = 0; y < 100; y += high, j++) {
      out += rect(0, y, 100, 0.9, joint);
      for (let x = j % 2 ? 0 : high; x < 100; x += 2 * high) out += rect(x, y, 0.9, high, joint);
    }
    return out;
  }
  if (kind === "boards") {
    const wide = 9 + 6 * rng.uniform();
    for (let x = 0; x < 100; x += wide) {
      out += rect(x, 0, wide, 100, hex(tone(base, 0.94 + 0.08 * rng.uniform()))) +
        rect(x, 0, 0.7, 100, hex(tone(base, 0.84)));
    }
    return out;
  }
  for (let i = 0; i < 26; i++) {
    const green = mix(base, [140, 180, 120], 0.25 + 0.45 * rng.uniform());
    out += `<ellipse cx="${(100 * rng.uniform()).toFixed(1)}" cy="${
      (100 * rng.uniform()).toFixed(1)
    }" rx="${(5 + 9 * rng.uniform()).toFixed(1)}" ry="${
      (4 + 7 * rng.uniform()).toFixed(1)
    }" fill="${hex(green)}" fill-opacity=".6"/>`;
  }
  return out;
}
