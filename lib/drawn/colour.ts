/** Colour names as shop captions use them, and the colours they stand for. */
import type { Stream } from "../runtime/mod.ts";

/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [number, number, number];

/** Hue, saturation, value (each 0 to 1) at the centre of every colour word. */
const CENTRES = {
  black: [0, 0, 0.1],
  white: [0, 0, 0.95],
  gray: [0, 0, 0.5],
  red: [0.985, 0.78, 0.82],
  orange: [0.09, 0.7, 0.93],
  yellow: [0.15, 0.57, 0.95],
  green: [0.39, 0.65, 0.58],
  blue: [0.59, 0.75, 0.82],
  purple: [0.73, 0.6, 0.58],
  brown: [0.07, 0.55, 0.42],
  pink: [0.95, 0.4, 0.95],
  beige: [0.1, 0.22, 0.85],
  navy: [0.63, 0.7, 0.3],
  teal: [0.49, 0.65, 0.62],
  lavender: [0.72, 0.25, 0.85],
} as const;

/** One of the colour words. */
export type ColourName = keyof typeof CENTRES;

/** Every colour word. */
export const COLOURS = Object.keys(CENTRES) as ColourName[];

/** The ten words that shop filters use; the others are rarer. */
export const BASE_COLOURS = COLOURS.slice(0, 10);

/** Hue, saturation and value (0 to 1) to red, green and blue. */
export function hsv(h: number, s: number, v: number): Rgb {
  const channel = (n: number) => {
    const k = (n + 6 * h) % 6;
    return 255 * v * (1 - s * Math.max(0, Math.min(k, 4 - k, 1)));
  };
  return [channel(5), channel(3), channel(1)];
}

const clip = (x: number) => Math.min(1, Math.max(0, x));

/** One of the many shades that a colour word covers. */
export function shadeOf(name: ColourName, rng: Stream): Rgb {
  const [h, s, v] = CENTRES[name];
  const around = (width: number) => (2 * rng.uniform() - 1) * width;
  if (name === "black") return hsv(rng.uniform(), rng.uniform() * 0.2, clip(v + around(0.07)));
  if (name === "white") return hsv(rng.uniform(), rng.uniform() * 0.05, clip(v + around(0.05)));
  if (name === "gray") return hsv(rng.uniform(), rng.uniform() * 0.08, clip(v + around(0.18)));
  // Shops call everything from mint to forest "green", from sky to royal "blue".
  const hueWidth = name === "green" || name === "blue" ? 0.06 : 0.025;
  const paler = name === "red" || name === "green" || name === "purple" ? 0.3 : 0.2;
  return hsv(
    (h + around(hueWidth) + 1) % 1,
    clip(s + around(0.2) - (rng.uniform() < 0.2 ? paler : 0)),
    clip(v + around(0.15)),
  );
}

/** The colour times `factor`, for edges, folds and shadows (below 1) or highlights (above 1). */
export function tone([r, g, b]: Rgb, factor: number): Rgb {
  const scaled = (x: number) => Math.min(255, Math.max(0, x * factor));
  return [scaled(r), scaled(g), scaled(b)];
}

/** A mixture of two colours, `part` of the second. */
export function mix(a: Rgb, b: Rgb, part: number): Rgb {
  const at = (i: 0 | 1 | 2) => a[i] * (1 - part) + b[i] * part;
  return [at(0), at(1), at(2)];
}

/** A line colour that shows on the given ground: darker on light cloth, lighter on dark cloth. */
export function contrast(c: Rgb): Rgb {
  return c[0] + c[1] + c[2] > 200 ? tone(c, 0.62) : mix(c, [255, 255, 255], 0.3);
}

/** Hexadecimal notation, such as `#ff8000`. */
export function hex(c: Rgb): string {
  return "#" + c.map((x) => Math.round(x).toString(16).padStart(2, "0")).join("");
}
