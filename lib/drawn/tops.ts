/** The cut of tops, and what tells a hoodie from a sweatshirt. */
import type { Stream } from "../runtime/mod.ts";
import { mix } from "./colour.ts";
import { plain, type Point, type Sketch } from "./sketch.ts";
import type { Cloth } from "./texture.ts";

/** Where the parts of a top lie: centre line, half widths, heights. */
export interface Cut {
  cx: number;
  sw: number;
  wa: number;
  hw: number;
  top: number;
  hem: number;
  bare: number;
  back: boolean;
  jitter: (a: number) => number;
}

/** The closed outline of the garment's body, from its right half mirrored. */
export function topOutline(kind: string, c: Cut): Point[] {
  const { cx, sw, wa, hw, top, hem } = c;
  let half: Point[];
  if (kind === "tank top" || kind === "sports bra") {
    const deep = c.back ? 5 : 9 + c.jitter(1.5);
    half = [[0, top + deep], [4.6, top + deep - 1.5], [6.6, top - 0.5], [10, top], [
      10.5,
      top + 7,
    ], [wa + 1.2, top + 15]];
    // Racerbacks narrow between the shoulder blades.
    if (c.back && !half.some(([x]) => x > sw)) half[4] = [7.5, top + 7];
    if (kind === "sports bra") half.push([wa + 0.8, c.bare], [wa + 0.4, c.bare], [0, c.bare + 0.4]);
    else half.push([wa, 56], [hw + 0.6, hem], [hw, hem], [0, hem + 0.6]);
  } else if (kind === "dress") {
    half = [
      [0, top + (c.back ? 1 : 6)],
      [5, top + 1],
      [6.5, top - 1],
      [10.5, top],
      [
        wa + 1.2,
        top + 12,
      ],
      [
        wa - 0.6,
        54,
      ],
      [hw + 2.5, 70],
      [hw + 7 + c.jitter(2), 93],
      [hw + 6, 93.5],
      [0, 95],
    ];
  } else {
    const v = c.back ? 0 : kind === "shirt" || kind === "blouse" ? 6 : 3;
    const loose = ["hoodie", "jacket", "sweatshirt", "blouse"].includes(kind) ? 1.3 : 0.4;
    const flare = kind === "blouse" ? 2 : 0;
    half = [
      [0, top + v],
      [5.6, top - 2.6],
      [7, top - 2.4],
      [sw - 2.6, top + 2.6],
      [sw - 0.2, top + 6.5],
      [
        wa + 1.6 + loose,
        top + 17,
      ],
      [wa + loose, 56],
      [hw + loose + flare, hem],
      [hw + loose + flare - 0.8, hem + 0.4],
      [
        0,
        hem + 0.8,
      ],
    ];
  }
  const left = half.slice(1, -1).reverse().map(([x, y]): Point => [cx - x, y]);
  return [...half.map(([x, y]): Point => [cx + x, y]), ...left];
}

/** The measures that details need. */
export type Place = Pick<Cut, "cx" | "wa" | "hw" | "top" | "hem" | "back">;

/** What tells garments apart: zips, plackets, collars, pockets, hoods, ribs. */
export function drawDetails(sketch: Sketch, rng: Stream, kind: string, f: Cloth, p: Place): void {
  const { cx, wa, hw, top, hem, back } = p, trim = plain(f.trim);
  const collar = (height: number) =>
    sketch.polygon([
      [cx - 6.4, top - height],
      [cx + 6.4, top - height],
      [cx + 6.8, top + 1.5],
      [cx, top + (back ? 2 : 4.5)],
      [cx - 6.8, top + 1.5],
    ], f.body);
  if (kind === "jacket") {
    collar(4.5);
    if (rng.uniform() < 0.4) { // quilted
      for (let y = top + 9; y < hem - 3; y += 7) {
        sketch.line([[cx - wa - 1, y], [cx, y + 0.8], [cx + wa + 1, y]], trim, 0.7);
      }
    }
    if (!back) {
      sketch.line([[cx, top - 3], [cx, rng.uniform() < 0.75 ? hem : 52]], trim, 1.4);
      for (const s of [-1, 1]) {
        sketch.line([[cx + s * 9, 66], [cx + s * 7.5, 75]], trim, 0.9);
      }
    }
    sketch.line([[cx - hw - 0.6, hem - 1.5], [cx + hw + 0.6, hem - 1.5]], trim, 1.4);
  } else if (kind === "hoodie") {
    if (back) {
      sketch.smooth(
        [
          [cx - 10, top - 2],
          [cx - 6, top - 6],
          [cx + 6, top - 6],
          [cx + 10, top - 2],
          [cx + 7, top + 13],
          [cx, top + 17],
          [cx - 7, top + 13],
        ],
        f.sleeves,
        1.2,
      );
    } else {
      sketch.smooth(
        [
          [cx - 10.5, top + 3],
          [cx - 8.5, top - 8],
          [cx - 5, top - 6],
          [cx - 3.5, top + 1],
          [cx, top + 5],
          [cx + 3.5, top + 1],
          [cx + 5, top - 6],
          [cx + 8.5, top - 8],
          [cx + 10.5, top + 3],
          [cx, top + 11],
        ],
        f.sleeves,
        1.1,
      );
      for (const s of [-1, 1]) {
        sketch.line([[cx + s * 2.5, top + 7], [cx + s * 3, top + 17]], trim, 0.8);
      }
      if (rng.uniform() < 0.5) sketch.line([[cx, top + 9], [cx, hem]], trim, 1.3);
      sketch.polygon([[cx - 8, 65], [cx + 8, 65], [cx + 11.5, 77], [cx - 11.5, 77]], {
        ...f.body,
        edge: trim.fill,
      }, 1.1);
    }
    sketch.line([[cx - hw - 1, hem - 1.2], [cx + hw + 1, hem - 1.2]], trim, 1.2);
  } else if (kind === "sweatshirt" || kind === "sweater") {
    if (kind === "sweater") { // knitted ribs
      const rib = plain(mix(f.trim, f.body.rgb, 0.45));
      for (let x = -wa + 1; x < wa; x += 3.2) {
        sketch.line([[cx + x, top + 8], [cx + x * 1.05, hem - 4]], rib, 0.6);
      }
    } else if (rng.uniform() < 0.6) { // raglan seams
      for (const s of [-1, 1]) {
        sketch.line([[cx + s * 6, top - 1], [cx + s * 13, top + 16]], trim, 0.8);
      }
    }
    sketch.polygon(
      [[cx - hw - 1.2, hem - 4], [cx + hw + 1.2, hem - 4], [cx + hw + 0.6, hem + 0.6], [
        cx - hw - 0.6,
        hem + 0.6,
      ]],
      trim,
      0,
    );
    sketch.line(
      [[cx - 6, top - 1.8], [cx - 3, top + (back ? 0 : 2)], [cx + 3, top + (back ? 0 : 2)], [
        cx + 6,
        top - 1.8,
      ]],
      trim,
      1.8,
    );
  } else if (kind === "shirt" || kind === "blouse") {
    if (back) {
      collar(2.5);
      sketch.line([[cx - 14, top + 9], [cx + 14, top + 9]], trim, 0.7);
      return;
    }
    sketch.line([[cx, top + 5], [cx, hem]], trim, kind === "shirt" ? 1.1 : 0.7);
    if (kind === "shirt") {
      for (let y = top + 10; y < hem - 3; y += 8) sketch.ellipse(cx + 1, y, 0.8, 0.8, trim, 0);
    } else {
      sketch.line([[cx, top + 7], [cx - 4, top + 15]], trim, 1);
      sketch.line([[cx, top + 7], [cx + 4, top + 15]], trim, 1);
    }
    for (const s of [-1, 1]) {
      sketch.polygon([[cx + s * 6.5, top - 4], [cx, top + 5], [cx + s * 6, top + 8.5]], f.body, 1);
    }
  } else if (kind === "t-shirt" || kind === "tank top") {
    if (kind === "t-shirt") {
      sketch.line(
        [[cx - 5.8, top - 2], [cx - 2.6, top + (back ? 0 : 2.4)], [
          cx + 2.6,
          top + (back ? 0 : 2.4),
        ], [
          cx + 5.8,
          top - 2,
        ]],
        trim,
        0.9,
      );
    }
    if (!back && rng.uniform() < 0.1) {
      sketch.rect(cx + 3, top + 14, cx + 10, top + 22, { ...f.sleeves, edge: trim.fill }, 0, 0.8);
    }
  } else if (kind === "sports bra") {
    sketch.line([[cx - wa - 0.3, top + 24.5], [cx + wa + 0.3, top + 24.5]], trim, 1.6);
  } else if (kind === "dress" && rng.uniform() < 0.5) {
    sketch.line([[cx - wa, 54], [cx, 55], [cx + wa, 54]], trim, 1.8);
  }
}
