/** Hoods, collars and lapels, with the fronts that belong to them. */
import { hex, type Rgb, tone } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import { drape, fold } from "./fabric.ts";
import type { Fabric } from "./cloth.ts";
import { type Person, Y } from "./person.ts";
import type { TopCut } from "./top_cut.ts";
import { button, line, pocket, WHITE, zip } from "./trims.ts";
import type { Garment } from "./kind.ts";

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

export function hood(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
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
    const roll: Node[] = [
      [d * 13.6, 40],
      [d * 12.8, 30.5],
      [d * 8.6, 26.4],
      [d * 6.4, 30],
      [d * 4.6, 38],
      [0, 45.5, "corner"],
      [d * 1.4, 50.5],
      [d * 9, 46.5],
    ];
    drape(s, f, roll, { part: "sleeve", box: [-14, 26, 14, 52] });
    s.area(curve(roll), f.trim.fill, f.pattern === "solid" ? 0.12 : 0.45);
    s.stroke(curve(roll), f.body.edge, 1.1);
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
    s.area(path, f.trim.fill, f.pattern === "solid" ? 0.1 : 0.35);
    s.stroke(path, f.body.edge, 1.2);
  }
}

export function jacket(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
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

export function lapels(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
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
    s.area(path, hex(tone(f.main, 0.78)));
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

export function collared(s: Sketch, p: Person, f: Fabric, g: Garment, c: TopCut): void {
  const polo = g.kind === "polo shirt", n = p.m.neck;
  const contrasting = f.pattern === "solid-highlight" || (polo && f.pattern !== "solid");
  const paint = contrasting ? f.band : f.body;
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

export function bow(s: Sketch, p: Person, f: Fabric, c: TopCut): void {
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
