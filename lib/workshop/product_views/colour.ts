/** The colours of a thing, measured from the pixels that show it, in the words of shops. */
import type { COLOURS } from "../../drawn/mod.ts";

/** One of the colour words. */
export type Colour = typeof COLOURS[number];

/** Pixels of one hue, light or shaded: grey ones in three groups, and seven hues. */
const FAMILIES = [
  "dark",
  "middle",
  "light",
  "red",
  "warm",
  "yellow",
  "green",
  "blue",
  "purple",
  "pink",
] as const;
type Family = typeof FAMILIES[number];

/** A pixel's hue in degrees, saturation and value from 0 to 1. */
type Hsv = readonly [number, number, number];

/** How much of a thing is of each colour, the most first; shares sum to 1. */
export type Shares = readonly (readonly [Colour, number])[];

/**
 * The colours of RGB pixels, three bytes each, by their share.
 *
 * Shade changes a colour's value and not its hue: pixels are gathered by hue and a group is named by
 * its lighter third. Throws where there is no pixel.
 */
export function coloursOf(pixels: Uint8Array): Shares {
  if (pixels.length < 3) throw new Error("coloursOf: expected at least one pixel, found none");
  const groups = new Map<Family, Hsv[]>();
  for (let i = 0; i + 2 < pixels.length; i += 3) {
    const pixel = hsvOf(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!), family = familyOf(pixel);
    const group = groups.get(family) ?? [];
    group.push(pixel);
    groups.set(family, group);
  }
  const shares = new Map<Colour, number>(), total = Math.floor(pixels.length / 3);
  for (const [family, group] of groups) {
    const colour = nameOf(family, group);
    shares.set(colour, (shares.get(colour) ?? 0) + group.length / total);
  }
  return [...shares].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/**
 * The words a shop would use: one colour that is most of the thing, or two that are nearly all of it;
 * none for a thing of many colours.
 */
export function mainColours(shares: Shares): Colour[] {
  const [[first, most] = [undefined, 0], [second, more] = [undefined, 0]] = shares;
  if (first !== undefined && second !== undefined && more >= 0.3 && most + more >= 0.75) {
    return [first, second];
  }
  return first !== undefined && most >= 0.55 ? [first] : [];
}

function hsvOf(r: number, g: number, b: number): Hsv {
  const most = Math.max(r, g, b), span = most - Math.min(r, g, b);
  if (span === 0) return [0, 0, most / 255];
  const sixth = most === r ? (g - b) / span : most === g ? 2 + (b - r) / span : 4 + (r - g) / span;
  return [(sixth * 60 + 360) % 360, span / most, most / 255];
}

/** Of weak colour and dim light hardly a hue is seen: what counts is saturation times value. */
function familyOf([hue, saturation, value]: Hsv): Family {
  if (value < 0.2) return "dark";
  if (saturation * value < 0.07 || saturation < 0.13) {
    return value < 0.3 ? "dark" : value < 0.5 ? "middle" : "light";
  }
  if (hue < 14 || hue >= 345) return "red";
  if (hue < 45) return "warm";
  if (hue < 66) return "yellow";
  if (hue < 168) return "green";
  if (hue < 255) return "blue";
  return hue < 300 ? "purple" : "pink";
}

/** The name of a group of pixels, told by its lighter third and its middle hue and saturation. */
function nameOf(family: Family, group: readonly Hsv[]): Colour {
  const quantile = (channel: 0 | 1 | 2, part: number) =>
    Float64Array.from(group, (pixel) => pixel[channel]).sort()[
      Math.min(group.length - 1, Math.floor(part * group.length))
    ]!;
  const value = quantile(2, 0.7), saturation = quantile(1, 0.5);
  switch (family) {
    case "dark":
      return "black";
    case "middle":
      return "gray";
    case "light":
      return value > 0.84 && saturation < 0.1 ? "white" : "gray";
    case "red": {
      const pale = saturation < 0.42;
      if (value < 0.5 || (pale && value < 0.75)) return "brown";
      return pale ? "pink" : "red";
    }
    case "warm":
      if (saturation < 0.2 && value > 0.88) return "white";
      if (saturation < 0.44 && value >= 0.7) return "beige";
      return (saturation > 0.5 && value > 0.84) || (saturation > 0.78 && value > 0.7)
        ? "orange"
        : "brown";
    case "yellow":
      if (saturation < 0.16 && value > 0.88) return "white";
      if (saturation < 0.4) return value >= 0.6 ? "beige" : "gray";
      return value > 0.6 ? "yellow" : quantile(0, 0.5) > 54 ? "green" : "brown";
    case "green":
      return saturation < 0.16 ? (value > 0.8 ? "white" : "gray") : "green";
    case "blue":
      if (saturation < 0.16) return value > 0.8 ? "white" : "gray";
      if (quantile(0, 0.5) < 192 && value < 0.75) return "teal";
      return value < 0.4 ? "navy" : "blue";
    case "purple":
      return saturation < 0.35 && value > 0.65 ? "lavender" : "purple";
    case "pink":
      if (saturation > 0.6 && quantile(0, 0.5) > 335) return "red";
      return value > 0.6 ? "pink" : "purple";
  }
}
