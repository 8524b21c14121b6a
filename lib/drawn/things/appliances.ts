/** Machines of the house. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

function fridge(s: Sketch, ink: Ink): void {
  const h = ink.range(85, 120);
  s.box([0, 0, 0], [46, 44, h], ink.main);
  s.beam([[0, -0.5, h * 0.66], [46, -0.5, h * 0.66]], ink.dark, 1.4);
  s.beam([[6, -2, h * 0.7], [6, -2, h * 0.85]], ink.metal, 2.4);
  s.beam([[6, -2, h * 0.42], [6, -2, h * 0.61]], ink.metal, 2.4);
}

function oven(s: Sketch, ink: Ink): void {
  s.box([0, 0, 0], [60, 52, 70], ink.main);
  s.face([[8, -0.5, 10], [52, -0.5, 10], [52, -0.5, 44], [8, -0.5, 44]], ink.black, 0);
  s.beam([[10, -2, 49], [50, -2, 49]], ink.metal, 2.4);
  for (let i = 0; i < 5; i++) {
    const [x, y] = s.at([10 + i * 10, -1, 60]);
    s.ellipse(x, y, 2.6, 2.6, ink.dark);
  }
  for (const [x, y] of [[15, 38], [45, 38], [15, 14], [45, 14]] as const) {
    s.turned(x, y, [[9, 70], [9, 71]], ink.black);
  }
}

function washer(s: Sketch, ink: Ink): void {
  s.box([0, 0, 0], [60, 52, 78], ink.main);
  const [x, y] = s.at([30, -1, 34]);
  s.ellipse(x, y, 20, 21, ink.metal);
  s.ellipse(x, y, 15, 16, ink.glass);
  s.beam([[0, -0.5, 64], [60, -0.5, 64]], ink.dark, 1);
  const [kx, ky] = s.at([48, -1, 71]);
  s.ellipse(kx, ky, 3.6, 3.6, ink.dark);
}

function kettle(s: Sketch, i: Ink): void {
  s.ring(...s.at([0, 0, 54]), 26, 24, i.black, 5);
  s.beam([[22, 0, 18], [44, 0, 42]], i.main, 8);
  s.turned(0, 0, [[30, 0], [34, 10], [30, 32], [14, 46]], i.main);
  s.ball(...s.at([0, 0, 52]), 4, i.black);
}

/** Machines of the house. */
export const APPLIANCES: Record<string, Thing> = {
  fridge: thing(["fridge", "large fridge", "freezer"], ["appliance", "freezer"], "kitchen", fridge),
  oven: thing(["oven", "stove", "cooker"], ["appliance", "cooker"], "kitchen", oven),
  "washing machine": thing(
    ["washing machine", "dryer machine"],
    ["appliance", "laundry"],
    "kitchen",
    washer,
  ),
  hood: thing(["hood", "kitchen hood"], ["appliance", "cooker"], "kitchen", (s, i) => {
    s.box([34, 14, 26], [66, 38, 72], i.main);
    s.face([[0, 0, 8], [100, 0, 8], [66, 14, 28], [34, 14, 28]], i.main, 0.05);
    s.face([[100, 0, 8], [100, 50, 8], [66, 38, 28], [66, 14, 28]], i.main, 0.3);
    s.box([0, 0, 0], [100, 50, 8], i.main);
  }),
  microwave: thing(["microwave", "small oven"], ["oven", "appliance"], "kitchen", (s, i) => {
    s.box([0, 0, 0], [90, 50, 50], i.main);
    s.face([[6, -0.5, 8], [64, -0.5, 8], [64, -0.5, 42], [6, -0.5, 42]], i.black);
    for (const z of [14, 24, 34]) s.ellipse(...s.at([78, -1, z]), 3, 3, i.dark);
  }),
  blender: thing(["blender", "mixer"], ["appliance"], "kitchen", (s, i) => {
    s.turned(0, 0, [[20, 0], [16, 22]], i.main);
    s.turned(0, 0, [[13, 22], [22, 70]], i.glass);
    s.turned(0, 0, [[22, 70], [20, 76], [8, 78], [8, 82]], i.black);
    s.ring(...s.at([26, 0, 48]), 8, 16, i.dark, 4);
  }),
  toaster: thing(["toaster", "sandwich maker"], ["appliance"], "kitchen", (s, i) => {
    s.box([0, 0, 0], [70, 34, 42], i.main);
    for (const y of [8, 20]) {
      s.face([[8, y, 42.5], [62, y, 42.5], [62, y + 5, 42.5], [8, y + 5, 42.5]], i.black);
    }
    if (i.maybe(0.5)) s.box([14, 9, 42], [56, 12, 58], i.wood);
    s.ellipse(...s.at([58, -1, 14]), 3.4, 3.4, i.black);
  }),
  "coffee brewer": thing(["coffee brewer", "coffee machine"], ["appliance"], "kitchen", (s, i) => {
    s.box([0, 0, 0], [54, 44, 8], i.main);
    s.box([0, 26, 8], [54, 44, 70], i.main);
    s.turned(26, 12, [[12, 8], [16, 22], [12, 38]], i.glass);
    s.box([0, 0, 54], [54, 44, 76], i.main);
  }),
  scale: thing(["kitchen scale", "electronic scale"], ["appliance"], "kitchen", (s, i) => {
    s.box([0, 0, 0], [60, 50, 20], i.main);
    s.ellipse(...s.at([30, -1, 10]), 8, 8, i.white);
    s.turned(30, 25, [[10, 20], [34, 32]], i.metal, true);
  }),
  fan: thing(["fan", "rigged fan"], ["appliance"], "miscellaneous", (s, i) => {
    s.line([[50, 46], [50, 94]], i.metal, 5);
    s.ellipse(50, 96, 22, 5, i.metal);
    for (let k = 0; k < 4; k++) {
      const a = k * 1.571 + 0.4, c = Math.cos(a), d = Math.sin(a);
      s.smooth([[50, 42], [50 + 30 * c - 10 * d, 42 + 30 * d + 10 * c], [
        50 + 34 * c + 8 * d,
        42 + 34 * d - 8 * c,
      ]], i.main);
    }
    for (const r of [38, 26]) s.ring(50, 42, r, r, i.metal, 1.6);
    s.ball(50, 42, 6, i.dark);
  }),
  kettle: thing(["kettle", "boiler"], ["kettle"], "kitchen", kettle),
};
