/** Tools, boxes and things of the garden and the street. */
import type { Point } from "../sketch.ts";
import { type Thing, thing } from "../thing.ts";
import { wheel } from "./vehicles.ts";

/** Tools, boxes and things of the garden and the street. */
export const OUTDOORS: Record<string, Thing> = {
  box: thing(
    ["box", "cardboard box", "shipping container", "gift"],
    ["storage"],
    "miscellaneous",
    (s, i) => {
      s.box([0, 0, 0], [i.range(50, 100), 50, i.range(36, 60)], i.main);
      if (i.maybe(0.5)) {
        s.face([[22, -0.5, 0], [30, -0.5, 0], [30, -0.5, 36], [22, -0.5, 36]], i.second);
      }
    },
  ),
  crate: thing(
    ["crate", "pallet", "trunk", "chest"],
    ["storage", "box"],
    "miscellaneous",
    (s, i) => {
      s.box([0, 0, 0], [80, 54, 50], i.main);
      for (const z of [2, 19, 36]) s.box([-1, -2, z], [82, 54, z + 12], i.main);
      for (const x of [4, 68]) {
        s.face([[x, -2.5, 0], [x + 8, -2.5, 0], [x + 8, -2.5, 50], [x, -2.5, 50]], i.dark);
      }
    },
  ),
  hanger: thing(
    ["clothes hanger", "wire coathanger", "wall hanger"],
    ["clothes"],
    "miscellaneous",
    (s, i) => {
      s.line([[50, 40], [50, 28], [58, 20], [52, 10], [44, 14]], i.metal, 3);
      s.line([[50, 40], [4, 70], [96, 70], [50, 40]], i.main, 5, 0.6);
    },
  ),
  ladder: thing(["step ladder", "ladder"], [], "miscellaneous", (s, i) => {
    s.line([[66, 8], [92, 98]], i.dark, 4);
    for (const y of [26, 46, 66, 86]) {
      s.line([[42 - (y - 8) * 0.36, y], [60 - (y - 8) * 0.1, y]], i.main, 5);
    }
    s.line([[44, 8], [12, 98]], i.main, 4.4, 0.6);
    s.line([[62, 8], [52, 98]], i.main, 4.4, 0.6);
  }),
  hammer: thing(["hammer", "tool"], ["tool"], "miscellaneous", (s, i) => {
    s.line([[14, 92], [66, 30]], i.main, 8, 0.8);
    s.line([[50, 14], [84, 42]], i.metal, 16, 0.8);
  }),
  screwdriver: thing(["screwdriver", "drill"], ["tool"], "miscellaneous", (s, i) => {
    s.line([[50, 50], [92, 8]], i.metal, 5, 0.6);
    s.line([[10, 90], [46, 54]], i.main, 14, 0.8);
    s.line([[14, 86], [42, 58]], i.light, 2.4);
  }),
  saw: thing(["saw", "grinder"], ["tool"], "miscellaneous", (s, i) => {
    s.polygon([[36, 40], [98, 52], [96, 60], [40, 70]], i.metal);
    s.ring(20, 54, 15, 18, i.main, 9);
  }, { ownColour: true }),
  shovel: thing(["shovel", "hand trowel"], ["tool", "garden"], "exterior", (s, i) => {
    s.line([[14, 86], [60, 40]], i.main, 7, 0.7);
    s.smooth([[52, 34], [74, 8], [92, 8], [92, 26], [66, 48]], i.metal);
    s.line([[6, 78], [22, 94]], i.main, 6, 0.6);
  }, { shelf: "home & garden, plants", ownColour: true }),
  broom: thing(["broom"], ["cleaning"], "kitchen", (s, i) => {
    s.line([[30, 2], [54, 66]], i.wood, 4.4, 0.6);
    s.polygon([[42, 66], [66, 60], [84, 92], [46, 100]], i.main);
    for (const t of [0, 1, 2, 3]) {
      s.line([[46 + t * 5, 66 - t], [52 + t * 9, 97 - t * 1.4]], i.dark, 1.2);
    }
  }),
  umbrella: thing(["umbrella", "parasol"], ["outdoor", "deck"], "exterior", (s, i) => {
    s.line([[50, 10], [50, 98]], i.wood, 4);
    s.smooth(
      [[2, 46], [14, 22], [50, 6], [86, 22], [98, 46], [74, 40], [50, 46], [26, 40]],
      i.main,
      1,
    );
    for (const x of [26, 74]) s.line([[50, 7], [x, 40]], i.dark, 1.2);
  }),
  wheelbarrow: thing(["wheelbarrow"], ["outdoor", "garden"], "exterior", (s, i) => {
    wheel(s, i, 22, 80, 13);
    s.line([[22, 80], [66, 62], [98, 50]], i.wood, 5);
    s.line([[66, 62], [70, 94]], i.metal, 4.4);
    s.polygon([[10, 30], [84, 34], [66, 66], [30, 66]], i.main, 1);
  }),
  mailbox: thing(["mailbox"], ["outdoor"], "exterior", (s, i) => {
    s.box([14, 16, 0], [22, 24, 60], i.wood);
    s.box([0, 0, 60], [36, 60, 84], i.main);
    s.ellipse(...s.at([18, -1, 82]), 18, 12, i.main);
    s.beam([[37, 20, 74], [37, 20, 94], [37, 30, 94]], i.any(), 4);
  }),
  rock: thing(["rock", "stone"], ["stone", "outdoor"], "exterior", (s, i) => {
    const p: Point[] = [];
    for (let k = 0; k < 9; k++) {
      const a = k * 0.698, r = i.range(32, 48);
      p.push([50 + r * Math.cos(a), 50 + r * 0.65 * Math.sin(a)]);
    }
    s.polygon(p, i.main, 1);
    s.polygon([p[5]!, p[6]!, p[7]!, [54, 44], [36, 46]], i.light, 0);
    s.polygon([p[1]!, p[2]!, p[3]!, [50, 58]], i.dark, 0);
  }),
  swing: thing(["child swing", "children game"], ["outdoor", "game"], "exterior", (s, i) => {
    for (const x of [4, 96]) {
      s.line([[x, 98], [50 + (x - 50) * 0.7, 8]], i.main, 5);
      s.line([[x + (x > 50 ? -22 : 22), 98], [50 + (x - 50) * 0.7, 8]], i.main, 5);
    }
    s.line([[16, 8], [84, 8]], i.main, 6);
    for (const x of [36, 60]) s.line([[x, 8], [x, 70]], i.black, 1.6);
    s.line([[34, 71], [62, 71]], i.second, 6);
  }),
  pool: thing(
    ["swimming pool", "round swimming pool"],
    ["outdoor", "garden"],
    "exterior",
    (s, i) => {
      s.turned(0, 0, [[56, 0], [58, 22]], i.main, true);
      s.ellipse(...s.at([0, 0, 20]), 52, 17, {
        rgb: [110, 190, 225],
        fill: "#6ebee1",
        edge: "#3a7a9a",
      });
    },
  ),
  hut: thing(["garden hut", "doll house"], ["outdoor", "garden"], "exterior", (s, i) => {
    s.box([0, 0, 0], [70, 60, 50], i.main);
    for (let x = 10; x < 70; x += 12) s.beam([[x, -0.5, 0], [x, -0.5, 50]], i.dark, 0.8);
    s.face([[24, -1, 0], [46, -1, 0], [46, -1, 36], [24, -1, 36]], i.wood);
    s.face([[0, 0, 50], [70, 0, 50], [35, 0, 80]], i.main, 0.1);
    s.face([[74, -4, 48], [74, 64, 48], [35, 64, 82], [35, -4, 82]], i.second, 0.1);
    s.beam([[-4, -4, 48], [35, -4, 82]], i.second, 4);
  }),
  rowboat: thing(["rowboat", "boat"], ["sea", "lake"], "exterior", (s, i) => {
    s.smooth([[2, 44], [20, 38], [70, 36], [98, 30], [86, 62], [60, 72], [24, 70]], i.main, 1);
    s.smooth([[8, 44], [24, 40], [70, 39], [90, 35], [76, 50], [30, 54]], i.wood);
    for (const x of [34, 60]) s.line([[x - 4, 42], [x + 4, 52]], i.dark, 4);
    s.line([[20, 30], [70, 66]], i.wood, 3);
  }),
  cone: thing(["cone"], ["road"], "miscellaneous", (s, i) => {
    s.box([-30, -30, 0], [30, 30, 4], i.main);
    s.turned(0, 0, [[22, 4], [14, 32], [3, 72]], i.main);
    s.turned(0, 0, [[17, 22], [12, 40]], i.white);
  }),
  hydrant: thing(["fire hydrant"], ["outdoor"], "exterior", (s, i) => {
    for (const x of [-20, 20]) s.ball(...s.at([x, 0, 44]), 8, i.dark);
    s.turned(0, 0, [[22, 0], [22, 6], [15, 8], [15, 60], [19, 62], [16, 76], [4, 84]], i.main);
  }),
  aquarium: thing(["aquarium"], ["fish", "animal"], "living room", (s, i) => {
    s.box([0, 0, 0], [96, 40, 56], { rgb: [140, 200, 225], fill: "#8cc8e1", edge: "#406070" });
    s.box([0, 0, 56], [96, 40, 62], i.black);
    s.box([0, -0.5, 0], [96, 40, 7], i.wood);
    for (let k = 0; k < 5; k++) {
      const [x, y] = s.at([i.range(14, 84), -1, i.range(16, 48)]);
      s.ellipse(x, y, 6, 3.4, i.main);
      s.polygon([[x + 5, y], [x + 11, y - 4], [x + 11, y + 4]], i.main);
    }
  }, { ownColour: true }),
};
