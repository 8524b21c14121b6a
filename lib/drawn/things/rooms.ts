/** Beds, cupboards and what else fills rooms, drawn in space. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

const SEAT = "home & garden, furniture";

function bed(s: Sketch, ink: Ink, w: number, level = 0): void {
  const l = 120;
  s.box([0, l - 5, level], [w, l, level + ink.range(38, 58)], ink.wood);
  s.box([0, 0, level + 6], [w, l - 5, level + 18], ink.wood);
  s.box([1, 1, level + 18], [w - 1, l - 6, level + 28], ink.main);
  const pillows = w > 60 ? [[6, w / 2 - 3], [w / 2 + 3, w - 6]] : [[8, w - 8]];
  for (const [a, b] of pillows as [number, number][]) {
    s.box([a, l - 32, level + 28], [b, l - 8, level + 35], ink.white);
  }
  s.face([[1, 1, level + 28.5], [w - 1, 1, level + 28.5], [w - 1, 34, level + 28.5], [
    1,
    34,
    level + 28.5,
  ]], ink.second);
  if (ink.maybe(0.4)) s.box([0, -4, level], [w, 0, level + 30], ink.wood);
}

/** A box whose front is divided into rows and columns of doors or drawers. */
function cabinet(s: Sketch, ink: Ink, w: number, d: number, h: number, rows: number, cols: number) {
  s.box([0, 0, 0], [w, d, h], ink.main);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; c++) {
      const x0 = (w * c) / cols + 2, x1 = (w * (c + 1)) / cols - 2;
      const z0 = (h * r) / rows + 2, z1 = (h * (r + 1)) / rows - 2;
      s.face([[x0, -0.5, z0], [x1, -0.5, z0], [x1, -0.5, z1], [x0, -0.5, z1]], ink.main, 0.05, 0.9);
      const knob = rows > 1
        ? [[(x0 + x1) / 2 - 5, -1, (z0 + z1) / 2], [(x0 + x1) / 2 + 5, -1, (z0 + z1) / 2]]
        : [[c % 2 ? x0 + 4 : x1 - 4, -1, (z0 + z1) / 2 - 5], [
          c % 2 ? x0 + 4 : x1 - 4,
          -1,
          (z0 + z1) / 2 + 5,
        ]];
      s.beam(knob as [number, number, number][], ink.black, 1.8);
    }
  }
}

function bookcase(s: Sketch, ink: Ink): void {
  const w = ink.range(45, 70),
    h = ink.range(90, 110),
    rows = 3 + ink.rng.int(3),
    full = ink.maybe(0.6);
  s.box([0, 0, 0], [w, 24, h], ink.main);
  for (let r = 0; r < rows; r++) {
    const z0 = (h * r) / rows + 2.5, z1 = (h * (r + 1)) / rows - 2.5;
    s.face([[3, -0.5, z0], [w - 3, -0.5, z0], [w - 3, -0.5, z1], [3, -0.5, z1]], ink.dark, 0.2);
    if (!full) continue;
    for (let x = 5; x < w - 9; x += ink.range(4, 7)) {
      const top = z0 + (z1 - z0) * ink.range(0.65, 0.95);
      s.face(
        [[x, -0.6, z0], [x + 4, -0.6, z0], [x + 4, -0.6, top], [x, -0.6, top]],
        ink.any(),
        0,
        0.3,
      );
    }
  }
}

function radiator(s: Sketch, ink: Ink): void {
  const n = 7 + ink.rng.int(6);
  for (let i = 0; i < n; i++) s.box([i * 9, 0, 6], [i * 9 + 6, 12, 66], ink.main);
  s.beam([[0, 2, 12], [n * 9, 2, 12]], ink.main, 2);
  for (const x of [4, n * 9 - 8]) s.box([x, 2, 0], [x + 4, 10, 6], ink.metal);
}

/** Beds, cupboards and what else fills rooms, drawn in space. */
export const ROOMS: Record<string, Thing> = {
  bed: thing(
    ["bed", "double bed", "child bed"],
    ["double"],
    "bedroom",
    (s, i) => bed(s, i, i.range(56, 96)),
  ),
  "bunk bed": thing(["bunk bed"], ["kid", "children"], "bedroom", (s, i) => {
    bed(s, i, 52);
    for (const [x, y] of [[0, 116], [48, 116]] as const) {
      s.box([x, y, 30], [x + 4, y + 4, 100], i.wood);
    }
    bed(s, i, 52, 62);
    for (const x of [0, 48]) s.box([x, -4, 0], [x + 4, 0, 100], i.wood);
    for (const z of [20, 36, 52, 68]) s.beam([[52, 10, z], [52, 30, z]], i.wood, 3);
  }),
  "baby bed": thing(["baby bed", "crib"], ["crib"], "bedroom", (s, i) => {
    s.box([0, 36, 10], [70, 40, 50], i.light);
    s.box([0, 0, 18], [70, 38, 26], i.second);
    for (let x = 0; x <= 70; x += 7) s.beam([[x, 0, 8], [x, 0, 50]], i.main, 2);
    s.beam([[0, 0, 50], [70, 0, 50]], i.main, 3.4);
    s.beam([[0, 0, 10], [70, 0, 10]], i.main, 3.4);
    for (let y = 0; y <= 40; y += 8) s.beam([[70, y, 8], [70, y, 50]], i.main, 2);
    s.beam([[70, 0, 50], [70, 40, 50]], i.main, 3.4);
    for (const x of [0, 70]) s.beam([[x, 0, 0], [x, 0, 54]], i.main, 4);
  }),
  "bedside table": thing(
    ["bedside table", "nightstand"],
    ["nightstand"],
    "bedroom",
    (s, i) => cabinet(s, i, 48, 40, 52, 2, 1),
    { shelf: SEAT },
  ),
  dresser: thing(
    ["dresser with drawers", "drawers cabinet", "chest of drawers"],
    ["cupboard"],
    "bedroom",
    (s, i) =>
      cabinet(s, i, i.range(55, 85), 36, i.range(60, 85), 3 + i.rng.int(2), 1 + i.rng.int(2)),
  ),
  cabinet: thing(
    ["cabinet", "upper cabinet", "lower cabinet", "small cabinet"],
    ["cupboard"],
    "kitchen",
    (s, i) => cabinet(s, i, i.range(40, 70), 40, i.range(55, 80), 1, 1 + i.rng.int(2)),
  ),
  wardrobe: thing(
    ["wardrobe", "cupboard", "locker"],
    ["cupboard"],
    "bedroom",
    (s, i) => cabinet(s, i, i.range(50, 85), 36, 115, 1, 2 + i.rng.int(2)),
  ),
  "tv stand": thing(
    ["tv stand", "television cabinet"],
    ["cabinet", "tv"],
    "living room",
    (s, i) => cabinet(s, i, 110, 36, 34, 1, 3),
  ),
  bookcase: thing(
    ["bookcase", "bookshelf", "shelves"],
    ["shelves", "bookshelf"],
    "living room",
    bookcase,
  ),
  "sink cabinet": thing(
    ["sink cabinet", "vanity", "kitchen sink"],
    ["washbasin", "cupboard"],
    "kitchen",
    (s, i) => {
      cabinet(s, i, 64, 44, 66, 1, 2);
      s.box([-2, -2, 66], [66, 46, 70], i.white);
      s.face([[10, 6, 70.5], [54, 6, 70.5], [54, 36, 70.5], [10, 36, 70.5]], i.metal, 0.2);
      s.beam([[32, 42, 70], [32, 42, 88], [32, 26, 88], [32, 26, 82]], i.metal, 2.6);
    },
  ),
  rug: thing(
    ["rug", "carpet", "oriental rug", "bathmat"],
    ["carpet", "decoration"],
    "living room",
    (s, i) => {
      s.box([0, 0, 0], [110, 76, 2], i.main);
      s.face([[10, 8, 2.2], [100, 8, 2.2], [100, 68, 2.2], [10, 68, 2.2]], i.second, 0, 0.4);
      s.face([[18, 15, 2.4], [92, 15, 2.4], [92, 61, 2.4], [18, 61, 2.4]], i.main, 0, 0.4);
    },
  ),
  "round carpet": thing(["round carpet"], ["decoration"], "living room", (s, i) => {
    s.turned(0, 0, [[50, 0], [50, 2]], i.main);
    s.ellipse(...s.at([0, 0, 2]), 34, 12, i.second);
    s.ellipse(...s.at([0, 0, 2]), 22, 8, i.main);
  }),
  door: thing(["door", "wooden door"], [], "miscellaneous", (s, i) => {
    s.box([0, 0, 0], [50, 5, 110], i.main);
    for (const z of [8, 60]) {
      s.face([[8, -0.5, z], [42, -0.5, z], [42, -0.5, z + 40], [8, -0.5, z + 40]], i.light);
    }
    s.ball(...s.at([45, -3, 54]), 2.6, i.metal);
  }),
  radiator: thing(["radiator"], ["heating"], "miscellaneous", radiator),
  safe: thing(["safe", "number lock"], ["security"], "office", (s, i) => {
    s.box([0, 0, 0], [60, 54, 62], i.main);
    s.face([[6, -0.5, 6], [54, -0.5, 6], [54, -0.5, 56], [6, -0.5, 56]], i.light);
    s.ellipse(...s.at([30, -1, 32]), 8, 8, i.metal);
    s.beam([[46, -1, 22], [46, -1, 42]], i.black, 3);
  }),
  "folding screen": thing(
    ["screen", "white board", "shower curtain"],
    ["japanese"],
    "miscellaneous",
    (s, i) => {
      for (let k = 0; k < 4; k++) {
        const y0 = k % 2 ? 16 : 0, y1 = k % 2 ? 0 : 16;
        s.face(
          [[k * 28, y0, 0], [k * 28 + 28, y1, 0], [k * 28 + 28, y1, 100], [k * 28, y0, 100]],
          i.main,
          k % 2 ? 0.18 : 0,
          1.4,
        );
      }
    },
  ),
  mirror: thing(
    ["mirror", "picture frame", "frame"],
    ["photo", "picture"],
    "miscellaneous",
    (s, i) => {
      s.rect(8, 4, 92, 96, i.main);
      s.rect(17, 13, 83, 87, i.glass);
      if (i.maybe(0.6)) {
        s.polygon([[17, 87], [44, 46], [62, 70], [72, 56], [83, 72], [83, 87]], i.any());
        s.ellipse(66, 30, 7, 7, i.any(), 0);
      }
    },
  ),
};
