/** Neck, head, face and hair. */
import { mix, tone } from "../colour.ts";
import { curve, plain, type Point, type Sketch } from "../sketch.ts";
import { type Person, Y } from "./person.ts";

/** Hair that hangs behind the shoulders of a person seen from the front. */
export function drawHairBehind(s: Sketch, p: Person): void {
  if (p.back || p.hairStyle !== "long") return;
  s.smooth(
    [[-9, 8], [0, 1], [9, 8], [11.5, 34], [9, 47], [0, 45], [-9, 47], [-11.5, 34]],
    plain(p.hair),
    0.4,
  );
}

/** The height of the middle of the head. */
const HEAD = 14.6;

const headSize = ({ man }: Person): Point => man ? [8.2, 11.6] : [7.4, 10.9];

/** Neck, head, face and, from the front, hair. */
export function drawHead(s: Sketch, p: Person): void {
  const { man, back } = p, hair = plain(p.hair), shade = tone(p.skin, 0.8);
  const [rx, ry] = headSize(p), cy = HEAD;
  const n = p.m.neck;
  s.area(
    curve([[-n, 20, "corner"], [n, 20, "corner"], [n, 32], [n + 1, Y.pit, "corner"], [
      -n - 1,
      Y.pit,
      "corner",
    ], [-n, 32]]),
    plain(tone(p.skin, 0.9)).fill,
  );
  for (const d of [-1, 1]) s.ellipse(d * rx, cy + 0.6, 1.5, 2.6, plain(shade), 0.3);
  s.smooth(
    [
      [0, cy - ry],
      [rx * 0.8, cy - ry * 0.66],
      [rx, cy],
      [rx * 0.72, cy + ry * 0.66],
      [
        rx * 0.3,
        cy + ry,
      ],
      [-rx * 0.3, cy + ry],
      [-rx * 0.72, cy + ry * 0.66],
      [-rx, cy],
      [-rx * 0.8, cy - ry * 0.66],
    ],
    plain(p.skin),
    0.45,
  );
  if (back) return;
  const style = p.hairStyle, low = man ? cy - 1.5 : cy + 1;
  if (style !== "bald") {
    const fringe = style === "cropped" ? cy - ry * 0.62 : cy - ry * 0.4;
    const top = cy - ry - (style === "cropped" ? 0.6 : 1.8);
    s.smooth(
      [
        [-rx - 0.5, low],
        [-rx - 0.6, cy - ry * 0.5],
        [-rx * 0.55, top + 0.8],
        [0, top],
        [rx * 0.6, top + 0.8],
        [rx + 0.6, cy - ry * 0.5],
        [rx + 0.5, low],
        [rx * 0.78, fringe + 1],
        [style === "side" ? rx * 0.5 : 0, fringe - 1.2],
        [-rx * 0.78, fringe + 1],
      ],
      hair,
      0,
    );
  }
  if (style === "bob" || style === "long") {
    for (const d of [-1, 1]) {
      s.smooth(
        [[d * rx * 0.7, cy - 6], [d * (rx + 1.6), cy - 3], [d * (rx + 2.2), cy + 10], [
          d * rx * 0.86,
          cy + 11,
        ], [d * rx * 0.9, cy]],
        hair,
        0,
      );
    }
  }
  if (style === "bun") s.ellipse(0, cy - ry - 2.6, 4, 3.4, hair, 0.3);
  const ink = plain(tone(p.skin, 0.34));
  for (const d of [-1, 1]) {
    s.ellipse(d * 3.1, cy + 0.4, 1.05, 0.85, plain([40, 30, 28]), 0);
    s.stroke(
      curve([[d * 1.7, cy - 2.2], [d * 3.2, cy - 2.9], [d * 4.7, cy - 2.2]], false),
      ink.fill,
      man ? 0.95 : 0.7,
    );
  }
  s.stroke(
    curve([[0.2, cy + 0.6], [0.9, cy + 3.6], [-0.6, cy + 3.9]], false),
    plain(shade).fill,
    0.7,
  );
  if (p.beard) {
    s.smooth(
      [
        [-rx * 0.86, cy + 3],
        [-3, cy + 5],
        [3, cy + 5],
        [rx * 0.86, cy + 3],
        [
          rx * 0.6,
          cy + ry * 0.8,
        ],
        [0, cy + ry + 1],
        [-rx * 0.6, cy + ry * 0.8],
      ],
      hair,
      0,
    );
  }
  s.stroke(
    curve([[-2.3, cy + 6.6], [0, cy + 7.2], [2.3, cy + 6.6]], false),
    plain(mix(p.skin, [150, 40, 44], man ? 0.4 : 0.65)).fill,
    1.1,
  );
}

/** The hair of a person seen from behind, over collars. */
export function drawHairFromBehind(s: Sketch, p: Person): void {
  const [rx, ry] = headSize(p), cy = HEAD;
  const hair = plain(p.hair), style = p.hairStyle;
  if (style === "bald") return;
  s.smooth(
    [
      [-rx - 0.6, cy + 1],
      [-rx * 0.8, cy - ry * 0.7],
      [0, cy - ry - 1.4],
      [rx * 0.8, cy - ry * 0.7],
      [
        rx + 0.6,
        cy + 1,
      ],
      [rx * 0.7, cy + ry * 0.62],
      [0, cy + ry * 0.75],
      [-rx * 0.7, cy + ry * 0.62],
    ],
    hair,
    0.3,
  );
  const strand = plain(tone(p.hair, 0.75));
  if (style === "tail") {
    s.smooth([[-2.4, 12], [2.4, 12], [3.6, 32], [0.5, 50], [-3.2, 34]], hair, 0.5);
    s.stroke(curve([[-2.4, 14], [2.4, 14]], false), strand.fill, 1.6);
  } else if (style === "bun") s.ellipse(0, 6, 5, 4.4, hair, 0.5);
  else if (style === "long") {
    s.smooth([[-rx - 0.8, 10], [rx + 0.8, 10], [10, 34], [7, 50], [-7, 50], [-10, 34]], hair, 0.4);
    s.stroke(curve([[-3, 16], [-4, 46]], false), strand.fill, 0.8, 0.6);
    s.stroke(curve([[4, 14], [4.4, 46]], false), strand.fill, 0.8, 0.6);
  } else if (style === "bob") {
    s.smooth([[-rx - 0.6, 10], [rx + 0.6, 10], [rx + 2, 28], [-rx - 2, 28]], hair, 0.4);
  }
}
