/** Bathroom and desk. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing, toned } from "../thing.ts";

function basin(s: Sketch, i: Ink): void {
  s.turned(0, 0, [[9, -46], [8, -8]], i.main);
  s.turned(0, 0, [[16, -14], [36, 8], [40, 10]], i.main);
  s.ellipse(...s.at([0, 0, 10]), 32, 9.5, toned(i.white, 0.85));
  s.beam([[0, 26, 10], [0, 26, 26], [0, 8, 26], [0, 8, 20]], i.metal, 3.6);
}

function toilet(s: Sketch, i: Ink): void {
  s.box([-18, 30, 34], [18, 44, 74], i.main);
  s.turned(0, 6, [[14, 0], [14, 18], [24, 38]], i.main);
  s.ellipse(...s.at([0, 6, 40]), 25, 11, i.main);
  s.ellipse(...s.at([0, 6, 41]), 17, 7, toned(i.white, 0.75));
}

function bath(s: Sketch, i: Ink): void {
  s.box([0, 0, 0], [110, 52, 36], i.main);
  s.face([[6, 6, 36.5], [104, 6, 36.5], [104, 46, 36.5], [6, 46, 36.5]], toned(i.white, 0.8));
  s.face(
    [[14, 12, 36.6], [98, 12, 36.6], [98, 40, 36.6], [14, 40, 36.6]],
    i.maybe(0.5) ? i.glass : i.white,
  );
  s.beam([[8, 26, 36], [8, 26, 50], [20, 26, 50]], i.metal, 3);
}

/** Bathroom and desk. */
export const BATHROOM: Record<string, Thing> = {
  bathtub: thing(["bath", "bathtub", "island bath"], [], "bathroom", bath),
  washbasin: thing(["washbasin", "small lavatory", "sink"], ["washbasin"], "bathroom", basin),
  toilet: thing(["toilet", "toilet unit"], [], "bathroom", toilet),
  bidet: thing(["bidet"], [], "bathroom", (s, i) => {
    s.turned(0, 0, [[15, 0], [16, 16], [28, 34]], i.main);
    s.ellipse(...s.at([0, 0, 35]), 20, 7, toned(i.white, 0.78));
    s.beam([[0, 16, 34], [0, 16, 44], [0, 6, 44]], i.metal, 3.4);
  }),
  "shower stall": thing(["shower stall", "shower"], ["cabin"], "bathroom", (s, i) => {
    s.box([0, 0, 0], [60, 60, 8], i.main);
    s.face([[0, 60, 8], [60, 60, 8], [60, 60, 110], [0, 60, 110]], i.glass, -0.3);
    s.beam([[30, 56, 50], [30, 56, 100], [30, 44, 100]], i.metal, 3);
    s.ellipse(...s.at([30, 42, 98]), 6, 3, i.metal);
    for (const [x, y] of [[0, 0], [60, 0], [60, 60], [0, 60]] as const) {
      s.beam([[x, y, 8], [x, y, 110]], i.metal, 2.4);
    }
    s.beam([[0, 0, 110], [60, 0, 110], [60, 60, 110], [0, 60, 110], [0, 0, 110]], i.metal, 2.4);
  }, { ownColour: true }),
  towel: thing(["towel", "blanket"], ["blanket"], "bathroom", (s, i) => {
    s.line([[4, 10], [96, 10]], i.metal, 4);
    s.rect(16, 8, 84, i.range(66, 98), i.main);
    s.line([[16, 56], [84, 56]], i.light, 4);
  }),
  "toilet paper": thing(
    ["toilet paper dispenser", "paper towel holder"],
    [],
    "bathroom",
    (s, i) => {
      s.turned(0, 0, [[28, 0], [26, 4], [3, 6], [3, 76]], i.main);
      s.turned(0, 0, [[22, 6], [22, 60]], i.white, true);
    },
    { ownColour: true },
  ),
  comb: thing(["comb"], [], "bathroom", (s, i) => {
    s.polygon([[4, 40], [92, 14], [96, 28], [8, 56]], i.main);
    for (let k = 0; k < 18; k++) {
      s.line(
        [[10 + k * 4.8, 53 - k * 1.42], [16 + k * 4.8, 73 - k * 1.42]],
        i.main,
        1.8,
      );
    }
  }),
  brush: thing(["brush"], [], "bathroom", (s, i) => {
    s.line([[8, 92], [50, 50]], i.main, 9, 0.7);
    for (let k = 0; k < 9; k++) {
      s.line([[52 + k * 4, 46 - k * 4], [64 + k * 4, 58 - k * 4]], i.black, 2);
    }
    s.line([[50, 50], [88, 12]], i.main, 15, 0.7);
  }),
  sponge: thing(["sponge", "butter", "soap"], [], "bathroom", (s, i) => {
    s.box([0, 0, 0], [80, 46, 24], i.main);
    for (let k = 0; k < 14; k++) {
      s.ellipse(
        ...s.at([i.range(6, 74), i.range(4, 42), 24]),
        2.4,
        1.4,
        i.dark,
        0,
      );
    }
  }),
  scissors: thing(["scissors"], [], "office", (s, i) => {
    s.polygon([[48, 54], [88, 4], [56, 60]], i.metal);
    s.polygon([[52, 54], [12, 4], [44, 60]], i.metal);
    s.ring(30, 80, 13, 15, i.main, 7);
    s.ring(70, 80, 13, 15, i.main, 7);
    s.line([[38, 68], [52, 52]], i.main, 5);
    s.line([[62, 68], [48, 52]], i.main, 5);
  }),
  pencil: thing(["pencil", "pen"], [], "office", (s, i) => {
    s.line([[20, 80], [84, 16]], i.main, 10, 0.7);
    s.polygon([[15.5, 76.5], [23.5, 84.5], [6, 94]], i.wood);
    s.polygon([[10, 86], [14, 90], [6, 94]], i.black);
    s.line([[84, 16], [88, 12]], i.second, 10);
  }),
  penbox: thing(["penbox", "utensils pot", "kitchen tools"], ["tool"], "office", (s, i) => {
    for (const x of [-12, -4, 5, 12]) {
      s.beam([[x * 0.6, 0, 30], [x * 1.5, 0, i.range(64, 90)]], i.any(), 4.4);
    }
    s.turned(0, 0, [[18, 0], [20, 46]], i.main, true);
  }),
  newspaper: thing(
    ["newspaper", "calendar", "book"],
    ["book", "decoration"],
    "miscellaneous",
    (s, i) => {
      s.box([0, 0, 0], [70, 90, i.range(2, 14)], i.main);
      s.face([[6, 56, 14.4], [64, 56, 14.4], [64, 82, 14.4], [6, 82, 14.4]], i.second);
      for (const y of [12, 22, 32, 42]) s.beam([[8, y, 14.4], [62, y, 14.4]], i.black, 2);
    },
  ),
};
