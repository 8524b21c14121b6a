/** What tells one top from another: necklines, hems, ribs, knits, belts. */
import { tone } from "../colour.ts";
import { curve, plain, type Point, type Sketch } from "../sketch.ts";
import { bow, collared, hood, jacket, lapels } from "./collars.ts";
import { drape } from "./fabric.ts";
import type { Fabric } from "./cloth.ts";
import { type Person, Y } from "./person.ts";
import type { TopCut } from "./top_cut.ts";
import { button, cuff, line, pocket } from "./trims.ts";
import type { Garment } from "./kind.ts";

/** Draws everything on a finished top. */
export function drawDetails(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const ribbed = ["sweater", "cardigan", "sweatshirt", "hoodie"].includes(g.kind);
  if (ribbed || g.kind === "jacket") ribs(s, p, f, c, ribbed ? 5.5 : 3.6);
  else hemline(s, p, f, g, c);
  neckband(s, p, f, g, c);
  switch (g.kind) {
    case "hoodie":
      return hood(s, p, f, g, c);
    case "jacket":
    case "vest":
      return jacket(s, p, f, g, c);
    case "blazer":
    case "coat":
      return lapels(s, p, f, g, c);
    case "cardigan":
      return cardigan(s, p, f, g, c);
    case "shirt":
    case "polo shirt":
      return collared(s, p, f, g, c);
    case "blouse":
      return bow(s, p, f, c);
    case "sweater":
      return sweater(s, p, f, g, c);
    case "sweatshirt":
      return sweatshirt(s, p, f, g, c);
    case "sports bra":
      return void s.stroke(
        curve([[-c.hemWidth, c.hem - 2], [0, c.hem - 1], [c.hemWidth, c.hem - 2]], false),
        f.band.fill,
        3,
      );
    case "dress":
    case "jumpsuit":
      return belt(s, p, f, g, c);
    case "t-shirt":
      if (g.style === "chest pocket" && !p.back) pocket(s, f, c.chest * 0.5, Y.armpit + 4);
  }
}

/** Ribbed hem and cuffs. */
function ribs(s: Sketch, p: Person, f: Fabric, c: TopCut, height: number): void {
  const x = p.pose.sway, w = c.hemWidth - 0.4, y = c.hem;
  drape(s, f, [
    [x - w - 0.3, y - height, "corner"],
    [x, y - height + 1.2],
    [x + w + 0.3, y - height, "corner"],
    [x + w - 1, y + 0.6, "corner"],
    [x, y + 1.8],
    [x - w + 1, y + 0.6, "corner"],
  ], { part: "band", box: [0, 0, 1, 1] });
  for (let i = -w + 2; i < w - 1; i += 2.6) {
    line(s, f.trim, [[x + i, y - height + 1.6], [x + i, y + 0.8]], 0.5, 0.7);
  }
  for (const { from, to } of c.cuffs) cuff(s, f, from, to);
}

function hemline(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const bold = f.pattern === "solid-highlight", paint = bold ? f.band : f.trim;
  if (c.hem > 75 && c.hem < 120 && g.zone === "upper" && g.kind !== "shirt") {
    const x = p.pose.sway, y = c.hem - 2;
    line(
      s,
      paint,
      [[x - c.hemWidth + 0.6, y], [x, y + 1.2], [x + c.hemWidth - 0.6, y]],
      bold ? 2 : 0.6,
    );
  }
  if (g.kind === "shirt" || g.kind === "blouse") {
    for (const { from, to } of c.cuffs) if (g.sleeve !== "short") cuff(s, f, from, to);
    return;
  }
  for (const { from, to } of c.cuffs) {
    const mid = (i: 0 | 1): Point => [(from[i][0] + to[i][0]) / 2, (from[i][1] + to[i][1]) / 2];
    line(s, paint, [mid(0), mid(1)], bold ? 2 : g.kind === "polo shirt" ? 1.8 : 0.6);
  }
}

function neckband(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const band = { sweater: 2.6, sweatshirt: 2.8, "t-shirt": 1.8 }[g.kind] ?? 1.3;
  const round = ["crew neck", "v-neck", "scoop neck", "boat neck"].includes(g.neckline ?? "");
  if (g.neckline === "turtleneck") {
    const n = p.m.neck + 1.4;
    drape(s, f, [
      [-n - 1.4, Y.pit - 1, "corner"],
      [-n, 28, "corner"],
      [0, 29.2],
      [n, 28, "corner"],
      [n + 1.4, Y.pit - 1, "corner"],
      [0, Y.pit + 4],
    ], { part: "band", box: [0, 0, 1, 1] });
    line(s, f.trim, [[-n + 0.4, 32.6], [0, 34], [n - 0.4, 32.6]], 0.7);
  } else if (round && g.kind !== "cardigan") {
    s.stroke(curve(c.neckline, false), f.band.fill, band);
    s.stroke(curve(c.neckline, false), f.body.edge, 0.5, 0.8);
  }
}

function cardigan(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  if (p.back) return;
  const x = p.pose.sway, end = Y.pit + c.depth, open = g.style === "open" ? 5.6 : 0;
  if (open) {
    const bright = f.main[0] + f.main[1] + f.main[2] > 480;
    const gap = curve([[0, end - 7, "corner"], [open * 0.7, Y.waist], [
      x + open,
      c.hem + 1,
      "corner",
    ], [
      x - open,
      c.hem + 1,
      "corner",
    ], [-open * 0.7, Y.waist]]);
    s.area(gap, bright ? "#343842" : "#f4f3f0");
  }
  for (const d of open ? [-1, 1] : [-1, 1, 0]) {
    const neck: Point[] = [[d * c.neck, Y.pit - 2.4], [d * 4.4, (Y.pit + end) / 2]];
    const points: Point[] = d === 0 ? [[0, end - 1], [x, c.hem]] : [
      ...neck,
      [d * open * 0.2, end - 1],
      ...(open ? [[d * open * 0.8, Y.waist + 4], [x + d * open, c.hem]] as Point[] : []),
    ];
    line(s, plain(tone(f.main, 0.5)), points, 4);
    line(s, f.band, points, 3.2);
  }
  if (!open) {
    for (let y = end + 4, i = 0; y < c.hem - 1; y += 8, i++) button(s, f, x * i / 5, y, 1.3);
  }
  for (const d of [-1, 1]) pocketLine(s, f, x + d * 11, c.hem - 20);
}

function pocketLine(s: Sketch, f: Fabric, x: number, y: number): void {
  line(s, f.band, [[x - 4.4, y], [x + 4.4, y]], 2);
  line(
    s,
    f.trim,
    [[x - 4.4, y + 1.2], [x - 4.4, y + 11], [x + 4.4, y + 11], [x + 4.4, y + 1.2]],
    0.7,
  );
}

function sweater(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  if (g.style !== "cable knit" || f.pattern !== "solid") return;
  const dark = f.main[0] + f.main[1] + f.main[2] < 200;
  for (const x of [-9.5, 0, 9.5]) {
    for (const phase of [0, 1]) {
      const points: Point[] = [];
      for (let y = Y.pit + (x === 0 ? 10 : 6), k = phase; y < c.hem - 6; y += 4.2, k++) {
        points.push([x + p.pose.sway * (y > Y.waist ? 0.5 : 0) + (k % 2 ? 1.9 : -1.9), y]);
      }
      s.stroke(curve(points, false), dark ? "#fff" : "#000", 1.3, dark ? 0.3 : 0.32);
    }
  }
}

function sweatshirt(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  if (g.style === "raglan") {
    for (const d of [-1, 1]) {
      line(s, f.trim, [[d * c.neck, Y.pit - 2], [d * (c.chest * 0.8), Y.armpit - 4], [
        d * c.chest,
        Y.armpit + 4,
      ]], 1);
    }
  }
  if (!p.back) {
    line(s, f.trim, [[-2.6, Y.pit + 5], [0, Y.pit + 10], [2.6, Y.pit + 5]], 0.9);
  }
}

function belt(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const x = p.pose.sway * 0.5, w = c.waist + 0.2, y = Y.waist - 0.5;
  if (g.style !== "belted") {
    line(s, f.trim, [[x - w, y], [x, y + 1], [x + w, y]], 0.8);
    return;
  }
  const paint = f.pattern === "solid" ? f.trim : plain(f.second);
  line(s, paint, [[x - w, y], [x, y + 1], [x + w, y]], 3.4);
  if (!p.back) s.rect(x - 2, y - 2, x + 2, y + 3, plain([206, 178, 100]), 0.5, 0.5);
}
