/** Vehicles, from the side and in space. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

/** A wheel seen from the side. */
export function wheel(s: Sketch, i: Ink, x: number, y: number, r: number): void {
  s.ellipse(x, y, r, r, i.black);
  s.ellipse(x, y, r * 0.55, r * 0.55, i.metal, 0.4);
}

function car(s: Sketch, i: Ink, kind: "sedan" | "suv" | "small"): void {
  const roof = kind === "suv" ? 14 : 20, w = kind === "small" ? 74 : 104;
  s.smooth(
    [
      [4, 52],
      [4, 44],
      [w * 0.16, 40],
      [w * 0.3, roof],
      [w * 0.68, roof],
      [w * 0.84, 38],
      [
        w - 4,
        42,
      ],
      [w, 56],
      [w - 3, 62],
      [w / 2, 63],
      [6, 62],
    ],
    i.main,
    0.9,
  );
  s.polygon([[w * 0.23, 38], [w * 0.33, roof + 4], [w * 0.48, roof + 4], [w * 0.48, 38]], i.glass);
  s.polygon([[w * 0.52, 38], [w * 0.52, roof + 4], [w * 0.66, roof + 4], [w * 0.76, 38]], i.glass);
  s.line([[w * 0.5, 38], [w * 0.5, 58]], i.dark, 1);
  s.ellipse(w - 4, 47, 2.4, 2.4, i.white);
  s.ellipse(6, 47, 2, 2.4, { ...i.black, fill: "#c02020" });
  for (const x of [w * 0.22, w * 0.78]) wheel(s, i, x, 62, 10);
}

/** The same car seen from the front corner, as in catalogues of 3-D models. */
function solidCar(s: Sketch, i: Ink): void {
  const l = 100, w = 46;
  for (const x of [18, 78]) s.ellipse(...s.at([x, w, 9]), 9, 9, i.black);
  s.box([0, 0, 9], [l, w, 30], i.main);
  const a = [[20, 3, 30], [80, 3, 30], [68, 6, 48], [32, 6, 48]] as const;
  s.face([[80, 3, 30], [80, w - 3, 30], [68, w - 6, 48], [68, 6, 48]], i.glass, 0.15);
  s.face(a, i.glass, 0.05);
  s.face([[32, 6, 48], [68, 6, 48], [68, w - 6, 48], [32, w - 6, 48]], i.main);
  s.beam([[49, 3, 30], [50, 6, 48]], i.main, 2.4);
  for (const y of [6, w - 8]) s.ellipse(...s.at([l, y, 21]), 2.6, 2.6, i.white);
  for (const x of [20, 78]) wheel(s, i, ...s.at([x, -1, 9]), 10);
}

function van(s: Sketch, i: Ink, bus: boolean): void {
  const l = bus ? 140 : 100, h = bus ? 50 : 46;
  s.box([0, 0, 9], [l, 40, h + 9], i.main);
  const n = bus ? 6 : 2;
  for (let k = 0; k < n; k++) {
    const x0 = bus ? 6 + (k * (l - 10)) / n : 54 + k * 22, x1 = x0 + (bus ? 17 : 19);
    s.face([[x0, -0.5, 32], [x1, -0.5, 32], [x1, -0.5, 50], [x0, -0.5, 50]], i.glass);
  }
  s.face([[l + 0.5, 4, 32], [l + 0.5, 36, 32], [l + 0.5, 36, 52], [l + 0.5, 4, 52]], i.glass, 0.1);
  for (const x of [22, l - 22]) wheel(s, i, ...s.at([x, -1, 9]), 10);
}

function truck(s: Sketch, i: Ink): void {
  s.box([0, 0, 18], [84, 42, 66], i.maybe(0.5) ? i.main : i.white);
  s.box([88, 2, 10], [118, 40, 52], i.main);
  s.face([[118.5, 6, 30], [118.5, 36, 30], [118.5, 36, 48], [118.5, 6, 48]], i.glass, 0.1);
  s.face([[94, 1.5, 30], [114, 1.5, 30], [114, 1.5, 46], [94, 1.5, 46]], i.glass);
  for (const x of [14, 34, 100]) wheel(s, i, ...s.at([x, -1, 9]), 10);
}

function bicycle(s: Sketch, i: Ink): void {
  for (const x of [22, 80]) {
    s.ring(x, 62, 20, 20, i.black, 3.4);
    for (const a of [0, 0.8, 1.6, 2.4]) {
      const [dx, dy] = [19 * Math.cos(a), 19 * Math.sin(a)];
      s.line([[x - dx, 62 - dy], [x + dx, 62 + dy]], i.metal, 0.6);
    }
  }
  s.line([[22, 62], [38, 32], [70, 30], [48, 62], [22, 62]], i.main, 3.4);
  s.line([[48, 62], [36, 24]], i.main, 3.4);
  s.line([[80, 62], [69, 22], [62, 18]], i.main, 3.4);
  s.line([[30, 23], [43, 23]], i.black, 5);
}

function motorbike(s: Sketch, i: Ink): void {
  for (const x of [20, 84]) {
    s.ellipse(x, 66, 17, 17, i.black);
    s.ellipse(x, 66, 9, 9, i.metal);
  }
  s.line([[84, 66], [70, 26]], i.metal, 5);
  s.smooth(
    [[24, 50], [14, 36], [36, 36], [56, 30], [74, 34], [78, 46], [62, 62], [38, 62]],
    i.main,
  );
  s.line([[20, 36], [44, 35]], i.black, 6);
  s.line([[60, 20], [72, 24]], i.black, 4);
  s.polygon([[40, 52], [60, 52], [56, 70], [42, 70]], i.dark);
}

/** Vehicles, from the side and in space. */
export const VEHICLES: Record<string, Thing> = {
  car: thing(
    ["car", "concept sedan", "sedan"],
    ["car"],
    "vehicles",
    (s, i) => i.maybe(0.5) ? solidCar(s, i) : car(s, i, "sedan"),
  ),
  suv: thing(
    ["suv", "smart car"],
    ["car"],
    "vehicles",
    (s, i) => car(s, i, i.maybe(0.5) ? "suv" : "small"),
  ),
  van: thing(["van"], ["car", "truck"], "vehicles", (s, i) => van(s, i, false)),
  bus: thing(["bus", "city bus"], ["car"], "vehicles", (s, i) => van(s, i, true)),
  truck: thing(["truck", "fork lift"], ["car"], "vehicles", truck),
  bicycle: thing(["bicycle", "bike"], ["bike"], "vehicles", bicycle),
  motorbike: thing(["motorbike", "motorcycle"], ["motorcycle"], "vehicles", motorbike),
};
