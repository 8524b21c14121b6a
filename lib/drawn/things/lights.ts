/** Lamps and candles. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

const SEAT = "home & garden, furniture";

function lamp(s: Sketch, ink: Ink, height: number, radius: number): void {
  const base = ink.maybe(0.5) ? ink.metal : ink.wood, drum = ink.range(0.5, 0.95);
  if (height < 60 && ink.maybe(0.5)) {
    s.turned(0, 0, [[10, 0], [14, 12], [8, 26], [3, 34], [3, height]], ink.second);
  } else s.turned(0, 0, [[radius * 0.7, 0], [radius * 0.6, 3], [2, 5], [2, height]], base);
  s.turned(0, 0, [[radius, height - 4], [radius * drum, height + radius * 1.25]], ink.main);
}

/** Lamps and candles. */
export const LIGHTS: Record<string, Thing> = {
  lamp: thing(
    ["lamp", "little lamp", "table lamp"],
    [],
    "lights",
    (s, i) => lamp(s, i, 46, i.range(20, 28)),
  ),
  "floor lamp": thing(
    ["floor lamp", "lamp"],
    [],
    "lights",
    (s, i) => lamp(s, i, 110, i.range(18, 24)),
  ),
  "hanging light": thing(
    ["hanging light", "ceiling lamp", "light shade"],
    ["pendant", "ceiling"],
    "lights",
    (s, i) => {
      s.beam([[0, 0, 46], [0, 0, 90]], i.black, 1.6);
      const r = i.range(24, 40), k = i.rng.int(3);
      if (k === 0) s.ball(...s.at([0, 0, 30]), r * 0.7, i.main);
      else {s.turned(
          0,
          0,
          k === 1 ? [[r, 0], [r * 0.8, 18], [5, 48]] : [[r, 0], [r, 34], [r * 0.9, 36]],
          i.main,
        );}
    },
    { shelf: SEAT },
  ),
  chandelier: thing(["chandelier lamp", "chandelier"], ["hanging", "pendant"], "lights", (s, i) => {
    s.line([[50, 0], [50, 66]], i.main, 4);
    for (const x of [10, 30, 70, 90]) {
      s.line([[50, 66], [(50 + x) / 2, 76], [x, 62], [x, 52]], i.main, 3);
      s.line([[x, 50], [x, 40]], i.white, 5);
      s.ellipse(x, 36, 2.6, 4.4, i.second);
    }
    s.ball(50, 68, 7, i.main);
  }),
  "street lamp": thing(
    ["street lamp", "street light", "porch light"],
    ["outdoor", "exterior"],
    "lights",
    (s, i) => {
      s.turned(0, 0, [[8, 0], [6, 6], [2.6, 8], [2.2, 100]], i.main);
      if (i.maybe(0.5)) s.turned(0, 0, [[6, 98], [10, 116], [3, 122]], i.second);
      else {
        s.beam([[0, 0, 100], [14, 0, 112], [34, 0, 112]], i.main, 3.4);
        s.box([26, -4, 106], [46, 4, 111], i.second);
      }
    },
  ),
  "wall light": thing(["wall light", "wall spotlight"], ["adjustable"], "lights", (s, i) => {
    s.ellipse(86, 50, 10, 16, i.metal);
    s.line([[84, 50], [58, 46]], i.black, 5);
    s.polygon([[62, 28], [66, 58], [22, 80], [10, 50]], i.main);
    s.ellipse(16, 65, 8, 17, i.light);
  }),
  candle: thing(["candle"], ["decoration"], "lights", (s, i) => {
    s.turned(0, 0, [[15, 0], [15, i.range(30, 60)]], i.main);
    const [x, y] = s.at([0, 0, 60]);
    s.smooth([[x, y - 22], [x + 5, y - 8], [x, y - 1], [x - 5, y - 8]], {
      rgb: [255, 180, 60],
      fill: "#ffb43c",
      edge: "#c07010",
    });
  }),
  lantern: thing(
    ["stone lantern", "camping lamp", "lantern"],
    ["outdoor", "garden"],
    "exterior",
    (s, i) => {
      s.turned(0, 0, [[22, 0], [20, 6], [9, 10], [8, 34], [20, 40], [22, 44]], i.main);
      s.box([-14, -14, 44], [14, 14, 66], i.second);
      s.turned(0, 0, [[34, 66], [8, 84], [3, 92]], i.main);
    },
  ),
};
