/** Men and women wearing one garment, cropped as shops do: above the hips or below the chest. */
import type { Stream } from "../runtime/mod.ts";
import { mix, type Rgb, shadeOf, tone } from "./colour.ts";
import { plain, type Point, type Sketch } from "./sketch.ts";
import { type Cloth, cloth } from "./texture.ts";
import { drawTrousers } from "./legs.ts";
import { drawDetails, topOutline } from "./tops.ts";
import type { Body, Wearing } from "./wearing.ts";

const MEN_UPPER = [
  "t-shirt",
  "tank top",
  "jacket",
  "hoodie",
  "sweatshirt",
  "shirt",
  "sweater",
];
const MEN_LOWER = ["pants", "shorts", "tights", "jeans", "sweatpants"];

/** The garments of each gender; those of the upper body first in the record. */
export const GARMENTS = {
  man: { upper: MEN_UPPER, lower: MEN_LOWER },
  woman: {
    upper: [...MEN_UPPER, "sports bra", "dress", "blouse"],
    lower: [...MEN_LOWER, "leggings", "capri pants", "skirt"],
  },
} as const;

const SKIN: Rgb[] = [
  [92, 60, 42],
  [125, 84, 60],
  [160, 112, 84],
  [196, 146, 116],
  [222, 178, 150],
  [236, 200, 176],
];
const HAIR: Rgb[] = [[25, 20, 18], [50, 35, 25], [90, 60, 35], [150, 110, 60], [200, 165, 100]];

/** Draws the person in the frame 0 to 100. */
export function drawFigure(sketch: Sketch, rng: Stream, wearing: Wearing): void {
  const jitter = (a: number) => (2 * rng.uniform() - 1) * a;
  const skin = rng.pick(SKIN);
  const body: Body = {
    man: wearing.gender === "man",
    back: wearing.back,
    cx: 50 + jitter(3),
    skin: tone(skin, 1 + jitter(0.08)),
    hair: rng.pick(skin[0] < 130 ? HAIR.slice(0, 2) : HAIR),
    other: shadeOf(rng.pick(["black", "gray", "beige", "white", "navy", "black"]), rng),
    jitter,
  };
  const upper = (GARMENTS[wearing.gender].upper as readonly string[]).includes(wearing.kind);
  if (upper) drawTop(sketch, rng, wearing, body);
  else drawTrousers(sketch, rng, wearing, body);
}

const SHORT = ["t-shirt", "dress", "blouse"], NONE = ["tank top", "sports bra"];

function drawTop(sketch: Sketch, rng: Stream, wearing: Wearing, body: Body): void {
  const { kind, back } = wearing, { man, cx, jitter } = body;
  const dress = kind === "dress";
  const sw = (man ? 16.6 : 13.2) + jitter(1.2), wa = (man ? 13.2 : 9.8) + jitter(1);
  const hw = (man ? 14.2 : 12.2) + jitter(1.2), top = 26 + jitter(1.5);
  const hem = dress ? 66 : (man ? 84 : 80) + jitter(3);
  const bare = kind === "sports bra" ? top + 26 : hem;
  const skin = plain(body.skin), other = plain(body.other);
  const fabric = cloth(sketch, rng, wearing.colours, wearing.pattern, wearing.material, {
    x0: cx - sw - 2,
    y0: top - 3,
    x1: cx + sw + 2,
    y1: kind === "sports bra" ? bare : dress ? 98 : hem,
  }, !NONE.includes(kind));

  const long = !NONE.includes(kind) &&
    (!SHORT.includes(kind) || (kind !== "t-shirt" && rng.uniform() < 0.4) || rng.uniform() < 0.12);
  if (!man) drawLongHair(sketch, rng, body, top);
  if (dress) {
    for (const s of [-1, 1]) {
      sketch.line([[cx + s * 5.5, 88], [cx + s * 5, 104]], skin, 5, 0.4);
    }
  } else {
    const w = Math.max(hw * 1.02, wa);
    sketch.polygon(
      [[cx - w, hem - 12], [cx + w, hem - 12], [cx + w * 1.1, 106], [cx - w * 1.1, 106]],
      other,
    );
    sketch.line([[cx, hem + 5], [cx, 106]], plain(tone(body.other, 0.6)), 0.8);
  }

  // Arms: hanging, hands at the pockets, or hands on the hips.
  const pose = rng.pick([0, 0, 1, 1, 2]);
  for (const s of [-1, 1]) {
    const bend = rng.uniform() < 0.85 ? pose : 0;
    const shoulder: Point = [cx + s * (sw - 3), top + 7];
    const elbow: Point = [cx + s * (sw + [4, 8, 12][bend]! + jitter(1)), 54 + jitter(2)];
    const hand: Point = [
      cx + s * ([sw + 4, hw + 1, wa + 2][bend]! + jitter(1)),
      [80, 76, 68][bend]! + jitter(2),
    ];
    sketch.line([shoulder, elbow, hand], skin, man ? 6 : 4.4, 0.25);
    sketch.ellipse(hand[0], hand[1] + 1.5, man ? 3.4 : 2.6, man ? 4 : 3.2, skin, 0.4);
    if (NONE.includes(kind) || (dress && !long)) continue;
    const towards = (a: Point, b: Point, t: number): Point => [
      a[0] + (b[0] - a[0]) * t,
      a[1] + (b[1] - a[1]) * t,
    ];
    const wide = (man ? 8.8 : 6.8) + (kind === "jacket" || kind === "hoodie" ? 1.2 : 0);
    if (!long) {
      sketch.line(
        [shoulder, towards(shoulder, elbow, 0.5 + jitter(0.1))],
        fabric.sleeves,
        wide,
        0.3,
      );
    } else {
      const cuff = towards(elbow, hand, 0.93);
      sketch.line([shoulder, elbow, cuff], fabric.sleeves, wide - 0.8, 0.3);
      if (kind === "sweatshirt" || kind === "sweater" || kind === "jacket") {
        sketch.line([towards(elbow, hand, 0.86), cuff], plain(fabric.trim), wide - 2.2);
      }
    }
  }
  // Neck and, where the cut shows them, shoulders and belly.
  sketch.polygon(
    [[cx - 4, 16], [cx + 4, 16], [cx + 5.5, top + 5], [cx - 5.5, top + 5]],
    skin,
    0,
  );
  if (NONE.includes(kind) || dress) {
    sketch.smooth(
      [
        [cx - 5, top - 1],
        [cx - sw + 0.5, top + 3],
        [cx - wa - 0.5, 56],
        [cx - hw + 0.5, hem],
        [cx + hw - 0.5, hem],
        [cx + wa + 0.5, 56],
        [cx + sw - 0.5, top + 3],
        [cx + 5, top - 1],
      ],
      skin,
      0.4,
    );
    if (kind === "sports bra") {
      sketch.polygon([[cx - hw, hem - 9], [cx + hw, hem - 9], [cx + hw, hem + 2], [
        cx - hw,
        hem + 2,
      ]], other);
    }
  }
  sketch.smooth(
    topOutline(kind, { cx, sw, wa, hw, top, hem, bare, back, jitter }),
    fabric.body,
    0.5,
  );
  drawDetails(sketch, rng, kind, fabric, { cx, wa, hw, top, hem, back });
  drawHead(sketch, rng, body, kind, fabric, top);
}

function drawLongHair(sketch: Sketch, rng: Stream, body: Body, top: number): void {
  if (rng.uniform() > 0.6) return;
  const { cx } = body, length = top + rng.uniform() * 10;
  sketch.smooth(
    [[cx - 7, 8], [cx + 7, 8], [cx + 9.5, length], [cx, length + 2], [
      cx - 9.5,
      length,
    ]],
    plain(body.hair),
    0,
  );
}

function drawHead(
  sketch: Sketch,
  rng: Stream,
  body: Body,
  kind: string,
  f: Cloth,
  top: number,
): void {
  const { cx, man, back, jitter } = body, x = cx + jitter(0.8), hair = plain(body.hair);
  const skin = plain(body.skin), ink = plain(tone(body.skin, 0.45));
  const [rx, ry] = man ? [6.4, 9] : [5.9, 8.4];
  sketch.ellipse(x, 12.5, rx, ry, skin, 0.5);
  if (back) {
    sketch.ellipse(x, 11, rx + 0.6, ry - (man ? 1.2 : 0), hair, 0);
    const style = rng.uniform();
    if (!man && style < 0.55) {
      sketch.smooth(
        [[x - 2.4, 12], [x + 2.4, 12], [x + 3.4, top + 2], [x, top + 9], [
          x - 3.4,
          top + 2,
        ]],
        hair,
        0.4,
      );
    } else if (!man && style < 0.75) sketch.ellipse(x, 4, 3.6, 3.2, hair, 0.3);
    return;
  }
  if (!man || rng.uniform() < 0.8) {
    sketch.smooth(
      [[x - rx - 0.4, 11], [x - rx, 5], [x, 2.6], [x + rx, 5], [x + rx + 0.4, 11], [
        x + rx * 0.6,
        7,
      ], [x - rx * 0.5, 6.5]],
      hair,
      0,
    );
  }
  for (const s of [-1, 1]) sketch.ellipse(x + s * 2.3, 12, 0.8, 0.6, ink, 0);
  sketch.line([[x - 1.8, 17], [x + 1.8, 17]], plain(mix(body.skin, [170, 50, 50], 0.5)), 0.9);
  if (man && rng.uniform() < 0.2) {
    sketch.smooth([[x - 5.6, 14], [x, 17.5], [x + 5.6, 14], [x + 3, 20.5], [x - 3, 20.5]], hair, 0);
  }
  if (kind === "hoodie" && rng.uniform() < 0.08) sketch.ring(x, 11.5, 7.6, 9.6, f.sleeves, 3.2);
}
