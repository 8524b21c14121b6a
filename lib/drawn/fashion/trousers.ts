/** Trousers of every kind: their cut, and what tells one kind from another. */
import { hex, mix, tone } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import { legOrder } from "./body.ts";
import { drape, fold } from "./fabric.ts";
import type { Fabric } from "./cloth.ts";
import { legAxis, legOutline, limbOutline } from "./limbs.ts";
import { type Limb, type Measures, middle, type Person, Y } from "./person.ts";
import type { Garment } from "./kind.ts";

type Leg = Measures["leg"];

/** What is added to a leg's half widths at thigh, knee, calf and ankle. */
const EASE: Record<string, Record<string, Leg>> = {
  pants: { slim: [1, 1.5, 1.5, 2.2], regular: [1.2, 2, 2.4, 3.2], loose: [2, 3.2, 4, 4.8] },
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

export function trimTrousers(
  s: Sketch,
  p: Person,
  f: Fabric,
  g: Garment,
  { top, end, waist }: Ends,
) {
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
