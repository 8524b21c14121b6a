/** Sports, games, toys and music. */
import type { Point, Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

const SPORT = "sports & outdoor, equipment";

function piano(s: Sketch, ink: Ink): void {
  s.box([0, 20, 0], [110, 50, 96], ink.main);
  for (const x of [2, 102]) s.box([x, -4, 0], [x + 6, 4, 42], ink.main);
  s.box([0, -6, 42], [110, 20, 52], ink.main);
  s.face([[4, -6, 52.5], [106, -6, 52.5], [106, 10, 52.5], [4, 10, 52.5]], ink.white);
  for (let x = 9; x < 104; x += 8) s.beam([[x, 1, 53], [x, 10, 53]], ink.black, 2.6);
}

function grandPiano(s: Sketch, ink: Ink): void {
  for (const [x, y] of [[8, 4], [92, 4], [40, 84]] as const) {
    s.box([x, y, 0], [x + 6, y + 6, 44], ink.main);
  }
  const rim = [[0, 0], [100, 0], [100, 40], [70, 62], [58, 100], [30, 104], [0, 90]] as const;
  s.face(rim.map(([x, y]) => [x, y, 44] as const), ink.main, 0.3);
  s.box([0, -2, 44], [100, 2, 60], ink.main);
  s.face(rim.map(([x, y]) => [x, y, 60] as const), ink.wood);
  s.face([[3, -12, 52], [97, -12, 52], [97, 2, 52], [3, 2, 52]], ink.white);
  for (let x = 8; x < 96; x += 8) s.beam([[x, -5, 53], [x, 2, 53]], ink.black, 2.4);
  s.face([[0, 92, 60], [0, 4, 60], [-24, 4, 118], [10, 96, 122], [40, 100, 108]], ink.main, -0.05);
}

function ballOf(kind: "basketball" | "soccer" | "plain" | "tennis") {
  return (s: Sketch, i: Ink): void => {
    const paint = kind === "soccer" ? i.white : i.main;
    s.ball(50, 50, 46, paint);
    if (kind === "basketball") {
      s.line([[4, 50], [96, 50]], i.black, 2);
      s.line([[50, 4], [50, 96]], i.black, 2);
      s.line([[18, 18], [32, 50], [18, 82]], i.black, 2);
      s.line([[82, 18], [68, 50], [82, 82]], i.black, 2);
    }
    if (kind === "soccer") {
      for (const [x, y] of [[50, 50], [50, 10], [12, 40], [88, 40], [26, 84], [74, 84]] as const) {
        s.polygon(
          [0, 1, 2, 3, 4].map((
            k,
          ): Point => [x + 10 * Math.cos(k * 1.257 - 1.57), y + 10 * Math.sin(k * 1.257 - 1.57)]),
          i.main,
        );
      }
    }
    if (kind === "tennis") {
      s.line([[20, 16], [36, 50], [20, 84]], i.white, 3.4);
      s.line([[80, 16], [64, 50], [80, 84]], i.white, 3.4);
    }
  };
}

/** Sports, games, toys and music. */
export const PLAY: Record<string, Thing> = {
  snowboard: thing(["snowboard"], ["sport"], "miscellaneous", (s, i) => {
    s.line([[50, 12], [50, 108]], i.main, 24, 1);
    s.line([[50, 14], [50, 106]], i.second, 6);
    for (const y of [40, 80]) s.rect(38, y, 62, y + 8, i.black, 2);
  }, { shelf: "ski/boarding" }),
  skis: thing(["skis", "trekking poles", "hiking poles"], ["sport"], "miscellaneous", (s, i) => {
    for (const x of [30, 48]) {
      s.line([[x, 6], [x, 100]], i.main, 8, 0.8);
      s.line([[x, 50], [x, 62]], i.black, 8);
    }
    for (const x of [66, 78]) {
      s.line([[x, 14], [x + 4, 100]], i.metal, 2.4);
      s.line([[x, 10], [x, 22]], i.black, 4.4);
    }
  }, { shelf: "ski/boarding" }),
  skateboard: thing(["skateboard", "cruiser skateboard"], ["sport"], "miscellaneous", (s, i) => {
    s.line([[6, 34], [16, 44], [84, 44], [94, 34]], i.main, 9, 0.9);
    for (const x of [26, 74]) s.ellipse(x, 56, 7, 7, i.second);
  }, { shelf: SPORT }),
  tent: thing(["tent", "camping tent"], ["outdoor"], "exterior", (s, i) => {
    s.face([[90, 0, 0], [90, 80, 0], [45, 80, 62], [45, 0, 62]], i.main, 0.3);
    s.face([[0, 0, 0], [90, 0, 0], [45, 0, 62]], i.main);
    s.face([[30, -0.5, 0], [60, -0.5, 0], [45, -0.5, 44]], i.dark);
  }, { shelf: SPORT }),
  basketball: thing(["basketball"], ["game", "sport"], "miscellaneous", ballOf("basketball"), {
    shelf: SPORT,
  }),
  "soccer ball": thing(["soccer ball"], ["game", "sport"], "miscellaneous", ballOf("soccer"), {
    shelf: SPORT,
  }),
  "stasis ball": thing(
    ["ball", "stasis ball", "cardio ball"],
    ["fitness"],
    "miscellaneous",
    ballOf("plain"),
    { shelf: "fitness equipment" },
  ),
  "tennis ball": thing(["tennis ball"], ["sport"], "miscellaneous", ballOf("tennis"), {
    shelf: SPORT,
  }),
  "foam roller": thing(["foam roller", "barrel"], ["storage"], "miscellaneous", (s, i) => {
    s.turned(0, 0, [[22, 0], [26, 34], [22, 68]], i.main);
    for (const z of [16, 52]) s.ring(...s.at([0, 0, z]), 24.5, 7, i.dark, 2);
  }, { shelf: "fitness equipment" }),
  "yoga brick": thing(
    ["yoga brick", "foam brick"],
    ["fitness"],
    "miscellaneous",
    (s, i) => s.box([0, 0, 0], [90, 40, 50], i.main),
    { shelf: "fitness equipment" },
  ),
  "jump rope": thing(
    ["jump rope", "skipping rope", "climbing rope", "ethernet cable"],
    ["sport"],
    "miscellaneous",
    (s, i) => {
      for (const r of [34, 26, 19]) s.ring(50, 46, r, r * 0.9, i.main, 4);
      s.line([[20, 62], [14, 92]], i.black, 8, 0.6);
      s.line([[80, 62], [86, 92]], i.black, 8, 0.6);
    },
    { shelf: SPORT },
  ),
  "teddy bear": thing(["teddy bear", "toy"], ["toy", "baby"], "bedroom", (s, i) => {
    for (const x of [34, 66]) s.ball(x, 12, 9, i.main);
    for (const x of [26, 74]) {
      s.line([[50 + (x - 50) * 0.7, 54], [x - (50 - x) * 0.4, 66]], i.main, 12, 0.8);
      s.ball(x, 90, 12, i.main);
    }
    s.ball(50, 68, 26, i.main);
    s.ball(50, 28, 22, i.main);
    s.ellipse(50, 35, 9, 7, i.light);
    s.ellipse(50, 32, 3, 2.4, i.black, 0);
    for (const x of [42, 58]) s.ellipse(x, 23, 2.4, 2.4, i.black, 0);
  }),
  "rocking horse": thing(["rocking horse", "toy train"], ["toy", "game"], "bedroom", (s, i) => {
    s.line([[6, 84], [24, 94], [76, 94], [94, 84]], i.wood, 5);
    for (const x of [28, 40, 62, 72]) s.line([[x, 60], [x + (x > 50 ? 8 : -8), 90]], i.main, 5);
    s.smooth([[20, 44], [60, 46], [70, 18], [84, 12], [98, 26], [92, 32], [80, 32], [78, 58], [
      64,
      68,
    ], [30, 68]], i.main);
    s.polygon([[36, 42], [54, 42], [52, 56], [38, 56]], i.second);
    s.line([[70, 16], [64, 44]], i.black, 5);
  }),
  chessboard: thing(["chessboard", "chess board"], ["game", "decoration"], "bedroom", (s, i) => {
    s.box([0, 0, 0], [80, 80, 5], i.main);
    for (let r = 0; r < 6; r++) {
      for (let c = 0; c < 6; c++) {
        const x = 4 + c * 12, y = 4 + r * 12;
        s.face(
          [[x, y, 5.2], [x + 12, y, 5.2], [x + 12, y + 12, 5.2], [x, y + 12, 5.2]],
          (r + c) % 2 ? i.white : i.black,
          0,
          0,
        );
      }
    }
    for (const y of [66, 10]) {
      for (let c = 0; c < 6; c++) {
        s.turned(10 + c * 12, y, [[4, 5], [2, 10], [3, 17]], y > 40 ? i.black : i.white);
      }
    }
  }, { ownColour: true }),
  "dart game": thing(["dart game"], ["game"], "miscellaneous", (s, i) => {
    for (
      const [r, p] of [[48, i.black], [38, i.main], [30, i.white], [20, i.main], [
        8,
        i.second,
      ]] as const
    ) s.ellipse(50, 50, r, r, p);
    for (let k = 0; k < 10; k++) {
      s.line(
        [[50 + 8 * Math.cos(k * 0.628), 50 + 8 * Math.sin(k * 0.628)], [
          50 + 38 * Math.cos(k * 0.628),
          50 + 38 * Math.sin(k * 0.628),
        ]],
        i.black,
        1.4,
      );
    }
  }),
  "pool table": thing(
    ["pool table", "table tennis", "football table"],
    ["game", "sport"],
    "miscellaneous",
    (s, i) => {
      for (const [x, y] of [[4, 50], [106, 50], [4, 4], [106, 4]] as const) {
        s.box([x, y, 0], [x + 8, y + 8, 40], i.wood);
      }
      s.box([0, 0, 36], [118, 62, 50], i.wood);
      s.face([[6, 5, 50.5], [112, 5, 50.5], [112, 57, 50.5], [6, 57, 50.5]], i.main);
      for (let k = 0; k < 6; k++) {
        s.ball(...s.at([i.range(16, 104), i.range(12, 50), 53]), 2.6, i.any());
      }
    },
  ),
  piano: thing(["upright piano", "piano"], ["music"], "living room", piano),
  "grand piano": thing(["grand piano"], ["music"], "living room", grandPiano),
};
