/** Collars, hoods, zips, buttons, pockets, ribs: what tells one top from another. */
import { hex, mix, type Rgb, tone } from "../colour.ts";
import { curve, type Node, type Paint, plain, type Point, type Sketch } from "../sketch.ts";
import { type Person, Y } from "./body.ts";
import { drape, type Fabric, fold } from "./fabric.ts";
import type { TopCut } from "./tops.ts";
import type { Garment } from "./wardrobe.ts";

const WHITE: Rgb = [244, 243, 240];

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

const line = (s: Sketch, paint: Paint, points: readonly Point[], width: number, opacity = 1) =>
  s.stroke(curve(points, false), paint.fill, width, opacity);

function pocket(s: Sketch, f: Fabric, x: number, y: number, w = 3.8): void {
  const d = curve([[x - w, y, "corner"], [x + w, y, "corner"], [x + w, y + 8, "corner"], [
    x,
    y + 9.4,
    "corner",
  ], [x - w, y + 8, "corner"]]);
  s.area(d, f.pattern === "color-blocked" ? hex(f.second) : f.body.fill);
  s.stroke(d, f.trim.fill, 0.8);
}

function button(s: Sketch, f: Fabric, x: number, y: number, radius = 1): void {
  const light = f.main[0] + f.main[1] + f.main[2] < 420;
  s.ellipse(x, y, radius, radius, plain(light ? [236, 232, 222] : [60, 52, 48]), 0);
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

function cuff(s: Sketch, f: Fabric, from: readonly [Point, Point], to: readonly [Point, Point]) {
  const corner = ([x, y]: Point): Node => [x, y, "corner"];
  drape(s, f, [corner(from[0]), corner(from[1]), corner(to[1]), corner(to[0])], {
    part: "band",
    box: [0, 0, 1, 1],
  });
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

/** The part of a hood that lies behind the head. */
export function drawHoodBehind(s: Sketch, p: Person, f: Fabric): void {
  if (p.back) return;
  const d = hoodUp(f)
    ? curve([
      [0, -0.5],
      [9, 2.4],
      [12, 13],
      [11.6, 26],
      [14, 40],
      [-14, 40],
      [-11.6, 26],
      [-12, 13],
      [
        -9,
        2.4,
      ],
    ])
    : curve([[0, 23], [9, 24.5], [13.4, 30], [14, 40], [-14, 40], [-13.4, 30], [-9, 24.5]]);
  s.area(d, hex(tone(f.main, 0.78)));
  s.stroke(d, f.body.edge, 0.8);
}

const hoodUp = (f: Fabric) => f.dice("hood").uniform() < 0.3;

function hood(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  if (p.back) {
    const d: Node[] = [[-13, 37], [-9, 29], [0, 27], [9, 29], [13, 37], [10.4, 52], [0, 59], [
      -10.4,
      52,
    ]];
    drape(s, f, d, { part: "sleeve", box: [-14, 26, 14, 60] });
    fold(s, f, [[-8, 36], [0, 40], [8, 36]], 1.6);
    line(s, f.trim, [[0, 40], [0, 58]], 0.7);
    return;
  }
  if (hoodUp(f)) {
    const ring = curve([[0, 3.2], [7, 5], [9, 14], [7.6, 25], [0, 33]], false);
    const other = curve([[0, 3.2], [-7, 5], [-9, 14], [-7.6, 25], [0, 33]], false);
    for (const d of [ring, other]) {
      s.stroke(d, f.body.edge, 4.2);
      s.stroke(d, f.body.fill, 3.2);
    }
  }
  for (const d of [-1, 1]) {
    drape(s, f, [
      [d * 13.6, 40],
      [d * 12.8, 30.5],
      [d * 8.6, 26.4],
      [d * 6.4, 30],
      [d * 4.6, 38],
      [0, 45.5, "corner"],
      [d * 1.4, 50.5],
      [d * 9, 46.5],
    ], { part: "sleeve", box: [-14, 26, 14, 52] });
    const cord = f.main[0] + f.main[1] + f.main[2] > 560 ? plain([96, 96, 104]) : plain(WHITE);
    line(s, cord, [[d * 3.4, 46], [d * 4.4, 54], [d * 4, 62]], 1.2);
    s.ellipse(d * 4, 62.6, 0.9, 1.3, cord, 0);
  }
  if (g.style === "zip") zip(s, f, 48, c.hem);
  const x = p.pose.sway * 0.8, y = c.hem - 24;
  for (const d of g.style === "zip" ? [-1, 1] : [0]) {
    const outline: Node[] = d === 0
      ? [
        [x - 8.5, y, "corner"],
        [x + 8.5, y, "corner"],
        [x + 13, y + 10],
        [
          x + 13,
          y + 17,
          "corner",
        ],
        [x - 13, y + 17, "corner"],
        [x - 13, y + 10],
      ]
      : [[x + d * 1, y, "corner"], [x + d * 8.5, y, "corner"], [x + d * 13, y + 10], [
        x + d * 13,
        y + 17,
        "corner",
      ], [x + d * 1, y + 17, "corner"]];
    const path = curve(outline);
    s.area(path, "#000", 0.08);
    s.stroke(path, f.trim.fill, 1);
  }
}

function zip(s: Sketch, f: Fabric, from: number, to: number): void {
  line(s, f.trim, [[0, from], [0, to]], 2.2);
  s.stroke(
    `M0 ${from}V${to}`,
    hex(f.pattern === "solid-highlight" ? f.second : [208, 208, 212]),
    0.9,
  );
}

function jacket(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const n = p.m.neck + 3, quilted = g.style === "quilted";
  if (quilted) {
    for (let y = Y.armpit - 6; y < c.hem - 5; y += 8.6) {
      const w = (y < Y.waist ? c.chest : c.hemWidth) - 0.6;
      const points: Point[] = [[-w, y], [-w / 2, y + 1.6], [0, y + 0.4], [w / 2, y + 1.6], [w, y]];
      line(s, f.trim, points, 1.1);
      s.stroke(curve(points.map(([a, b]): Point => [a, b + 1.6]), false), "#fff", 1.6, 0.16);
    }
  }
  const top = 27.4;
  drape(s, f, [
    [-n - 1, Y.pit + 1, "corner"],
    [-n, top, "corner"],
    [0, top + (p.back ? -0.4 : 2.4)],
    [n, top, "corner"],
    [n + 1, Y.pit + 1, "corner"],
    [0, Y.pit + (p.back ? 3 : 6)],
  ], { part: "sleeve", box: [-14, top, 14, Y.pit + 6] });
  if (p.back) {
    if (!quilted) line(s, f.trim, [[-c.chest, 52], [0, 50], [c.chest, 52]], 0.9);
    return;
  }
  zip(s, f, top + 2.2, c.hem);
  for (const d of [-1, 1]) {
    line(s, f.band, [[d * 12.4, c.hem - 26], [d * 8.4, c.hem - 12]], 1.5);
    if (!quilted) line(s, f.trim, [[d * 2, 52], [d * c.chest, 51]], 0.9);
  }
}

function lapels(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const x = p.pose.sway, coat = g.kind === "coat";
  if (p.back) {
    drape(s, f, [[-8, 36, "corner"], [-6, 30], [0, 28.6], [6, 30], [8, 36, "corner"], [0, 39]], {
      part: "sleeve",
      box: [-10, 28, 10, 40],
    });
    line(s, f.trim, [[x, coat ? Y.hip : 86], [x, c.hem]], 0.9);
    if (coat) waistBelt(s, p, f, c, g.style === "belted");
    return;
  }
  const end = Y.pit + c.depth,
    shirt = curve([[-5, 33, "corner"], [0, 41, "corner"], [
      5,
      33,
      "corner",
    ]], false);
  s.stroke(shirt, "#9a9aa2", 0.9);
  if (!coat && p.man && f.dice("tie").uniform() < 0.6) {
    const tie = plain(f.dice("tie colour").pick<Rgb>([[150, 30, 40], [34, 52, 110], [40, 40, 46]]));
    s.smooth(
      [[-1.7, 38], [1.7, 38], [1.1, 41.5], [2.8, 62], [0, 68], [-2.8, 62], [-1.1, 41.5]],
      tie,
    );
  }
  const out = coat ? 15.5 : 12.6;
  for (const d of [-1, 1]) {
    const path = curve([
      [d * (p.m.neck + 1.2), 30, "corner"],
      [d * (p.m.neck + 4.4), 33.6, "corner"],
      [d * (out - 1.6), 43, "corner"],
      [d * (out - 4.6), 45.5, "corner"],
      [d * out, 48.5, "corner"],
      [d * 1, end, "corner"],
      [d * 0.6, end - 3],
      [d * (p.m.neck - 0.2), 38],
    ]);
    s.area(path, hex(mix(f.main, tone(f.main, 0.6), 0.4)));
    s.stroke(path, f.body.edge, 1);
  }
  const front: Point[] = coat && g.style === "double-breasted"
    ? [[2, end], [4.6, end + 3], [x + 4.6, c.hem]]
    : [[0.6, end - 1], [0.6, end + 14], [x + (coat ? 2 : 3.6), c.hem + 0.8]];
  line(s, f.trim, front, 1);
  const rows = coat
    ? [end + 5, end + 17, end + 40]
    : g.style === "one button"
    ? [end + 3]
    : [end + 3, end + 13];
  for (const y of rows) {
    for (const at of coat && g.style === "double-breasted" ? [-5, 9.4] : [-1.4]) {
      if (coat && g.style === "belted" && y < Y.hip && y > Y.waist - 6) continue;
      button(s, f, at, y, 1.35);
    }
  }
  for (const d of [-1, 1]) {
    const y = coat ? Y.hip + 6 : c.hem - 19;
    line(s, f.trim, [[x + d * 7, y], [x + d * (c.waist - 1.4), y - 1]], 1.7);
  }
  if (!coat) line(s, plain(WHITE), [[c.chest * 0.44, 57], [c.chest * 0.74, 56]], 1.6);
  if (coat && g.style === "belted") waistBelt(s, p, f, c, true);
}

function waistBelt(s: Sketch, p: Person, f: Fabric, c: TopCut, buckle: boolean): void {
  const w = c.waist + 0.4, y = Y.waist + 1, x = p.pose.sway * 0.5;
  line(s, f.trim, [[x - w, y], [x, y + 1], [x + w, y]], 4.4);
  line(s, plain(tone(f.main, 0.72)), [[x - w, y], [x, y + 1], [x + w, y]], 3.2);
  if (!buckle || p.back) return;
  s.rect(x - 2.6, y - 2, x + 2.6, y + 3.4, plain([200, 170, 90]), 0.6, 0.6);
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

function collared(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const polo = g.kind === "polo shirt", n = p.m.neck;
  const paint = polo && f.pattern !== "solid" ? f.band : f.body;
  if (p.back) {
    s.smooth(
      [[-n - 3, 35], [-n - 1, 29.6], [0, 28.4], [n + 1, 29.6], [n + 3, 35], [0, 36.6]],
      paint,
      0.8,
    );
    if (!polo) line(s, f.trim, [[-c.chest - 1, 49], [0, 47], [c.chest + 1, 49]], 0.9);
    return;
  }
  for (const d of [-1, 1]) {
    const path = curve([
      [d * (n - 0.4), 28.4, "corner"],
      [d * (n + 2.6), 30.4],
      [d * (n + 5.4), 37],
      [d * 7.2, 47, "corner"],
      [d * 0.4, Y.pit + 6.4, "corner"],
      [d * (n - 1.2), 34],
    ]);
    s.area(path, paint.fill);
    s.area(path, "#fff", 0.12);
    s.stroke(path, f.body.edge, 1);
  }
  const x = p.pose.sway;
  if (polo) {
    line(
      s,
      f.trim,
      [[-1.8, Y.pit + 7], [-1.8, Y.pit + 24], [1.8, Y.pit + 24], [1.8, Y.pit + 7]],
      0.8,
    );
    for (const y of [11, 16, 21]) button(s, f, 0, Y.pit + y, 0.9);
    return;
  }
  line(s, f.trim, [[-1.8, Y.pit + 8], [x - 1.8, c.hem + 1]], 0.8);
  line(s, f.trim, [[1.8, Y.pit + 8], [x + 1.8, c.hem + 1]], 0.8);
  for (let y = Y.pit + 12, i = 0; y < c.hem - 3; y += 9, i++) button(s, f, x * i / 7, y, 1.05);
  if (g.style === "chest pocket") pocket(s, f, c.chest * 0.54, Y.armpit + 2, 4);
}

function bow(s: Sketch, p: Person, f: Fabric, c: TopCut): void {
  if (p.back) {
    line(s, f.trim, [[0, Y.pit + 2], [0, Y.pit + 16]], 0.8);
    return;
  }
  // In one tone: on a patterned blouse the bow stands out.
  const silk = plain(tone(f.main, f.pattern === "solid" ? 0.84 : 0.95));
  const paint = { ...silk, edge: f.body.edge };
  for (const d of [-1, 1]) {
    s.smooth([[0, 40], [d * 3.6, 42], [d * 8.4, 60], [d * 4.6, 67], [d * 1.6, 62]], paint, 0.9);
    s.smooth([[0, 39.5], [d * 7, 32.8], [d * 13, 35], [d * 12.4, 45], [d * 6, 46]], paint, 0.9);
    fold(s, f, [[d * 3, 39.6], [d * 9, 38.4]], 1);
  }
  s.ellipse(0, 39.8, 2.6, 2.8, paint, 0.9);
  for (let y = 66; y < c.hem - 4; y += 8.5) button(s, f, 0, y, 0.8);
  for (const x of [-8, -3, 3, 8]) fold(s, f, [[x, Y.waist + 4], [x * 1.2, c.hem - 3]], 1.2);
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
