/** People in trousers or skirts, from the waist down, and the cut of skirts. */
import { mix } from "../colour.ts";
import { curve, type Node, plain, type Sketch } from "../sketch.ts";
import { drawArm, drawLegs, drawShoes, drawTrunk } from "./body.ts";
import { drape } from "./fabric.ts";
import type { Fabric } from "./cloth.ts";
import { legAxis } from "./limbs.ts";
import { emblem } from "./motif.ts";
import { middle, type Person, Y } from "./person.ts";
import { drapeTrousers, trimTrousers } from "./trousers.ts";
import type { Garment } from "./kind.ts";

/** Draws a person in trousers or a skirt, with what little is worn above. */
export function drawBottoms(s: Sketch, p: Person, f: Fabric, g: Garment): void {
  const top = p.man ? 84 : 82, { m } = p;
  drawTrunk(s, p);
  drawLegs(s, p);
  drawShoes(s, p);
  if (f.dice("above").uniform() < 0.5) tuckedTop(s, p, top);
  const end = g.kind === "skirt" ? drapeSkirt(s, p, f, g, top) : drapeTrousers(s, p, f, g, top);
  const waist = m.waist + (m.hip - m.waist) * 0.4 + 0.6, x = middle(p, top);
  const band = g.kind === "leggings" || g.kind === "capri pants" || g.kind === "tights" ? 5 : 3.6;
  waistband(s, f, x, waist, top, band);
  if (g.kind === "pants" && f.dice("belt").uniform() < 0.6) {
    const leather = f.main[0] > f.main[2] + 20 ? "#3a3a40" : "#5d3f28", y = top + 1.9;
    s.stroke(curve([[x - waist, y], [x, y + 0.9], [x + waist, y]], false), leather, 2.6);
    if (!p.back) s.rect(x - 1.8, y - 1, x + 1.8, y + 2.6, plain([206, 200, 186]), 0.4, 0.5);
  }
  if (g.kind !== "skirt") trimTrousers(s, p, f, g, { top: top + band, end, waist });
  else if (g.style === "plain" && g.fit !== "slim") {
    s.stroke(curve([[x, top + band], [x, end - 2]], false), f.trim.fill, 0.5, 0.5);
  }
  if (f.pattern === "graphic print" && !p.back) {
    const leg = p.pose.legs[1];
    const y = g.kind === "skirt" ? (Y.hip + end) / 2 : Math.min(Y.crotch + 16, end - 10);
    emblem(s, f, g.kind === "skirt" ? x : legAxis(leg, y), y, g.kind === "skirt" ? 8 : 7);
  }
  for (const side of [0, 1] as const) drawArm(s, p, side);
}

function tuckedTop(s: Sketch, p: Person, top: number): void {
  const { m } = p, paint = plain(mix(p.other, [255, 255, 255], 0.3));
  const half: Node[] = [[m.chest + 1.4, Y.armpit], [m.waist + 1.2, Y.waist], [
    m.waist + 1.6,
    top + 2,
    "corner",
  ]];
  const side = (d: number) => half.map(([x, y, c]): Node => c ? [d * x, y, c] : [d * x, y]);
  const d = curve([...side(1), ...side(-1).reverse()]);
  s.area(d, paint.fill);
  s.area(d, "url(#sd)", 0.8);
  s.stroke(d, paint.edge, 0.6);
}

/** A band around the waist. */
export function waistband(
  s: Sketch,
  f: Fabric,
  x: number,
  waist: number,
  top: number,
  height: number,
): void {
  drape(s, f, [
    [x - waist, top, "corner"],
    [x, top + 0.9],
    [x + waist, top, "corner"],
    [x + waist + 0.6, top + height, "corner"],
    [x, top + height + 0.9],
    [x - waist - 0.6, top + height, "corner"],
  ], { part: "band", box: [x - waist, top, x + waist, top + height] });
}

const SKIRT_HEM: Record<string, number> = { mini: 120, "knee-length": 146, midi: 166, maxi: 184 };

/** The skirt of a skirt or dress from the waist at `top`; returns the height of its hem. */
export function drapeSkirt(s: Sketch, p: Person, f: Fabric, g: Garment, top: number): number {
  const { m } = p, end = SKIRT_HEM[g.length] ?? 146, sway = p.pose.sway;
  const long = end - Y.hip, pleated = g.style === "pleated" && g.fit !== "slim";
  const flare = g.fit === "slim"
    ? m.hip + (g.length === "mini" ? 1.6 : 0.4 - long * 0.02)
    : m.hip + 3 + long * (g.fit === "loose" ? 0.24 : 0.13);
  const waist = m.waist + (m.hip - m.waist) * (g.kind === "skirt" ? 0.4 : 0.02) + 0.6;
  const x = middle(p, top), at = (d: number, w: number) => sway + d * w;
  const hem: Node[] = [];
  const folds = pleated ? 12 : 6;
  for (let i = 0; i <= folds; i++) {
    const t = 1 - 2 * i / folds;
    const dip = pleated ? (i % 2 ? 1.2 : 0) : g.fit === "slim" ? 0 : (i % 2 ? 1.6 : 0);
    const y = end + dip + 2.2 * (1 - t * t);
    hem.push(i === 0 || i === folds || pleated ? [at(t, flare), y, "corner"] : [at(t, flare), y]);
  }
  const hips = g.fit === "loose" ? m.hip + 3.5 : m.hip + 1;
  const outline: Node[] = [
    [x - waist, top, "corner"],
    [x + waist, top, "corner"],
    [at(1, hips), Y.hip - 2],
    ...hem,
    [at(-1, hips), Y.hip - 2],
  ];
  drape(s, f, outline, { part: "body", box: [sway - flare - 2, top, sway + flare + 2, end + 4] });
  if (f.pattern === "solid-highlight") s.stroke(curve(hem, false), f.band.fill, 3);
  const shadow = f.main[0] + f.main[1] + f.main[2] < 200;
  for (let i = 1; i < folds; i++) {
    const t = 1 - 2 * i / folds;
    const from = pleated ? top + 5 : Y.hip + long * (i % 2 ? 0.1 : 0.35);
    if (g.fit === "slim" && i !== folds / 2) continue;
    const upper = x + t * (waist + (hips - waist) * Math.min(1, (from - top) / 16));
    s.stroke(
      curve([[upper, from], [at(t, flare), end]], false),
      shadow ? "#fff" : "#000",
      pleated ? 1 : 1.8,
      pleated ? 0.3 : 0.14,
    );
  }
  return end;
}
