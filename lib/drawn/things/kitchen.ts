/** Crockery, cutlery and food. */
import type { Point, Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

function cup(s: Sketch, i: Ink): void {
  if (i.maybe(0.5)) s.turned(0, 0, [[22, -3], [38, 0], [40, 1]], i.light);
  const r = i.range(17, 24), h = i.range(26, 44);
  s.ring(...s.at([r + 4, 0, h * 0.52]), 9, h * 0.28, i.dark, 4.4);
  s.turned(0, 0, [[r * 0.7, 0], [r * 0.95, h * 0.4], [r, h]], i.main, true);
}

function bottle(s: Sketch, i: Ink): void {
  const w = i.range(12, 17), h = i.range(40, 56), neck = i.range(4, 6);
  s.turned(0, 0, [[w, 0], [w, h], [neck, h + 16], [neck, h + 32]], i.main);
  s.turned(0, 0, [[neck + 1, h + 30], [neck + 1, h + 37]], i.dark);
  if (i.maybe(0.7)) {
    const [x, y] = s.at([0, 0, h * 0.5]);
    s.rect(x - w, y - 12, x + w, y + 12, i.maybe(0.5) ? i.white : i.second, 0, 0.4);
  }
}

function vase(s: Sketch, i: Ink): void {
  const k = i.rng.int(3), r = i.range(18, 26);
  const profile: Point[] = k === 0
    ? [[r * 0.6, 0], [r, 26], [r * 0.4, 54], [r * 0.6, 66]]
    : k === 1
    ? [[r * 0.5, 0], [r, 40], [r * 0.8, 52], [r * 0.35, 58], [r * 0.5, 66]]
    : [[r * 0.5, 0], [r * 0.6, 30], [r * 0.9, 64]];
  s.turned(0, 0, profile, i.main, true);
}

function pot(s: Sketch, i: Ink): void {
  const h = i.range(26, 46);
  for (const x of [-38, 38]) s.ring(...s.at([x, 0, h * 0.75]), 7, 5, i.black, 4);
  s.turned(0, 0, [[34, 0], [34, h]], i.main);
  s.turned(0, 0, [[35, h], [28, h + 6], [6, h + 8]], i.main);
  s.ball(...s.at([0, 0, h + 12]), 5, i.black);
}

function pan(s: Sketch, i: Ink): void {
  s.beam([[30, 0, 8], [88, 0, 14]], i.black, 6);
  s.turned(0, 0, [[30, 0], [36, 12]], i.main, true);
}

function cutlery(kind: "fork" | "knife" | "spoon") {
  return (s: Sketch, i: Ink): void => {
    const handle = kind === "knife" ? i.main : i.main;
    s.line([[10, 90], [kind === "knife" ? 40 : 60, kind === "knife" ? 60 : 40]], handle, 7, 0.6);
    if (kind === "spoon") {
      s.smooth([[60, 44], [58, 30], [78, 12], [90, 14], [88, 28], [70, 44]], i.main);
    }
    if (kind === "knife") s.polygon([[38, 66], [34, 58], [84, 6], [92, 4], [88, 18]], i.metal);
    if (kind === "fork") {
      s.polygon([[58, 50], [50, 42], [66, 26], [76, 36]], i.main);
      for (const t of [0, 5, 10]) s.line([[66 + t, 27 + t], [80 + t, 10 + t]], i.main, 3.2, 0.5);
    }
  };
}

/** Crockery, cutlery and food. */
export const KITCHEN: Record<string, Thing> = {
  cup: thing(["cup", "coffee cup", "plastic cup"], ["food", "drink"], "kitchen", cup),
  glass: thing(["beer glass", "glass"], ["drink"], "kitchen", (s, i) => {
    s.turned(0, 0, [[14, 0], [19, 60]], i.glass, true);
    s.turned(0, 0, [[14, 2], [18, 44]], i.main);
  }),
  bottle: thing(
    ["bottle", "wine bottle", "water bottle", "medicine bottle"],
    ["food", "drink"],
    "kitchen",
    bottle,
  ),
  bowl: thing(["bowl", "bowl with salad"], ["food"], "kitchen", (s, i) => {
    s.turned(0, 0, [[14, 0], [32, 14], [40, 28]], i.main, true);
    if (i.maybe(0.3)) {
      for (let k = 0; k < 12; k++) {
        s.ball(
          ...s.at([i.range(-26, 26), i.range(-20, 20), 28]),
          6,
          i.maybe(0.7) ? i.green : i.any(),
        );
      }
    }
  }),
  plate: thing(["plate"], ["dish"], "kitchen", (s, i) => {
    s.turned(0, 0, [[26, 0], [50, 6]], i.main);
    s.ellipse(...s.at([0, 0, 5]), 32, 11, i.light);
  }),
  vase: thing(["vase"], ["decoration"], "miscellaneous", vase),
  pot: thing(["pot", "cooking pot"], ["tool"], "kitchen", pot),
  pan: thing(["pan", "large pan"], ["tool"], "kitchen", pan),
  teapot: thing(["teapot"], ["drink"], "kitchen", (s, i) => {
    s.ring(...s.at([-34, 0, 24]), 12, 15, i.main, 5);
    s.beam([[24, 0, 16], [40, 0, 28], [46, 0, 42]], i.main, 8);
    s.turned(0, 0, [[20, 0], [34, 16], [30, 34], [14, 44]], i.main);
    s.ball(...s.at([0, 0, 50]), 5, i.main);
  }),
  fork: thing(["fork"], ["cutlery"], "kitchen", cutlery("fork")),
  knife: thing(["kitchen knife", "knife"], ["cutlery"], "kitchen", cutlery("knife")),
  spoon: thing(["spoon"], ["cutlery"], "kitchen", cutlery("spoon")),
  "knife stand": thing(["knife stand"], [], "kitchen", (s, i) => {
    for (let k = 0; k < 4; k++) s.beam([[10 + k * 9, 10, 50], [6 + k * 9, 10, 80]], i.black, 6);
    s.box([4, 0, 0], [48, 26, 56], i.main);
  }),
  tray: thing(["tray", "sushi tray", "letter tray"], [], "kitchen", (s, i) => {
    s.box([0, 0, 0], [100, 66, 8], i.main);
    s.face([[6, 6, 8.4], [94, 6, 8.4], [94, 60, 8.4], [6, 60, 8.4]], i.dark);
  }),
  bread: thing(["bread"], ["food"], "kitchen", (s) => {
    const crust = { rgb: [190, 120, 60], fill: "#be783c", edge: "#7a4a20" } as const;
    s.smooth([[6, 60], [20, 30], [60, 20], [94, 36], [98, 60], [80, 76], [24, 78]], crust);
    for (const x of [28, 48, 68]) {
      s.line([[x, 58], [x + 12, 34]], { ...crust, fill: "#e8c088" }, 4);
    }
  }, { ownColour: true }),
  apple: thing(["apples", "apple", "fruit"], ["food", "decoration"], "kitchen", (s, i) => {
    s.line([[50, 26], [56, 8]], i.wood, 4);
    s.ball(50, 56, 36, i.main);
    s.smooth([[56, 20], [76, 8], [80, 16], [66, 24]], i.green);
  }),
  cake: thing(["birthday cake", "cake"], ["food", "candles"], "kitchen", (s, i) => {
    s.turned(0, 0, [[48, -3], [50, 0]], i.white);
    s.turned(0, 0, [[40, 0], [40, 30]], i.main);
    for (const [x, y] of [[-20, 0], [0, 10], [20, 0], [0, -12]] as const) {
      s.beam([[x, y, 30], [x, y, 48]], i.second, 4);
      s.ellipse(...s.at([x, y, 53]), 2.4, 4, i.any());
    }
  }),
  hamburger: thing(["hamburger"], ["food"], "kitchen", (s, i) => {
    const bun = { rgb: [205, 140, 70], fill: "#cd8c46", edge: "#7d5020" } as const;
    s.turned(0, 0, [[36, 0], [40, 12]], bun);
    s.turned(0, 0, [[44, 12], [44, 17]], i.green);
    s.turned(0, 0, [[41, 17], [41, 28]], { rgb: [90, 50, 30], fill: "#5a321e", edge: "#2a1408" });
    s.turned(0, 0, [[42, 28], [38, 46], [20, 58]], bun);
  }, { ownColour: true }),
};
