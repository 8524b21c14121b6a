/** What a drawing of a product is made from. */
import type { Stream } from "../runtime/mod.ts";
import { BASE_COLOURS, mix, type Rgb, shadeOf, tone } from "./colour.ts";
import { type Paint, plain, type Sketch } from "./sketch.ts";

/** Paints and dice for one product. */
export interface Ink {
  /** The surface that the caption's colour names, with its pattern. */
  main: Paint;
  dark: Paint;
  light: Paint;
  /** A second, unnamed colour. */
  second: Paint;
  wood: Paint;
  metal: Paint;
  black: Paint;
  white: Paint;
  glass: Paint;
  green: Paint;
  rng: Stream;
  /** A number from `low` to `high`. */
  range: (low: number, high: number) => number;
  /** True with the given probability. */
  maybe: (probability: number) => boolean;
  /** A paint of any shop colour. */
  any: () => Paint;
}

/** One kind of product: its words and its drawing. */
export interface Thing {
  /** Titles that the captions use. */
  names: readonly string[];
  /** Further words, as in "A sofa, couch, seat for the living room." */
  tags: readonly string[];
  room: string;
  /** The shelf in a shop caption: "Laptop, electronics, computers." */
  shelf?: string;
  /** Set where the thing has a colour of its own, so that its captions name none. */
  ownColour?: true;
  draw: (s: Sketch, ink: Ink) => void;
}

/** A line of a table of things: its titles, further words, its room, its drawing. */
export function thing(
  names: readonly string[],
  tags: readonly string[],
  room: string,
  draw: Thing["draw"],
  more: Pick<Thing, "shelf" | "ownColour"> = {},
): Thing {
  return { names, tags, room, draw, ...more };
}

/** The paint in a darker (below 1) or lighter tone. */
export function toned(paint: Paint, factor: number): Paint {
  return plain(tone(paint.rgb, factor));
}

/** Mixes the paints around the main surface. */
export function mixInk(main: Paint, second: Rgb, rng: Stream): Ink {
  const range = (low: number, high: number) => low + (high - low) * rng.uniform();
  const woods: Rgb[] = [[196, 150, 96], [150, 100, 58], [96, 60, 38], [222, 188, 140]];
  const grey = range(120, 205);
  return {
    main,
    dark: plain(tone(main.rgb, 0.6)),
    light: plain(mix(main.rgb, [255, 255, 255], 0.4)),
    second: plain(second),
    wood: plain(tone(rng.pick(woods), range(0.9, 1.1))),
    metal: plain([grey, grey, grey * 1.03]),
    black: plain([34, 34, 38]),
    white: plain([242, 242, 240]),
    glass: plain([176, 205, 220]),
    green: plain(shadeOf("green", rng)),
    rng,
    range,
    maybe: (probability) => rng.uniform() < probability,
    any: () => plain(shadeOf(rng.pick(BASE_COLOURS), rng)),
  };
}
