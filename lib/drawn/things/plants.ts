/** Plants in pots and trees. */
import type { Point, Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing, toned } from "../thing.ts";

const SHELF = "home & garden, plants";

function tree(s: Sketch, i: Ink, leaf: Ink["green"], trunk: number): void {
  s.turned(0, 0, [[5, 0], [3, trunk + 20]], i.wood);
  const [cx, cy] = s.at([0, 0, trunk + 36]);
  for (let k = 0; k < 26; k++) {
    const a = i.range(0, 6.28), r = 30 * Math.sqrt(i.rng.uniform()), d = i.range(5, 11);
    s.ellipse(
      cx + r * Math.cos(a),
      cy + r * Math.sin(a) * 0.95,
      d,
      d,
      toned(leaf, i.range(0.7, 1.25)),
      0.3,
    );
  }
}

function leaves(s: Sketch, i: Ink, x: number, y: number, n: number, length: number): void {
  for (let k = 0; k < n; k++) {
    const a = -Math.PI * i.range(0.08, 0.92), l = length * i.range(0.6, 1.05), w = i.range(4, 8);
    const tip: Point = [x + l * Math.cos(a), y + l * Math.sin(a)];
    const mid: Point = [x + l * 0.55 * Math.cos(a), y + l * 0.55 * Math.sin(a)];
    const nx = -Math.sin(a) * w, ny = Math.cos(a) * w;
    s.smooth(
      [[x, y], [mid[0] + nx, mid[1] + ny], tip, [mid[0] - nx, mid[1] - ny]],
      toned(i.green, i.range(0.7, 1.25)),
      0.4,
    );
  }
}

function potted(s: Sketch, i: Ink, above: (x: number, y: number) => void): void {
  const r = i.range(16, 24), h = i.range(20, 32);
  s.turned(0, 0, [[r * 0.7, 0], [r, h]], i.main, true);
  above(...s.at([0, 0, h]));
}

function flowers(s: Sketch, i: Ink): void {
  const bloom = i.any();
  s.turned(0, 0, [[9, 0], [13, 14], [8, 36], [11, 44]], i.main, true);
  const [x, y] = s.at([0, 0, 44]);
  for (let k = 0; k < 8; k++) {
    const bx = x + i.range(-30, 30), by = y - i.range(14, 46);
    s.line([[x, y], [bx, by]], i.green, 1.8);
    s.smooth(
      [[bx - 6, by - 6], [bx, by - 10], [bx + 6, by - 6], [bx + 4, by + 5], [bx - 4, by + 5]],
      bloom,
      0.5,
    );
  }
  leaves(s, i, x, y, 4, 26);
}

/** Plants in pots and trees. */
export const PLANTS: Record<string, Thing> = {
  plant: thing(
    ["plant", "decorative plant", "indoor plant", "little plant"],
    ["patio", "decoration"],
    "living room",
    (s, i) => potted(s, i, (x, y) => leaves(s, i, x, y, 10 + i.rng.int(12), i.range(32, 60))),
    { shelf: SHELF, ownColour: true },
  ),
  cactus: thing(
    ["cactus", "spiky cactus"],
    ["patio", "plant"],
    "living room",
    (s, i) =>
      potted(s, i, (x, y) => {
        s.line([[x, y], [x, y - 50]], i.green, 16, 0.8);
        s.line([[x, y - 20], [x + 18, y - 22], [x + 18, y - 38]], i.green, 9, 0.8);
        s.line([[x, y - 14], [x - 17, y - 16], [x - 17, y - 30]], i.green, 9, 0.8);
      }),
    { shelf: SHELF, ownColour: true },
  ),
  succulent: thing(
    ["succulent plant", "aloe vera", "indoor succulents"],
    ["patio", "decoration"],
    "living room",
    (s, i) =>
      potted(s, i, (x, y) => {
        for (let r = 24; r > 3; r -= 6) {
          for (let a = 0; a < 7; a++) {
            s.ellipse(
              x + r * Math.cos(a * 0.9 + r),
              y - 6 + r * 0.5 * Math.sin(a * 0.9 + r),
              8,
              6,
              toned(i.green, 1.25 - r / 50),
              0.4,
            );
          }
        }
      }),
    { shelf: SHELF, ownColour: true },
  ),
  flowers: thing(["flowers", "tulips", "roses"], ["flowers", "vase"], "living room", flowers, {
    shelf: SHELF,
    ownColour: true,
  }),
  bonsai: thing(
    ["bonsai tree", "yucca"],
    ["patio", "plant"],
    "living room",
    (s, i) =>
      potted(s, i, (x, y) => {
        s.line([[x, y], [x + 6, y - 14], [x - 4, y - 30]], i.wood, 5);
        for (const [a, b] of [[-16, -34], [14, -28], [0, -48], [-2, -38]] as const) {
          s.ellipse(x + a, y + b, 18, 10, toned(i.green, i.range(0.8, 1.2)), 0.4);
        }
      }),
    { shelf: SHELF, ownColour: true },
  ),
  "hanging plant": thing(["hanging plant", "fern"], ["plant"], "living room", (s, i) => {
    for (const x of [30, 70]) s.line([[50, 0], [x, 40]], i.wood, 1.4);
    s.polygon([[28, 40], [72, 40], [64, 62], [36, 62]], i.main);
    for (let k = 0; k < 22; k++) {
      const x = i.range(24, 76);
      s.line(
        [[x, 42], [x + i.range(-12, 12), i.range(60, 100)]],
        toned(i.green, i.range(0.7, 1.2)),
        4,
      );
    }
  }, { shelf: SHELF, ownColour: true }),
  tree: thing(
    ["tree", "maple", "beech", "peach blossom"],
    ["tree", "outdoor"],
    "exterior",
    (s, i) => tree(s, i, i.main, i.range(16, 40)),
  ),
  pine: thing(["pine", "cypress", "poplar"], ["tree", "outdoor"], "exterior", (s, i) => {
    const w = i.range(14, 34);
    s.line([[50, 84], [50, 100]], i.wood, 7);
    for (const [t, b] of [[46, 88], [24, 64], [2, 40]] as const) {
      s.polygon(
        [[50, t], [50 + w * (b / 88), b], [50 - w * (b / 88), b]],
        toned(i.green, i.range(0.7, 1)),
        0.4,
      );
    }
  }, { ownColour: true }),
  "palm tree": thing(["palm tree", "coconut tree"], ["outdoor", "garden"], "exterior", (s, i) => {
    const lean = i.range(-14, 14);
    s.line([[50, 100], [50 + lean * 0.4, 66], [50 + lean, 30]], i.wood, 6);
    for (let k = 0; k < 9; k++) {
      const a = (k / 9) * 6.28;
      const x = 50 + lean, y = 30;
      s.smooth(
        [[x, y], [x + 22 * Math.cos(a), y - 10 + 14 * Math.sin(a)], [
          x + 38 * Math.cos(a),
          y + 4 + 20 * Math.sin(a),
        ], [x + 20 * Math.cos(a), y - 2 + 14 * Math.sin(a)]],
        toned(i.green, i.range(0.7, 1.2)),
        0.3,
      );
    }
  }, { ownColour: true }),
  hedge: thing(["hedge", "bush"], ["tree", "outdoor"], "exterior", (s, i) => {
    s.box([0, 0, 0], [100, 30, 60], i.green);
    for (let k = 0; k < 90; k++) {
      s.ellipse(
        ...s.at([i.range(2, 98), -1, i.range(3, 58)]),
        3.6,
        2.8,
        toned(i.green, i.range(0.6, 1.35)),
        0,
      );
    }
  }, { ownColour: true }),
};
