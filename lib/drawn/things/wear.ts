/** Bags, shoes, watches and what else one wears. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

const BAG = "bags";
const SPORT = "sports & outdoor, equipment";
const FOOT = "sports & outdoor, footwear";

function backpack(s: Sketch, i: Ink): void {
  s.ring(50, 10, 9, 8, i.dark, 4);
  for (const x of [20, 80]) s.smooth([[x - 5, 40], [x + 5, 40], [x + 7, 84], [x - 7, 84]], i.dark);
  s.smooth(
    [[24, 26], [36, 9], [64, 9], [76, 26], [80, 86], [72, 94], [28, 94], [20, 86]],
    i.main,
    1,
  );
  s.smooth([[30, 56], [70, 56], [73, 84], [66, 89], [34, 89], [27, 84]], i.dark, 1);
  s.line([[26, 34], [50, 28], [74, 34]], i.black, 1.6);
  s.line([[32, 62], [68, 62]], i.metal, 1.6);
  if (i.maybe(0.5)) { for (const x of [38, 62]) s.line([[x, 12], [x, 56]], i.black, 3); }
}

function duffle(s: Sketch, i: Ink): void {
  for (const d of [0, 5]) s.line([[30, 44], [36, 14 + d], [64, 14 + d], [70, 44]], i.dark, 4);
  s.smooth(
    [[4, 52], [10, 36], [50, 32], [90, 36], [96, 52], [94, 76], [84, 84], [16, 84], [6, 76]],
    i.main,
    1,
  );
  s.line([[10, 42], [50, 38], [90, 42]], i.black, 1.6);
  for (const x of [30, 70]) s.line([[x, 40], [x, 84]], i.dark, 4);
}

function tote(s: Sketch, i: Ink): void {
  s.line([[32, 46], [38, 8], [62, 8], [68, 46]], i.dark, 4.4);
  s.polygon([[14, 40], [86, 40], [92, 90], [8, 90]], i.main, 1);
  if (i.maybe(0.5)) s.polygon([[10, 40], [90, 40], [86, 64], [14, 64]], i.dark, 1);
}

function briefcase(s: Sketch, i: Ink): void {
  s.line([[38, 30], [40, 18], [60, 18], [62, 30]], i.dark, 5);
  s.rect(6, 28, 94, 88, i.main, 5, 1);
  s.line([[6, 54], [94, 54]], i.dark, 2);
  for (const x of [28, 72]) s.rect(x - 4, 48, x + 4, 60, i.metal, 1);
}

function watch(s: Sketch, i: Ink): void {
  s.smooth(
    [[38, 2], [62, 2], [66, 34], [66, 66], [62, 98], [38, 98], [34, 66], [34, 34]],
    i.main,
    1,
  );
  for (const y of [12, 20, 80, 88]) s.ellipse(50, y, 2, 1.4, i.black, 0);
  if (i.maybe(0.4)) {
    s.rect(24, 30, 76, 70, i.dark, 7, 1);
    s.rect(31, 38, 69, 62, i.light, 2);
    for (const x of [38, 46, 56, 63]) s.line([[x, 44], [x, 56]], i.black, 3);
  } else {
    s.ellipse(50, 50, 27, 27, i.metal, 1);
    s.ellipse(50, 50, 22, 22, i.maybe(0.5) ? i.white : i.black);
    s.line([[50, 36], [50, 50], [60, 54]], i.maybe(0.5) ? i.second : i.metal, 2.4);
  }
}

function clock(s: Sketch, i: Ink): void {
  s.ellipse(50, 50, 46, 46, i.main, 1);
  s.ellipse(50, 50, 38, 38, i.white);
  for (let k = 0; k < 12; k++) {
    const a = k * 0.5236;
    s.line(
      [[50 + 32 * Math.cos(a), 50 + 32 * Math.sin(a)], [
        50 + 36 * Math.cos(a),
        50 + 36 * Math.sin(a),
      ]],
      i.black,
      2,
    );
  }
  const a = i.range(0, 6.28), b = i.range(0, 6.28);
  s.line([[50, 50], [50 + 20 * Math.cos(a), 50 + 20 * Math.sin(a)]], i.black, 4);
  s.line([[50, 50], [50 + 29 * Math.cos(b), 50 + 29 * Math.sin(b)]], i.black, 2.4);
}

function shoe(s: Sketch, i: Ink, high: boolean): void {
  const top = high ? 6 : 30;
  s.smooth(
    [[8, top], [34, top - 2], [44, 42], [64, 52], [90, 58], [97, 70], [90, 76], [10, 76], [6, 60]],
    i.main,
    1,
  );
  s.smooth(
    [[5, 73], [50, 71], [98, 71], [97, 79], [90, 83], [10, 83], [4, 80]],
    i.maybe(0.7) ? i.white : i.black,
  );
  for (let k = 0; k < 4; k++) {
    s.line(
      [[36 + k * 7, top + 14 + (k * (40 - top)) / 4], [46 + k * 6, top + 8 + (k * (40 - top)) / 4]],
      i.white,
      2,
    );
  }
  if (i.maybe(0.6)) s.line([[24, 70], [40, 52], [52, 62]], i.second, 3.4);
}

/** Bags, shoes, watches and what else one wears. */
export const WEAR: Record<string, Thing> = {
  backpack: thing(
    ["backpack", "hiking backpack", "travel backpack", "daypack"],
    ["bag"],
    "miscellaneous",
    backpack,
    { shelf: BAG },
  ),
  duffle: thing(["duffle bag", "duffel bag", "duffle"], ["bag"], "miscellaneous", duffle, {
    shelf: BAG,
  }),
  tote: thing(["tote", "bag", "messenger bag", "shopping basket"], ["bag"], "miscellaneous", tote, {
    shelf: BAG,
  }),
  briefcase: thing(["briefcase", "suitcase"], ["bag"], "bedroom", briefcase, { shelf: BAG }),
  watch: thing(
    ["watch", "sport watch", "analog watch", "gps watch"],
    ["jewelry"],
    "bedroom",
    watch,
    { shelf: "watches" },
  ),
  clock: thing(["clock", "wall clock"], ["decoration"], "miscellaneous", clock),
  shoe: thing(
    ["shoe", "running shoe", "sneakers", "trail shoes"],
    ["shoes", "clothes"],
    "bedroom",
    (s, i) => shoe(s, i, false),
    { shelf: FOOT },
  ),
  boots: thing(
    ["boots", "hiking shoes", "basketball shoe", "snowboard boots"],
    ["shoes", "clothes"],
    "bedroom",
    (s, i) => shoe(s, i, true),
    { shelf: FOOT },
  ),
  cap: thing(["cap"], ["clothes"], "bedroom", (s, i) => {
    s.smooth([[16, 58], [20, 34], [46, 20], [74, 34], [80, 58], [48, 64]], i.main);
    s.smooth([[40, 60], [80, 54], [100, 68], [86, 74], [50, 68]], i.dark);
    s.ellipse(46, 20, 3, 2, i.dark);
  }),
  helmet: thing(["helmet", "bike helmet"], ["motorbike", "motorcycle"], "bedroom", (s, i) => {
    s.line([[24, 64], [40, 92], [70, 66]], i.black, 2.6);
    s.smooth([[6, 64], [12, 34], [46, 14], [84, 28], [97, 60], [80, 68], [40, 66]], i.main, 1);
    for (const k of [0, 1, 2]) {
      s.smooth([[26 + k * 19, 54], [30 + k * 18, 30 - (k === 1 ? 5 : 0)], [
        40 + k * 17,
        30 - (k === 1 ? 5 : 0),
      ], [38 + k * 19, 54]], i.black);
    }
  }, { shelf: "cycling" }),
  glove: thing(["glove", "boxing gloves"], ["clothes"], "bedroom", (s, i) => {
    for (const [x, y] of [[34, 14], [46, 6], [58, 8], [70, 18]] as const) {
      s.line([[x, y], [50 + (x - 50) * 0.7, 56]], i.main, 11, 0.8);
    }
    s.line([[14, 46], [38, 66]], i.main, 12, 0.8);
    s.smooth([[32, 46], [70, 44], [72, 70], [66, 96], [38, 96], [32, 74]], i.main, 0);
    s.line([[38, 86], [66, 86]], i.dark, 6);
  }, { shelf: SPORT }),
  goggles: thing(["goggles", "sunglasses", "glasses"], [], "miscellaneous", (s, i) => {
    for (const x of [27, 73]) {
      s.ellipse(x, 50, 21, 17, i.main, 1);
      s.ellipse(x, 50, 16, 12.5, i.maybe(0.5) ? i.black : i.glass);
    }
    s.line([[46, 46], [54, 46]], i.main, 4);
    s.line([[6, 46], [0, 40]], i.main, 4);
    s.line([[94, 46], [100, 40]], i.main, 4);
  }, { shelf: "ski/boarding" }),
};
