/** Patterns of cloth: stripes, checks, spots, flowers, camouflage, zigzags, blocks, knits, prints. */
import { hex, mix, tone } from "../colour.ts";
import { curve, type Node, plain, type Point, type Sketch } from "../sketch.ts";
import { type Box, brightness, type Cut, type Fabric } from "./cloth.ts";

function bar(s: Sketch, x0: number, y0: number, x1: number, y1: number, fill: string, opacity = 1) {
  s.area(`M${r(x0)} ${r(y0)}H${r(x1)}V${r(y1)}H${r(x0)}Z`, fill, opacity);
}

const n2 = (x: number) => String(Math.round(x * 100) / 100);

const r = (x: number) => String(Math.round(x * 10) / 10);

/** Spots of one size as octagons, which are drawn several times as fast as circles. */
class Spots {
  #d = "";
  readonly #half: number;
  readonly #steps: string;
  constructor(readonly box: Box, readonly radius: number) {
    const long = n2(radius * 0.83), side = n2(radius * 0.585);
    this.#half = radius * 0.415;
    this.#steps = `v${long}l${side} ${side}h${long}l${side} -${side}v-${long}l-${side} -${side}` +
      `h-${long}Z`;
  }
  add(x: number, y: number): void {
    const [x0, y0, x1, y1] = this.box, by = this.radius;
    if (x > x0 - by && x < x1 + by && y > y0 - by && y < y1 + by) {
      this.#d += `M${r(x - by)} ${r(y - this.#half)}${this.#steps}`;
    }
  }
  draw(s: Sketch, colour: string): void {
    if (this.#d !== "") s.area(this.#d, colour);
  }
}

/**
 * The pattern where it can be seen. It is laid out over the part's whole box, so that the legs and
 * the seat of trousers, and every view of a product, have the same.
 */
export function motif(s: Sketch, f: Fabric, { part, box }: Cut, seen: Box): void {
  const [x0, y0, x1, y1] = box, [left, top, right, bottom] = seen;
  const b = hex(f.second), shape = f.dice("shape"), rng = f.dice(part);
  const step = (low: number, high: number) => low + (high - low) * shape.uniform();
  const from = (low: number, wide: number) => Math.floor(low / wide) * wide;
  switch (f.pattern) {
    case "striped": {
      const wide = step(5, 8), dark = wide * step(0.38, 0.5);
      if (shape.uniform() < 0.2) {
        for (let x = from(left, wide); x < right; x += wide) bar(s, x, top, x + dark, bottom, b);
      } else {
        for (let y = from(top, wide); y < bottom; y += wide) bar(s, left, y, right, y + dark, b);
      }
      return;
    }
    case "checked": {
      const wide = step(7, 10), half = wide / 2;
      for (let y = from(top, wide); y < bottom; y += wide) {
        bar(s, left, y, right, y + half, b, 0.55);
      }
      for (let x = from(left, wide); x < right; x += wide) {
        bar(s, x, top, x + half, bottom, b, 0.55);
      }
      return;
    }
    case "dotted": {
      const wide = step(6, 8.5), spots = new Spots(seen, wide * step(0.2, 0.28));
      for (let j = 0, y = y0; y < y1; j++, y += wide * 0.8) {
        for (let x = x0 + (j % 2) * wide / 2; x < x1; x += wide) spots.add(x, y);
      }
      return spots.draw(s, b);
    }
    case "floral": {
      const wide = step(9, 11.5), size = wide * 0.2;
      const petals = new Spots(seen, size * 0.74), hearts = new Spots(seen, size * 0.6);
      const leaves = new Spots(seen, size * 0.8);
      for (let j = 0, y = y0; y < y1 + wide; j++, y += wide * 0.8) {
        for (let x = x0 - wide + (j % 2) * wide / 2; x < x1 + wide; x += wide) {
          const cx = x + (rng.uniform() - 0.5) * wide * 0.4;
          const cy = y + (rng.uniform() - 0.5) * wide * 0.4, turn = rng.uniform() * 6;
          leaves.add(cx + size * 2 * Math.cos(turn), cy + size * 2 * Math.sin(turn));
          for (let k = 0; k < 5; k++) {
            const a = turn + k * 1.2566;
            petals.add(cx + size * Math.cos(a), cy + size * Math.sin(a));
          }
          hearts.add(cx, cy);
        }
      }
      leaves.draw(s, hex(mix(f.second, [60, 140, 70], 0.8)));
      petals.draw(s, b);
      return hearts.draw(s, hex(mix(f.second, [255, 226, 90], 0.75)));
    }
    case "camouflage":
      for (const colour of [tone(f.main, 0.55), f.second, mix(f.main, f.second, 0.5)]) {
        let d = "";
        for (let y = y0; y < y1; y += 12) {
          for (let x = x0; x < x1; x += 14) {
            const cx = x + rng.uniform() * 14, cy = y + rng.uniform() * 12;
            const blob = Array.from({ length: 5 }, (_, k): Node => {
              const radius = 2.4 + 4.4 * rng.uniform();
              return [cx + 1.5 * radius * Math.cos(k * 1.257), cy + radius * Math.sin(k * 1.257)];
            });
            const near = cx > left - 9 && cx < right + 9 && cy > top - 7 && cy < bottom + 7;
            if (near) d += curve(blob);
          }
        }
        s.area(d, hex(colour));
      }
      return;
    case "chevron": {
      const tall = step(6.5, 9), wide = step(4, 6);
      for (let y = from(top - wide, tall); y < bottom; y += tall) {
        const start = from(left, 2 * wide);
        let d = `M${r(start)} ${r(y)}`;
        for (let k = 1, x = start + wide; x < right + wide; k++, x += wide) {
          d += `L${r(x)} ${r(y + (k % 2) * wide * 0.8)}`;
        }
        s.stroke(d, b, tall * 0.36);
      }
      return;
    }
    case "color-blocked":
      return blocks(s, f, part, box);
  }
}

/** Areas in the second colour: a yoke, a hem or side panels; contrasting sleeves are the base. */
function blocks(s: Sketch, f: Fabric, part: Cut["part"], [x0, y0, x1, y1]: Box): void {
  const b = hex(f.second), wide = x1 - x0, high = y1 - y0;
  if (f.block === "yoke") {
    const edge = part === "body" ? y0 + high * 0.36 : part === "leg" ? y0 + high * 0.5 : y0 + 14;
    bar(s, x0, y0 - 20, x1, edge, b);
  } else if (f.block === "hem" && part !== "sleeve") {
    bar(s, x0, y0 + high * 0.62, x1, y1 + 20, b);
  } else if (f.block === "sides" || (f.block === "sleeves" && part === "leg")) {
    const w = wide * (part === "body" ? 0.24 : 0.3);
    bar(s, x0 - 9, y0 - 20, x0 + w, y1 + 20, b);
    bar(s, x1 - w, y0 - 20, x1 + 9, y1 + 20, b);
  }
}

/** Columns of stitches; every second one a cable where cables are the style. */
export function knit(s: Sketch, f: Fabric, [x0, y0, x1, y1]: Box): void {
  const dark = brightness(f.main) < 0.25;
  for (let x = Math.floor(x0 / 4) * 4; x < x1; x += 4) {
    s.stroke(`M${r(x)} ${r(y0)}V${r(y1)}`, dark ? "#fff" : "#000", 1.8, 0.26, "1.7 1.1");
  }
}

const EMBLEMS = ["star", "circle", "mountain", "bars", "heart", "bolt"] as const;

/** A print on the chest, or on a thigh: an emblem in the second colour. */
export function emblem(s: Sketch, f: Fabric, x: number, y: number, size: number): void {
  const kind = f.dice("emblem").pick(EMBLEMS), fill = hex(f.second);
  const at = (points: readonly Point[]) =>
    `M${points.map(([a, b]) => `${r(x + a * size)} ${r(y + b * size)}`).join("L")}Z`;
  if (kind === "star") {
    s.area(
      at(Array.from({ length: 10 }, (_, k): Point => {
        const a = k * Math.PI / 5 - Math.PI / 2, radius = k % 2 ? 0.42 : 1;
        return [radius * Math.cos(a), radius * Math.sin(a)];
      })),
      fill,
    );
  } else if (kind === "circle") {
    s.ellipse(x, y, size, size, plain(f.second), 0);
    s.ellipse(x, y, size * 0.55, size * 0.55, plain(mix(f.second, f.main, 0.7)), 0);
  } else if (kind === "mountain") {
    s.area(at([[-1.1, 0.8], [-0.4, -0.6], [0, 0.1], [0.4, -0.3], [1.1, 0.8]]), fill);
    s.ellipse(x + size * 0.6, y - size * 0.7, size * 0.28, size * 0.28, plain(f.second), 0);
  } else if (kind === "bars") {
    for (const [i, w] of [1, 0.8, 1].entries()) {
      s.area(
        at([[-w, -0.8 + i * 0.6], [w, -0.8 + i * 0.6], [w, -0.45 + i * 0.6], [
          -w,
          -0.45 + i * 0.6,
        ]]),
        fill,
      );
    }
  } else if (kind === "heart") {
    s.area(
      curve([
        [x, y - size * 0.4, "corner"],
        [x + size * 0.55, y - size * 0.85],
        [
          x + size,
          y - size * 0.3,
        ],
        [x, y + size * 0.9, "corner"],
        [x - size, y - size * 0.3],
        [
          x - size * 0.55,
          y - size * 0.85,
        ],
      ]),
      fill,
    );
  } else {
    s.area(
      at([[0.2, -1], [-0.7, 0.15], [-0.1, 0.15], [-0.3, 1], [0.7, -0.25], [0.1, -0.25]]),
      fill,
    );
  }
}
