/** Tops, coats, dresses and jumpsuits: the cut of the body and the sleeves. */
import { hex, mix } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import { drawArm, drawLegs, drawShoes, drawTrunk } from "./body.ts";
import { drapeSkirt } from "./bottoms.ts";
import { drawHoodBehind } from "./collars.ts";
import { drawDetails } from "./details.ts";
import { drape, fold } from "./fabric.ts";
import type { Fabric } from "./cloth.ts";
import { drawHairBehind, drawHairFromBehind, drawHead } from "./head.ts";
import { limbEdges } from "./limbs.ts";
import { emblem } from "./motif.ts";
import { middle, type Person, Y } from "./person.ts";
import { drapeTrousers, plainTrousers } from "./trousers.ts";
import type { Garment } from "./kind.ts";
import type { TopCut } from "./top_cut.ts";

const FIT = { slim: 0.8, regular: 2.2, loose: 5 } as const;
const OUTER = new Set(["jacket", "coat", "vest", "blazer", "hoodie", "cardigan", "sweater"]);
const REACH = { sleeveless: 0, short: 0.62, "three-quarter": 1.4, long: 1.95 } as const;
/** Kinds that leave the chest open, and how far down. */
const DEEP: Record<string, number> = { blazer: 36, coat: 27, cardigan: 33 };

function hemOf(p: Person, g: Garment): number {
  if (g.kind === "sports bra") return 69;
  if (g.kind === "coat") return g.length === "midi" ? 158 : 138;
  const longer = g.fit === "loose" ? 4 : g.kind === "vest" || g.kind === "jacket" ? -1 : 0;
  return (p.man ? 105 : 101) + longer + (g.kind === "blazer" ? 4 : 0);
}

/** The opening at the neck: half width, depth below the pit of the neck, and whether it is pointed. */
function opening(p: Person, g: Garment): { neck: number; depth: number; pointed: boolean } {
  const n = p.m.neck, deep = DEEP[g.kind];
  if (p.back) {
    const low = g.sleeve === "sleeveless" && g.neckline === "scoop neck";
    return {
      neck: n + (low ? 4.4 : g.neckline === "boat neck" ? 7 : 2.2),
      depth: low ? 9 : 0.8,
      pointed: false,
    };
  }
  if (deep) return { neck: n + 2, depth: deep, pointed: true };
  switch (g.neckline) {
    case "v-neck":
      return { neck: n + 2.8, depth: p.man ? 14 : 17, pointed: true };
    case "scoop neck":
      return { neck: n + 4.6, depth: p.man ? 13 : 15, pointed: false };
    case "boat neck":
      return { neck: n + 8, depth: 3.6, pointed: false };
    case "shirt collar":
    case "polo collar":
    case "bow collar":
      return { neck: n + 1.6, depth: 8, pointed: true };
    default:
      return { neck: n + 2.2, depth: 4, pointed: false };
  }
}

/** The closed outline of a top's body down to `hem`. */
function bodyOutline(p: Person, g: Garment): { outline: Node[]; cut: TopCut } {
  const { m } = p, { neck, depth, pointed } = opening(p, g);
  const ease = FIT[g.fit] + (OUTER.has(g.kind) ? 1.2 : 0), hem = hemOf(p, g);
  const slope = (x: number) =>
    Y.pit - 3.4 + (Y.shoulder - Y.pit + 4.2) * (x - m.neck) / (m.shoulder - m.neck);
  const chest = m.chest + ease * 0.8;
  const straight = { slim: 0.1, regular: p.man ? 0.7 : 0.4, loose: 1 }[g.fit];
  const wide = Math.max(m.chest, m.hip) + ease;
  const waist = (m.waist + ease) * (1 - straight) + wide * straight;
  const hemWidth = hem < 75
    ? m.chest - 0.4
    : g.kind === "coat"
    ? m.hip + ease + (hem - Y.hip) * (g.style === "belted" ? 0.17 : 0.1)
    : m.hip + ease + (g.kind === "blouse" ? 3 : 0);
  const centre: Node = pointed ? [0, Y.pit + depth, "corner"] : [0, Y.pit + depth];
  // A point beside the lowest one makes a round neckline round.
  const beside: Node[] = pointed ? [] : [[neck * 0.62, Y.pit + depth * 0.72 - 0.4]];
  const half: Node[] = [[neck, slope(neck), "corner"]];
  if (g.sleeve === "sleeveless" && g.kind !== "vest") {
    const strap = neck + (p.man ? 5 : g.kind === "sports bra" ? 3.6 : 3.4);
    const racer = p.back && !p.man && (g.kind === "tank top" || g.kind === "sports bra");
    half.push([strap, slope(strap), "corner"]);
    half.push(racer ? [strap - 3.4, 50] : [Math.min(strap + 1.4, chest - 1), 49]);
    half.push([chest - 0.2, Y.armpit + 3, "corner"]);
  } else {
    half.push([m.shoulder - 1.5, slope(m.shoulder - 1.5)], [m.shoulder + 0.4, Y.shoulder + 4]);
    half.push([chest, Y.armpit + 2, "corner"]);
  }
  if (hem > 75) half.push([waist, Y.waist]);
  if (hem > Y.hip) half.push([m.hip + ease - (g.fit === "loose" ? 0 : 0.3), Y.hip - 3]);
  if (hem > Y.hip + 20) half.push([(hemWidth + m.hip + ease) / 2, (hem + Y.hip) / 2]);
  const tails = g.kind === "shirt" || g.kind === "blouse";
  half.push([hemWidth, hem - (tails ? 4 : 0), "corner"]);
  const bottom: Node = [0, hem + (tails ? 2.5 : 1.2)];
  const shift = (d: number) => ([x, y, c]: Node): Node => {
    const at = middle(p, Math.min(y, Y.hip)) + d * x;
    return c ? [at, y, c] : [at, y];
  };
  const outline = [
    ...[centre].map(shift(1)),
    ...beside.map(shift(1)),
    ...half.map(shift(1)),
    shift(1)(bottom),
    ...half.map(shift(-1)).reverse(),
    ...beside.map(shift(-1)),
  ];
  const neckline = [[-neck, slope(neck)], ...beside.map(([x, y]) => [-x, y]), centre, ...beside, [
    neck,
    slope(neck),
  ]] as Node[];
  return { outline, cut: { neckline, neck, depth, chest, waist, hemWidth, hem, cuffs: [] } };
}

/** One sleeve over its arm; returns where the cuff is. */
function drapeSleeve(
  s: Sketch,
  p: Person,
  g: Garment,
  f: Fabric,
  side: 0 | 1,
): TopCut["cuffs"][number] | undefined {
  const until = REACH[g.sleeve ?? "sleeveless"];
  if (until === 0) return undefined;
  const arm = p.pose.arms[side], puffed = g.kind === "blouse";
  const ease = { slim: 0.7, regular: 1.5, loose: 2.8 }[g.fit] + (OUTER.has(g.kind) ? 0.8 : 0);
  const widths = p.m.arm.map((w, i) => w + ease * [1, 1, 0.8][i]!) as [number, number, number];
  if (until < 1) widths[1] = widths[0] + 0.6; // a short sleeve does not narrow
  if (puffed) [widths[1], widths[2]] = [widths[1] + 1.6, widths[2] + 2.4];
  const { left, right } = limbEdges(arm, widths, until);
  const [a, b] = arm, long = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const cap: Point = [
    a[0] - (b[0] - a[0]) / long * widths[0] * 0.75,
    a[1] - (b[1] - a[1]) / long * widths[0] * 0.75,
  ];
  const smooth = (points: readonly Point[]): Node[] =>
    points.map(([x, y], i) => i === points.length - 1 ? [x, y, "corner"] : [x, y]);
  const angle = Math.atan2(b[0] - a[0], b[1] - a[1]) * -180 / Math.PI;
  // Sleeves begin in the seam that the body's edge draws; only their sides and ends have edges.
  const outer = side === 0 ? right : left, inner = side === 0 ? left : right;
  drape(s, f, [...smooth(left), ...smooth(right).reverse(), cap], {
    part: "sleeve",
    box: [-14, -8, 14, 70],
    transform: `translate(${a[0].toFixed(1)} ${a[1].toFixed(1)}) rotate(${angle.toFixed(1)})`,
    edges: [[cap, ...outer], inner.slice(1), [outer.at(-1)!, inner.at(-1)!]],
  });
  if (until > 1) {
    const [l, r] = [left[4] ?? left.at(-1)!, right[3]!];
    fold(s, f, [[l[0] * 0.8 + r[0] * 0.2, l[1]], [r[0] * 0.8 + l[0] * 0.2, r[1] + 2]], 1.2);
  }
  const near = limbEdges(arm, widths, until - (until < 1 ? 0.1 : 0.17));
  return {
    from: [near.left.at(-1)!, near.right.at(-1)!],
    to: [left.at(-1)!, right.at(-1)!],
  };
}

/** What an open garment shows beneath: a shirt in a plain light or dark colour. */
function drawInner(s: Sketch, p: Person, f: Fabric): void {
  const bright = f.main[0] + f.main[1] + f.main[2] > 480;
  const paint = plain(bright ? [52, 56, 66] : [244, 243, 240]);
  const { m } = p, n = m.neck + 1.6;
  const d = curve([
    [0, Y.pit + 5],
    [n, Y.pit - 2, "corner"],
    [m.chest, 50],
    [m.waist, Y.waist],
    [
      m.hip,
      Y.hip + 3,
      "corner",
    ],
    [-m.hip, Y.hip + 3, "corner"],
    [-m.waist, Y.waist],
    [-m.chest, 50],
    [-n, Y.pit - 2, "corner"],
  ]);
  s.area(d, paint.fill);
  s.stroke(curve([[-n, Y.pit - 2], [0, Y.pit + 5], [n, Y.pit - 2]], false), paint.edge, 0.8);
}

/** Draws a person in a top, a coat, a dress or a jumpsuit. */
export function drawTop(s: Sketch, p: Person, f: Fabric, g: Garment): void {
  const { outline, cut } = bodyOutline(p, g);
  const dress = g.kind === "dress", jumpsuit = g.kind === "jumpsuit", whole = g.zone === "whole";
  const arms = () => {
    for (const side of [0, 1] as const) {
      if (g.kind === "vest") vestSleeve(s, p, f, side);
      else {
        drawArm(s, p, side);
        const cuff = drapeSleeve(s, p, g, f, side);
        if (cuff) cut.cuffs.push(cuff);
      }
    }
  };
  drawHairBehind(s, p);
  if (g.kind === "hoodie") drawHoodBehind(s, p, f);
  if (p.pose.behind) arms();
  if (whole) {
    drawLegs(s, p);
    drawShoes(s, p);
  }
  drawTrunk(s, p);
  if (!dress && !jumpsuit) plainTrousers(s, p, f);
  if (DEEP[g.kind] || g.kind === "vest") drawInner(s, p, f);
  if (jumpsuit) drapeTrousers(s, p, f, g, Y.waist - 1);
  if (dress) cut.hem = drapeSkirt(s, p, f, g, Y.waist - 1);
  const bottom = whole && !DEEP[g.kind] ? Y.waist + 0.5 : cut.hem;
  const body = dress || jumpsuit ? cutAt(p, outline, Y.waist, cut) : outline;
  const half = Math.max(cut.chest, cut.hemWidth) + 1;
  drape(s, f, body, { part: "body", box: [-half, Y.pit - 4, half, bottom] });
  if (cut.hem > 75) {
    for (const d of [-1, 1]) {
      fold(s, f, [[d * cut.chest * 0.86, Y.armpit + 6], [d * cut.chest * 0.4, Y.armpit + 11]], 1.5);
      const x = d * cut.chest * 0.45, y = d < 0 ? Y.waist - 6 : Y.armpit + 2, w = cut.chest * 0.5;
      const spot = curve([[x, y - 16], [x + w, y], [x, y + 16], [x - w, y]]);
      s.area(spot, d < 0 ? "url(#lo)" : "url(#hi)", 0.45);
      fold(s, f, [[d * cut.waist * 0.92, Y.waist - 3], [d * cut.waist * 0.35, Y.waist + 1]], 1.4);
    }
  }
  if (f.pattern === "graphic print" && !p.back && !DEEP[g.kind]) printChest(s, p, f, g, cut);
  drawHead(s, p);
  if (!p.pose.behind) arms();
  drawDetails(s, p, f, g, cut);
  if (p.back) drawHairFromBehind(s, p);
}

/** A print in the middle of the chest, or beside a zip, buttons or a pocket. */
function printChest(s: Sketch, p: Person, f: Fabric, g: Garment, cut: TopCut): void {
  const aside = ["jacket", "vest", "shirt", "blouse"].includes(g.kind) || g.style === "zip";
  if (aside) return emblem(s, f, -cut.chest * 0.52, Y.armpit + 8, 6.4);
  const bra = g.kind === "sports bra", large = g.zone === "whole" ? 9 : p.man ? 9.5 : 7.5;
  const y = bra ? 59 : g.kind === "hoodie" ? Y.armpit + 15 : Y.armpit + 8;
  emblem(s, f, 0, y, bra ? 6 : large);
}

/** The outline above the waist of a dress or jumpsuit. */
function cutAt(p: Person, outline: readonly Node[], y: number, cut: TopCut): Node[] {
  const kept = outline.filter(([, at]) => at < y - 3), waist = p.m.waist + 0.8;
  cut.waist = waist;
  const right = kept.findIndex(([x, at], i) =>
    at > Y.armpit && x > 0 && (kept[i + 1]?.[0] ?? 0) < 0
  );
  const x = middle(p, y);
  kept.splice(right + 1, 0, [x + waist, y, "corner"], [x, y + 0.8], [x - waist, y, "corner"]);
  return kept;
}

/** Under a vest: the long sleeve of a plain shirt. */
function vestSleeve(s: Sketch, p: Person, f: Fabric, side: 0 | 1): void {
  const bright = f.main[0] + f.main[1] + f.main[2] > 480;
  const rgb = mix(bright ? [52, 56, 66] : [244, 243, 240], [128, 128, 134], 0.12);
  const paint = plain(rgb);
  drawArm(s, p, side);
  drapeSleeve(s, p, {
    kind: "t-shirt",
    zone: "upper",
    pattern: "solid",
    sleeve: "long",
    length: "regular",
    fit: "slim",
    style: "",
    materials: [],
  }, {
    ...f,
    main: rgb,
    second: rgb,
    pattern: "solid",
    knit: false,
    body: { ...paint, edge: hex(mix(rgb, [90, 90, 96], 0.5)) },
  }, side);
}
