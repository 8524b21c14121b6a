import { stream } from "../../runtime/mod.ts";
import { contrast, hex, mix, type Rgb, tone } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import { knit, motif } from "./motif.ts";
import type { Garment } from "./kind.ts";
import { type Box, brightness, type Cut, type Fabric } from "./cloth.ts";

/** Cloth of a garment; `name` is the stream that its irregularities come from. */
export function fabricOf(
  { kind, pattern, sleeve }: Garment,
  main: Rgb,
  second: Rgb,
  seed: number,
  name: readonly (string | number)[],
): Fabric {
  const knit = kind === "sweater" || kind === "cardigan";
  const blocks = ["yoke", "hem"];
  if (sleeve !== undefined && sleeve !== "sleeveless") blocks.push("sleeves");
  if (!knit) blocks.push("sides"); // on a knit they would look like an open cardigan
  const trim = contrast(main), highlight = pattern === "solid-highlight";
  return {
    pattern,
    main,
    second,
    body: { rgb: main, fill: hex(main), edge: hex(edgeOf(main)) },
    trim: plain(trim),
    band: plain(highlight ? second : mix(main, trim, 0.55)),
    knit,
    block: stream(seed, ...name, "block").pick(blocks),
    dice: (part) => stream(seed, ...name, part),
  };
}

const edgeOf = (c: Rgb) => c[0] + c[1] + c[2] < 170 ? mix(c, [255, 255, 255], 0.3) : tone(c, 0.6);

/** Fills a closed outline with cloth: colour, pattern, knit, the shadow of its sides, its edge. */
export function drape(s: Sketch, f: Fabric, outline: readonly Node[], cut: Cut): void {
  const d = curve(outline), band = cut.part === "band";
  const plainPart = band || f.pattern === "solid" || f.pattern === "solid-highlight";
  const contrasting = f.pattern === "color-blocked" && f.block === "sleeves" &&
    cut.part === "sleeve";
  s.area(d, band ? f.band.fill : contrasting ? hex(f.second) : f.body.fill);
  if (!plainPart || f.knit) {
    const seen = cut.transform ? cut.box : common(cut.box, outline);
    s.within(d, () => {
      if (!plainPart) motif(s, f, cut, seen);
      if (f.knit) knit(s, f, seen);
    }, cut.transform);
  }
  s.area(d, "url(#sd)", brightness(f.main) > 0.9 ? 0.55 : 0.8);
  if (cut.edges) { for (const edge of cut.edges) s.stroke(curve(edge, false), f.body.edge, 0.75); }
  else s.stroke(d, f.body.edge, 0.75);
}

/** The part of a box that an outline can show. */
function common([x0, y0, x1, y1]: Box, outline: readonly Node[]): Box {
  const xs = outline.map(([x]) => x), ys = outline.map(([, y]) => y);
  return [
    Math.max(x0, Math.min(...xs) - 2),
    Math.max(y0, Math.min(...ys) - 2),
    Math.min(x1, Math.max(...xs) + 2),
    Math.min(y1, Math.max(...ys) + 2),
  ];
}

/** A soft fold along the points: a shadow with a light beside it. */
export function fold(s: Sketch, f: Fabric, points: readonly Point[], width = 1.6): void {
  const bright = brightness(f.main) > 0.25;
  s.stroke(curve(points, false), bright ? "#000" : "#fff", width, bright ? 0.16 : 0.14);
}
