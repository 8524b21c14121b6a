/** Seats and tables, drawn in space. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

const SEAT = "home & garden, furniture";

/** Four legs under a top of the given size. */
function legs(s: Sketch, ink: Ink, w: number, d: number, h: number, t = 5): void {
  const paint = ink.maybe(0.5) ? ink.dark : ink.maybe(0.5) ? ink.wood : ink.metal;
  for (const [x, y] of [[0, d - t], [w - t, d - t], [0, 0], [w - t, 0]] as const) {
    s.box([x, y, 0], [x + t, y + t, h], paint);
  }
}

function chair(s: Sketch, ink: Ink): void {
  const w = ink.range(40, 50), h = ink.range(40, 48), back = ink.range(38, 58);
  const frame = ink.maybe(0.5) ? ink.wood : ink.main, t = ink.range(3, 5);
  s.box([0, w - t, 0], [t, w, h + back], frame);
  s.box([w - t, w - t, 0], [w, w, h + back], frame);
  const kind = ink.rng.int(3);
  if (kind === 0) s.box([0, w - t, h + back * 0.4], [w, w, h + back], ink.main);
  else if (kind === 1) {
    for (let i = 1; i < 4; i++) {
      s.box([t, w - 3, h + (back * i) / 4], [w - t, w, h + (back * i) / 4 + 6], frame);
    }
  } else {
    for (let i = 1; i < 5; i++) {
      s.box([(w * i) / 5 - 1.5, w - 3, h], [(w * i) / 5 + 1.5, w, h + back], frame);
    }
    s.box([0, w - t, h + back - 8], [w, w, h + back], frame);
  }
  s.box([0, 0, 0], [t, t, h], frame);
  s.box([w - t, 0, 0], [w, t, h], frame);
  s.box([-1, -1, h - 2], [w + 1, w, h + 4], ink.main);
}

function shellChair(s: Sketch, ink: Ink): void {
  if (ink.maybe(0.5)) {
    s.turned(0, 0, [[20, 0], [3, 5], [2.5, 42]], ink.metal);
  } else {
    for (const [x, y] of [[-16, 14], [16, 14], [-16, -14], [16, -14]] as const) {
      s.beam([[x, y, 0], [x * 0.4, y * 0.4, 44]], ink.wood, 3);
    }
  }
  const [cx, cy] = s.at([0, 8, 50]);
  s.smooth([
    [cx - 24, cy - 36],
    [cx, cy - 42],
    [cx + 24, cy - 36],
    [cx + 27, cy - 4],
    [cx, cy + 6],
    [
      cx - 27,
      cy - 4,
    ],
  ], ink.main);
  const [fx, fy] = s.at([0, -4, 46]);
  s.smooth([[fx - 25, fy - 8], [fx, fy - 11], [fx + 25, fy - 8], [fx + 21, fy + 8], [fx, fy + 12], [
    fx - 21,
    fy + 8,
  ]], ink.light);
}

function officeChair(s: Sketch, ink: Ink): void {
  for (let i = 0; i < 5; i++) {
    const a = 0.6 + i * 1.257;
    s.beam([[0, 0, 8], [24 * Math.cos(a), 24 * Math.sin(a), 3]], ink.black, 4);
  }
  s.turned(0, 0, [[3, 8], [3, 40]], ink.metal);
  s.box([-24, -22, 40], [24, 24, 48], ink.main);
  s.box([-20, 18, 52], [20, 25, 100], ink.main);
  for (const x of [-27, 27]) {
    s.beam([[x, 8, 46], [x, 8, 62]], ink.black, 3);
    s.beam([[x, 12, 62], [x, -14, 62]], ink.black, 5);
  }
}

function sofa(s: Sketch, ink: Ink, seats: number, corner = false): void {
  const w = 34 + seats * 34, d = ink.range(42, 50), h = ink.range(20, 25), arm = ink.range(8, 14);
  const back = h + ink.range(20, 30);
  if (ink.maybe(0.6)) legs(s, ink, w, d, 8);
  s.box([0, d - 13, 6], [w, d, back], ink.main);
  s.box([0, 0, 6], [arm, d - 13, h + 16], ink.main);
  for (let i = 0; i < seats; i++) {
    const a = arm + ((w - 2 * arm) * i) / seats, b = arm + ((w - 2 * arm) * (i + 1)) / seats;
    s.box([a, d - 20, h], [b, d - 12, back - 3], ink.main);
  }
  s.box([arm, 0, 6], [w - arm, d - 13, h - 8], ink.dark);
  for (let i = 0; i < seats; i++) {
    const a = arm + ((w - 2 * arm) * i) / seats, b = arm + ((w - 2 * arm) * (i + 1)) / seats;
    s.box([a, -2, h - 8], [b, d - 18, h], ink.main);
  }
  if (corner) s.box([w - arm - 34, -48, 6], [w, 0, h], ink.main);
  else s.box([w - arm, -1, 6], [w, d - 13, h + 16], ink.main);
  if (ink.maybe(0.35)) {
    const [x, y] = s.at([w * 0.25, d - 24, h + 10]);
    s.rect(x - 8, y - 8, x + 8, y + 8, ink.second, 3);
  }
}

function table(s: Sketch, ink: Ink, w: number, d: number, h: number): void {
  legs(s, ink, w, d, h, ink.range(3, 7));
  s.box([-3, -3, h], [w + 3, d + 3, h + ink.range(3, 6)], ink.main);
}

function roundTable(s: Sketch, ink: Ink): void {
  const h = ink.range(30, 62);
  if (ink.maybe(0.5)) s.turned(0, 0, [[20, 0], [4, 6], [4, h]], ink.metal);
  else {
    for (const [x, y] of [[-24, 18], [24, 18], [-24, -18], [24, -18]] as const) {
      s.beam([[x, y, 0], [x, y, h]], ink.wood, 4);
    }
  }
  s.turned(0, 0, [[46, h], [46, h + 4]], ink.main);
}

function desk(s: Sketch, ink: Ink): void {
  legs(s, ink, 100, 46, 62, 4);
  s.box([68, 2, ink.maybe(0.5) ? 10 : 38], [96, 44, 62], ink.light);
  for (const z of [48, 34]) s.beam([[76, 1, z], [88, 1, z]], ink.black, 1.5);
  s.box([-3, -2, 62], [103, 48, 66], ink.main);
  if (ink.maybe(0.2)) s.box([-3, 44, 66], [103, 48, 96], ink.main);
}

/** Seats and tables, drawn in space. */
export const SEATS: Record<string, Thing> = {
  chair: thing(
    ["chair", "oak chair", "chair with cushion", "wooden chair"],
    ["seat"],
    "living room",
    chair,
    { shelf: SEAT },
  ),
  "modern chair": thing(
    ["modern chair", "shell chair", "chair"],
    ["seat"],
    "living room",
    shellChair,
    { shelf: SEAT },
  ),
  "office chair": thing(["office chair", "chair"], ["seat"], "office", officeChair),
  armchair: thing(
    ["armchair", "modern armchair"],
    ["seat"],
    "living room",
    (s, i) => sofa(s, i, 1),
    { shelf: SEAT },
  ),
  sofa: thing(
    ["sofa", "couch", "leather sofa", "fabric sofa"],
    ["couch", "seat"],
    "living room",
    (s, i) => sofa(s, i, 2 + i.rng.int(2)),
    { shelf: SEAT },
  ),
  "corner sofa": thing(
    ["corner sofa"],
    ["couch", "seat"],
    "living room",
    (s, i) => sofa(s, i, 3, true),
  ),
  ottoman: thing(["ottoman", "puff"], ["seat"], "living room", (s, i) => {
    legs(s, i, 60, 46, 12);
    s.box([-2, -2, 10], [62, 48, 36], i.main);
  }),
  stool: thing(["stool", "round stool"], ["chair", "seat"], "kitchen", (s, i) => {
    for (const [x, y] of [[-16, 14], [16, 14], [-16, -14], [16, -14]] as const) {
      s.beam([[x, y, 0], [x * 0.6, y * 0.6, 48]], i.wood, 4);
    }
    s.turned(0, 0, [[20, 48], [20, 54]], i.main);
  }),
  "bar stool": thing(["bar stool", "bar chair"], ["chair", "seat"], "kitchen", (s, i) => {
    s.turned(0, 0, [[20, 0], [18, 3], [2.5, 6], [2.5, 78]], i.metal);
    s.ring(...s.at([0, 0, 30]), 13, 5, i.metal, 2);
    s.turned(0, 0, [[17, 78], [19, 84], [17, 88]], i.main);
  }),
  bench: thing(["bench", "garden bench"], ["seat", "outdoor"], "exterior", (s, i) => {
    legs(s, i, 110, 36, 36);
    for (const z of [46, 56, 66]) s.box([0, 34, z], [110, 37, z + 7], i.main);
    for (const y of [26, 14, 2]) s.box([0, y, 36], [110, y + 9, 39], i.main);
  }),
  "deck chair": thing(
    ["deck chair", "relax chair", "pool lounge", "folding chair"],
    ["outdoor", "seat"],
    "exterior",
    (s, i) => {
      s.line([[20, 94], [80, 40]], i.wood, 4.4);
      s.line([[76, 94], [30, 50]], i.wood, 4.4);
      s.smooth([[4, 8], [14, 4], [36, 58], [86, 56], [88, 64], [32, 68]], i.main, 1);
    },
  ),
  table: thing(
    ["table", "dining table", "oak table", "black table"].slice(0, 3),
    ["dining", "dinner"],
    "living room",
    (s, i) => table(s, i, i.range(80, 120), i.range(48, 66), i.range(52, 64)),
    { shelf: SEAT },
  ),
  "coffee table": thing(["coffee table", "low table"], [], "living room", (s, i) => {
    if (i.maybe(0.5)) s.box([4, 4, 8], [88, 46, 11], i.dark);
    table(s, i, 92, 50, i.range(24, 34));
  }),
  "round table": thing(["round table"], [], "living room", roundTable),
  desk: thing(["desk", "wooden desk", "side desk"], ["table"], "office", desk, { shelf: SEAT }),
};
