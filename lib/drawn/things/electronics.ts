/** Electronics. */
import type { Sketch } from "../sketch.ts";
import { type Ink, type Thing, thing } from "../thing.ts";

const PC = "electronics, computers";
const PHOTO = "electronics, photo";

function television(s: Sketch, i: Ink): void {
  s.box([36, 4, 0], [74, 22, 4], i.dark);
  s.box([50, 10, 4], [60, 16, 14], i.dark);
  s.box([0, 8, 12], [110, 16, 76], i.main);
  s.face(
    [[5, 7.5, 17], [105, 7.5, 17], [105, 7.5, 71], [5, 7.5, 71]],
    i.maybe(0.5) ? i.black : i.glass,
  );
}

function laptop(s: Sketch, i: Ink): void {
  s.face([[0, 52, 4], [84, 52, 4], [84, 66, 58], [0, 66, 58]], i.main, 0.1);
  s.face(
    [[5, 52.5, 9], [79, 52.5, 9], [79, 65, 54], [5, 65, 54]],
    i.maybe(0.5) ? i.glass : i.black,
  );
  s.box([0, 0, 0], [84, 52, 4], i.main);
  for (const y of [20, 27, 34, 41]) s.beam([[8, y, 4.2], [76, y, 4.2]], i.black, 3);
  s.face([[30, 4, 4.3], [54, 4, 4.3], [54, 14, 4.3], [30, 14, 4.3]], i.dark);
}

function camera(s: Sketch, i: Ink): void {
  s.rect(30, 12, 70, 34, i.dark, 4);
  s.rect(4, 24, 96, 82, i.main, 6, 1);
  s.rect(4, 24, 96, 38, i.metal, 4);
  s.ball(52, 56, 23, i.black);
  s.ellipse(52, 56, 14, 14, i.glass);
  s.ellipse(52, 56, 7, 7, i.black);
  s.ellipse(82, 20, 5, 3, i.metal);
}

function phone(s: Sketch, i: Ink): void {
  const w = i.range(22, 36);
  s.rect(50 - w, 4, 50 + w, 96, i.main, 8, 1);
  s.rect(54 - w, 14, 46 + w, 84, i.maybe(0.5) ? i.black : i.glass, 2);
  s.ellipse(50, 90, 3.4, 3.4, i.light);
}

/** Electronics. */
export const ELECTRONICS: Record<string, Thing> = {
  television: thing(
    ["tv", "flat tv", "monitor"],
    ["appliance", "television"],
    "living room",
    television,
    { shelf: PC },
  ),
  laptop: thing(["laptop", "notebook computer"], ["electronics", "computer"], "office", laptop, {
    shelf: PC,
  }),
  tablet: thing(
    ["tablet", "mobile phone", "smart phone"],
    ["electronics", "telephone"],
    "miscellaneous",
    phone,
    { shelf: PC },
  ),
  camera: thing(
    ["camera", "digital camera", "vintage camera"],
    ["electronics", "photo"],
    "miscellaneous",
    camera,
    { shelf: PHOTO },
  ),
  tripod: thing(["tripod"], ["photo"], "miscellaneous", (s, i) => {
    for (const x of [14, 50, 86]) s.line([[50, 34], [x, 98]], i.main, 4);
    s.line([[50, 40], [50, 18]], i.dark, 6);
    s.rect(34, 6, 66, 18, i.black, 3);
  }, { shelf: PHOTO }),
  keyboard: thing(["keyboard"], ["electronics"], "office", (s, i) => {
    s.box([0, 0, 0], [110, 42, 5], i.main);
    for (let r = 0; r < 4; r++) {
      for (let c = 0; c < 11; c++) {
        const x = 5 + c * 9.3, y = 4 + r * 9;
        s.face(
          [[x, y, 5.2], [x + 7, y, 5.2], [x + 7, y + 6, 5.2], [x, y + 6, 5.2]],
          i.second,
          0,
          0.2,
        );
      }
    }
  }, { shelf: PC }),
  headphones: thing(["headphones"], ["electronics", "music"], "miscellaneous", (s, i) => {
    s.line([[16, 60], [18, 30], [34, 10], [66, 10], [82, 30], [84, 60]], i.main, 7, 0.8);
    for (const x of [16, 84]) s.ellipse(x, 66, 13, 20, i.dark);
  }, { shelf: "electronics" }),
  speaker: thing(["speaker", "stereo"], ["music", "stereo"], "miscellaneous", (s, i) => {
    s.box([0, 0, 0], [46, 40, 96], i.main);
    for (const [z, r] of [[28, 16], [70, 11]] as const) {
      s.ellipse(...s.at([23, -1, z]), r, r, i.black);
      s.ellipse(...s.at([23, -1, z]), r * 0.5, r * 0.5, i.metal);
    }
  }),
  radio: thing(
    ["radio", "mp3 station", "mini stereo"],
    ["electronics", "music"],
    "miscellaneous",
    (s, i) => {
      s.line([[84, 30], [96, 2]], i.metal, 2);
      s.rect(4, 28, 96, 84, i.main, 6, 1);
      s.ellipse(30, 56, 20, 20, i.black);
      s.rect(56, 36, 90, 52, i.light);
      for (const x of [62, 74, 86]) s.ellipse(x, 68, 4, 4, i.metal);
    },
  ),
  joystick: thing(["joystick", "playstation"], ["electronics", "game"], "living room", (s, i) => {
    s.smooth(
      [[12, 40], [28, 26], [72, 26], [88, 40], [98, 78], [86, 86], [68, 62], [32, 62], [14, 86], [
        2,
        78,
      ]],
      i.main,
      1,
    );
    for (const x of [34, 66]) s.ellipse(x, 54, 8, 8, i.black);
    for (const [x, y] of [[78, 36], [84, 42], [72, 42], [78, 48]] as const) {
      s.ellipse(x, y, 2.6, 2.6, i.second, 0);
    }
    s.line([[16, 42], [28, 42]], i.dark, 3.4);
    s.line([[22, 36], [22, 48]], i.dark, 3.4);
  }),
  remote: thing(["tv remote control", "wireless phone"], ["electronics"], "living room", (s, i) => {
    s.rect(36, 2, 64, 98, i.main, 7, 1);
    s.ellipse(50, 12, 4, 4, { ...i.black, fill: "#d02020" });
    for (let r = 0; r < 6; r++) {
      for (const x of [42, 50, 58]) s.ellipse(x, 28 + r * 10, 2.8, 2.8, i.light, 0.3);
    }
  }),
};
