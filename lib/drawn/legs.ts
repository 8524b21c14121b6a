/** Trousers, shorts, tights and skirts on a person cropped between chest and feet. */
import type { Stream } from "../runtime/mod.ts";
import { shadeOf, tone } from "./colour.ts";
import type { Body, Wearing } from "./wearing.ts";
import { plain, type Point, type Sketch } from "./sketch.ts";
import { type Cloth, cloth } from "./texture.ts";

/** Half widths of a leg at hip, knee, calf and ankle. */
type Leg = readonly [number, number, number, number];

const CUTS: Record<string, Leg> = {
  pants: [7, 5.6, 5.5, 5.6],
  jeans: [6.8, 5.1, 4.6, 4.4],
  sweatpants: [7.3, 6.2, 5.8, 3.6],
  shorts: [7.2, 7.6, 7.6, 7.6],
  tights: [6.4, 4.1, 4.2, 2.6],
  leggings: [6.4, 4.1, 4.2, 2.6],
  "capri pants": [6.5, 4.4, 4.5, 4],
};

/** Draws the person of {@link drawFigure} from the waist down. */
export function drawTrousers(sketch: Sketch, rng: Stream, wearing: Wearing, body: Body): void {
  const { kind, back } = wearing, { man, cx, jitter } = body;
  const hip = (man ? 12.8 : 12) + jitter(1), waist = hip - (man ? 0.8 : 2.2);
  const top = 10 + jitter(3), crotch = 39 + jitter(2), ankle = 91 + jitter(2);
  const knee = 64 + jitter(1.5), spread = 7.6 + jitter(2);
  const skin = plain(body.skin);
  const end = kind === "shorts"
    ? crotch + (man ? 17 : 7) + jitter(5)
    : kind === "capri pants"
    ? 75 + jitter(3)
    : kind === "skirt"
    ? crotch + 14 + jitter(11)
    : ankle - 0.5;
  const fabric = cloth(sketch, rng, wearing.colours, wearing.pattern, wearing.material, {
    x0: cx - hip - 2,
    y0: top,
    x1: cx + hip + 2,
    y1: end,
  });

  // Trunk: bare, or in a top of another colour.
  const above = rng.uniform() < 0.6 ? skin : plain(body.other);
  sketch.polygon([
    [cx - waist - (man ? 2 : 0), -5],
    [cx + waist + (man ? 2 : 0), -5],
    [cx + waist, top + 5],
    [cx - waist, top + 5],
  ], above);
  for (const s of [-1, 1]) {
    if (rng.uniform() < 0.25) continue;
    const wrist: Point = rng.uniform() < 0.6
      ? [cx + s * (hip + 4), 32 + jitter(4)]
      : [cx + s * (waist + 1), 13];
    const elbow: Point = [cx + s * (hip + (wrist[1] > 20 ? 6 : 14)), wrist[1] > 20 ? 8 : 3];
    sketch.line([[elbow[0], -4], elbow, wrist], skin, man ? 5.2 : 4, 0.25);
    sketch.ellipse(wrist[0], wrist[1] + 1, 2.6, 3.4, skin, 0.25);
  }

  // Each leg: its axis may lean inwards or step aside.
  const step = rng.uniform() < 0.4 ? jitter(6) : 0;
  const bare: Leg = man ? [6.4, 4.2, 4.5, 2.6] : [5.9, 3.7, 3.9, 2.2];
  const shoe = plain(shadeOf(rng.pick(["black", "white", "gray", "black", "blue"]), rng));
  const axis = (s: number, y: number): number => {
    const t = Math.max(0, Math.min(1, (y - crotch) / (ankle - crotch)));
    return cx + s * (hip * 0.5 + (spread - hip * 0.5) * t) + step * t * (s > 0 ? 1 : 0.2);
  };
  const leg = (s: number, w: Leg, until: number): Point[] => {
    const rows: [number, number][] = [[crotch - 6, w[0]], [knee, w[1]], [74, w[2]], [ankle, w[3]]];
    const at = (y: number): number => {
      for (let i = 1; i < rows.length; i++) {
        const [y0, w0] = rows[i - 1]!, [y1, w1] = rows[i]!;
        if (y <= y1) return w0 + (w1 - w0) * Math.max(0, (y - y0) / (y1 - y0));
      }
      return w[3];
    };
    const levels = [crotch - 6, crotch + 8, knee, 74, 84, ankle].filter((y) => y < until - 1);
    levels.push(until);
    const side = (d: number) => levels.map((y): Point => [axis(s, y) + d * at(y), y]);
    return [...side(-1), ...side(1).reverse()];
  };
  for (const s of [-1, 1]) {
    sketch.polygon(leg(s, bare, ankle + 2), skin, 0.25);
    const x = axis(s, ankle);
    const toe = back ? 0 : s * 1.5;
    sketch.smooth(
      [[x - 3.2, ankle - 1], [x + 3.2, ankle - 1], [x + 4.6 + toe, ankle + 5], [
        x + toe,
        ankle + 7,
      ], [x - 4.6 + toe, ankle + 5]],
      shoe,
      0.5,
    );
  }
  if (kind === "skirt") {
    const flare = hip + 2 + rng.uniform() * 7;
    sketch.smooth([
      [cx - waist, top],
      [cx + waist, top],
      [cx + hip + 0.6, crotch - 8],
      [
        cx + flare,
        end,
      ],
      [cx + flare - 1, end + 0.5],
      [cx, end + 1.5],
      [cx - flare + 1, end + 0.5],
      [
        cx - flare,
        end,
      ],
      [cx - hip - 0.6, crotch - 8],
    ], fabric.body);
    for (const t of [-0.5, 0, 0.5]) {
      sketch.line(
        [[cx + t * hip, crotch - 4], [cx + t * flare * 1.3, end]],
        plain(fabric.trim),
        0.6,
      );
    }
  } else {
    const cut = CUTS[kind] ?? bare;
    const wide = (man ? 1 : 0.94) * (1 + jitter(0.06));
    const w = cut.map((x) => x * wide) as unknown as Leg;
    for (const s of [-1, 1]) sketch.polygon(leg(s, w, end), fabric.body, 0.5);
    // The seat runs into the legs without a step.
    const seat = hip * 0.5 + w[0];
    const right: Point[] = [[waist, top], [hip + 0.2, crotch - 16], [seat, crotch - 5]];
    const mirrored = right.map(([x, y]): Point => [cx - x, y]).reverse();
    sketch.smooth(
      [
        ...right.map(([x, y]): Point => [cx + x, y]),
        [cx + 3, crotch + 2],
        [cx, crotch + 0.6],
        [cx - 3, crotch + 2],
        ...mirrored,
      ],
      fabric.body,
      0,
    );
  }
  drawTrim(sketch, rng, kind, fabric, { cx, top, crotch, waist, hip, end, axis, back });
}

interface Place {
  cx: number;
  top: number;
  crotch: number;
  waist: number;
  hip: number;
  end: number;
  axis: (side: number, y: number) => number;
  back: boolean;
}

function drawTrim(sketch: Sketch, rng: Stream, kind: string, f: Cloth, p: Place): void {
  const { cx, top, crotch, waist, hip, end, axis, back } = p;
  const trim = plain(f.trim), seam = plain(tone(f.trim, 0.9));
  const band = kind === "jeans" ? 0.9 : kind === "leggings" || kind === "capri pants" ? 2.4 : 1.6;
  sketch.line([[cx - waist + 1, top + 1.2], [cx + waist - 1, top + 1.2]], trim, band);
  if (kind === "skirt") return;
  sketch.line([[cx, crotch - 12], [cx, crotch + 1]], seam, 0.9);
  if (kind === "jeans") {
    const stitch = plain([205, 150, 80]);
    for (const s of [-1, 1]) {
      sketch.line(
        back
          ? [[cx + s * 3, top + 9], [cx + s * 10, top + 9], [cx + s * 9.5, top + 18], [
            cx + s * 3.5,
            top + 18,
          ], [cx + s * 3, top + 9]]
          : [[cx + s * (waist - 4), top + 2.5], [cx + s * (waist - 3), top + 8], [
            cx + s * hip,
            top + 9.5,
          ]],
        stitch,
        0.9,
      );
      sketch.line([[axis(s, end) - 4, end - 1.5], [axis(s, end) + 4, end - 1.5]], stitch, 0.8);
    }
    if (!back) sketch.ellipse(cx, top + 2, 0.9, 0.9, stitch, 0);
  }
  const drawstring = kind === "sweatpants" || (kind === "shorts" && rng.uniform() < 0.6);
  if (drawstring && !back) {
    const cord = plain([240, 240, 235]);
    sketch.line([[cx - 0.8, top + 2], [cx - 1.8, top + 9]], cord, 0.9);
    sketch.line([[cx + 0.8, top + 2], [cx + 1.8, top + 8]], cord, 0.9);
  }
  if (kind === "sweatpants") {
    for (const s of [-1, 1]) {
      const x = axis(s, end);
      sketch.polygon(
        [[x - 4.4, end - 5], [x + 4.4, end - 5], [x + 3.6, end], [x - 3.6, end]],
        trim,
      );
    }
  }
  const piping = f.highlight || rng.uniform() < 0.2;
  if (piping && kind !== "jeans") {
    for (const s of [-1, 1]) {
      sketch.line([[cx + s * (hip - 0.5), top + 12], [axis(s, end) + s * 3.6, end - 1]], trim, 0.9);
    }
  }
}
