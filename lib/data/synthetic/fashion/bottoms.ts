/** Trousers, shorts, tights and skirts, and what is worn above them. */
import { hex, mix, tone } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import {
  drawArm,
  drawLegs,
  drawShoes,
  drawTrunk,
  legAxis,
  legOrder,
  legOutline,
  type Limb,
  limbOutline,
  type Measures,
  middle,
  type Person,
  Y,
} from "./body.ts";
import { drape, emblem, type Fabric, fold } from "./fabric.ts";
import type { Garment } from "./wardrobe.ts";

type Leg = Measures["leg"];

/** What is added to a leg's half widths at thigh, knee, calf and ankle. */
const EASE: Record<string, Record<string, Leg>> = {
  pants: { slim: [0.8, 1, 0.8, 1.6], regular: [1.2, 2, 2.4, 3.2], loose: [2, 3.2, 4, 4.8] },
  jeans: { slim: [0.6, 0.8, 0.4, 1.2], regular: [1, 1.6, 1.8, 2.6], loose: [1.8, 2.8, 3.4, 4.2] },
  sweatpants: { regular: [1.8, 2.6, 2.8, 1.2], loose: [2.6, 4, 4.4, 1.8] },
  shorts: { regular: [1.4, 3.8, 4.4, 4.4], loose: [2.2, 5.8, 6.4, 6.4] },
  "capri pants": { slim: [0.4, 0.4, 0.5, 3], regular: [0.9, 1.4, 1.5, 4] },
  jumpsuit: { regular: [1.6, 2.6, 3.4, 4.4], loose: [2, 3.4, 5, 6.6] },
};
const TIGHT: Leg = [0.3, 0.2, 0.2, 0.3];

/** How far down trousers reach, by kind, length and wearer. */
function hemOf(p: Person, g: Garment): number {
  if (g.kind === "shorts") {
    const extra = g.length === "short" ? (p.man ? 20 : 8) : (p.man ? 38 : 28);
    return Y.crotch + extra;
  }
  if (g.kind === "capri pants") return Y.knee + 16;
  // Tight ones end above the ankle and leave it bare.
  if (g.kind === "leggings" || g.kind === "tights") return Y.ankle - 8;
  return Y.ankle + (g.kind === "sweatpants" ? -1 : 1);
}

/** The seat and both legs, from height `top`; also what a jumpsuit's lower half is. */
export function drapeTrousers(s: Sketch, p: Person, f: Fabric, g: Garment, top: number): number {
  const end = hemOf(p, g), ease = EASE[g.kind]?.[g.fit] ?? TIGHT;
  const wide = p.m.leg.map((w, i) => w + ease[i]!) as unknown as Leg;
  const box = [-34, top, 34, end] as const;
  for (const leg of legOrder(p)) {
    const edges = legOutline(
      leg,
      wide,
      Math.min(end, leg[2][1] + 1.5),
      g.kind === "shorts" ? 0.8 : 0.94,
    );
    drape(s, f, limbOutline(edges), {
      part: "leg",
      box,
      edges: [edges.left, edges.right, [edges.left.at(-1)!, edges.right.at(-1)!]],
    });
    if (g.kind === "jeans") washed(s, f, leg, wide, end);
    else if (g.kind !== "shorts") {
      const x = legAxis(leg, Y.knee), w = wide[1];
      fold(s, f, [[x - w * 0.7, Y.knee - 4], [x + w * 0.3, Y.knee]], 1.3);
      fold(s, f, [[x + w * 0.7, Y.knee + 5], [x - w * 0.2, Y.knee + 7]], 1.1);
    }
  }
  // Shadow where the thighs meet.
  s.stroke(curve([[p.pose.sway, Y.crotch], [p.pose.sway, Y.crotch + 9]], false), "#000", 1.6, 0.35);
  const sway = p.pose.sway, hip = p.m.hip + ease[0] * 0.5;
  const waist = p.m.waist + (p.m.hip - p.m.waist) * 0.4 + 0.6;
  const outer = (side: 0 | 1) =>
    legOutline(p.pose.legs[side], wide, Y.crotch + 10)[side ? "right" : "left"][0]!;
  const right: Node[] = [
    [middle(p, top) + waist, top, "corner"],
    [sway + hip, Y.hip - 3],
    [Math.max(outer(1)[0], sway + hip * 0.96), Y.crotch - 2, "corner"],
  ];
  const left: Node[] = [
    [Math.min(outer(0)[0], sway - hip * 0.96), Y.crotch - 2, "corner"],
    [sway - hip, Y.hip - 3],
    [middle(p, top) - waist, top, "corner"],
  ];
  const sides = [right, left].map((side) => side.map(([x, y]): Point => [x, y]));
  drape(s, f, [
    ...right,
    [sway + 3.4, Y.crotch + 1.5],
    [sway, Y.crotch + 1, "corner"],
    [sway - 3.4, Y.crotch + 1.5],
    ...left,
  ], { part: "leg", box, edges: sides });
  return end;
}

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
    emblem(s, f, g.kind === "skirt" ? x : legAxis(leg, y), y, g.kind === "skirt" ? 8 : 4.6);
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

/** What tells jeans: faded thighs and knees, and a turned-up hem that shows the pale inside. */
function washed(s: Sketch, f: Fabric, leg: Limb, wide: Leg, end: number): void {
  const pale = hex(mix(f.main, [236, 240, 248], 0.6)), y = Y.crotch + 22, x = legAxis(leg, y);
  s.area(curve([[x, y - 17], [x + 3.6, y], [x, y + 17], [x - 3.6, y]]), pale, 0.5);
  const knee = legAxis(leg, Y.knee + 2);
  s.area(
    curve([[knee, Y.knee - 6], [knee + 3, Y.knee + 2], [knee, Y.knee + 10], [
      knee - 3,
      Y.knee + 2,
    ]]),
    pale,
    0.4,
  );
  const hem = Math.min(end, leg[2][1] + 1.5), ax = legAxis(leg, hem), w = wide[3] + 0.5;
  const cuff = curve([[ax - w, hem - 5, "corner"], [ax + w, hem - 5, "corner"], [
    ax + w,
    hem + 0.6,
    "corner",
  ], [ax - w, hem + 0.6, "corner"]]);
  s.area(cuff, pale);
  s.stroke(cuff, f.body.edge, 0.8);
}

interface Ends {
  top: number;
  end: number;
  waist: number;
}

function trimTrousers(s: Sketch, p: Person, f: Fabric, g: Garment, { top, end, waist }: Ends) {
  const x = middle(p, Y.waist), sway = p.pose.sway, hip = p.m.hip;
  const line = (points: readonly Point[], width = 0.8) =>
    s.stroke(curve(points, false), f.trim.fill, width);
  const jeans = g.kind === "jeans", stitch = hex([214, 158, 84]);
  const seam = (points: readonly Point[], width = 0.9) =>
    jeans ? s.stroke(curve(points, false), stitch, width) : line(points, width);
  line([[x, top], [sway, Y.crotch]], 0.8);
  if (["tights", "leggings", "capri pants"].includes(g.kind)) {
    if (f.pattern === "solid-highlight") sideStripes(s, p, f, end);
    if (g.kind === "tights") {
      for (const leg of p.pose.legs) { // the seams of running tights, bent around the knee
        const out = Math.sign(leg[0][0]),
          at = (y: number, by: number): Point => [
            legAxis(leg, y) + out * by,
            y,
          ];
        line([at(Y.crotch, 7), at(Y.crotch + 24, 2), at(Y.knee - 4, -3.6)], 1.1);
        line([at(Y.knee + 7, -3.6), at(Y.knee + 16, 1), at(end - 2, 2.4)], 1.1);
      }
    }
    return;
  }
  for (const d of [-1, 1]) {
    if (p.back) {
      const px = sway + d * hip * 0.52;
      const [w, h] = [hip * 0.29, 9.5];
      if (g.kind === "sweatpants") continue;
      seam([[px - w, top + 6], [px + w, top + 6], [px + w, top + 6 + h], [px, top + 8 + h], [
        px - w,
        top + 6 + h,
      ], [px - w, top + 6]]);
    } else {
      seam([[x + d * waist * 0.55, top + 0.8], [x + d * waist * 0.68, top + 6], [
        sway + d * hip * 0.97,
        top + 9.5,
      ]], jeans ? 1 : 0.9);
    }
    if (g.kind === "pants" || jeans) {
      line([[x + d * waist * 0.5, top - 3.6], [x + d * waist * 0.5, top + 0.8]], 1.1);
    }
  }
  if (!p.back && (jeans || g.style === "buttoned" || g.kind === "pants")) {
    s.ellipse(x, top - 1.6, 1, 1, jeans ? plain([214, 158, 84]) : f.trim, 0);
    seam([[x + 2.6, top], [x + 2.6, Y.crotch - 12], [sway, Y.crotch - 7]], 0.6);
  }
  if (g.style === "drawstring" && !p.back) {
    const cord = f.main[0] + f.main[1] + f.main[2] > 560 ? "#5a5a60" : "#f4f2ec";
    for (const d of [-1, 1]) {
      s.stroke(
        curve([[x, top - 1], [x + d * 2.4, top + 5], [x + d * 2, top + 12]], false),
        cord,
        1.1,
      );
    }
    s.ellipse(x, top - 1, 1.3, 1, plain([244, 242, 236]), 0);
  }
  for (const leg of p.pose.legs) {
    if (g.kind === "sweatpants") {
      const w = p.m.leg[3] + 1.7, ax = legAxis(leg, end - 3), y = leg[2][1] - 1;
      drape(s, f, [[ax - w - 0.6, y - 5.5, "corner"], [ax + w + 0.6, y - 5.5, "corner"], [
        ax + w - 0.6,
        y + 1,
        "corner",
      ], [ax - w + 0.6, y + 1, "corner"]], { part: "band", box: [0, 0, 1, 1] });
    } else if (g.kind === "pants" && g.fit !== "loose" && !p.back) {
      const y0 = Y.crotch + 4, y1 = end - 3;
      line([[legAxis(leg, y0), y0], [legAxis(leg, Y.knee), Y.knee], [legAxis(leg, y1), y1]], 0.8);
    }
  }
  if (f.pattern === "solid-highlight" || g.kind === "sweatpants") sideStripes(s, p, f, end);
}

/** Piping down the outer seams. */
function sideStripes(s: Sketch, p: Person, f: Fabric, end: number): void {
  const bold = f.pattern === "solid-highlight";
  for (const [i, d] of [[0, -1], [1, 1]] as const) {
    const leg = p.pose.legs[i], w = p.m.leg;
    const at = (y: number, half: number): Point => [legAxis(leg, y) + d * half * 0.88, y];
    const points = [at(Y.crotch - 6, w[0]), at(Y.crotch + 12, w[0]), at(Y.knee, w[1] + 0.4)];
    if (end > Y.knee + 10) points.push(at(Math.min(end, Y.ankle) - 7, w[3] + 1.2));
    else points[2] = at(end - 1, w[0] * 0.9);
    s.stroke(
      curve(points, false),
      bold ? hex(f.second) : f.trim.fill,
      bold ? 2 : 0.8,
      bold ? 1 : 0.8,
    );
  }
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

/** The companion trousers of a top: plain, in the wearer's other colour. */
export function plainTrousers(s: Sketch, p: Person, f: Fabric): void {
  const paint = plain(p.other);
  const other: Fabric = {
    ...f,
    main: p.other,
    second: p.other,
    pattern: "solid",
    knit: false,
    body: { ...paint, edge: hex(tone(p.other, 0.7)) },
    trim: paint,
    band: paint,
  };
  drapeTrousers(s, p, other, {
    kind: "pants",
    zone: "lower",
    pattern: "solid",
    length: "regular",
    fit: "slim",
    style: "",
    materials: [],
  }, p.man ? 84 : 82);
}
