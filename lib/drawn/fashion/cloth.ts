/** Cloth, and a part of a garment that it covers. */
import type { Stream } from "../../runtime/mod.ts";
import type { Rgb } from "../colour.ts";
import type { Paint, Point } from "../sketch.ts";
import type { Pattern } from "./kind.ts";

/** The same cloth in every view of a product. */
export interface Fabric {
  pattern: Pattern;
  /** The colour that the caption names, and the pattern's. */
  main: Rgb;
  second: Rgb;
  body: Paint;
  /** Seams, hems, fasteners. */
  trim: Paint;
  /** Ribs and bands: the second colour where highlights are the pattern. */
  band: Paint;
  knit: boolean;
  /** Where colour blocks meet: "yoke", "hem", "sleeves" or "sides". */
  block: string;
  /** Starts the same random numbers for every part of the product. */
  dice: (part: string) => Stream;
}

/** A part of a garment and how its cloth lies. */
export interface Cut {
  /** "body", "sleeve", "leg", "band": which colour block it is, and which random numbers it takes. */
  part: "body" | "sleeve" | "leg" | "band";
  /** The box that patterns fill, in the part's own directions. */
  box: readonly [number, number, number, number];
  /** Moves and turns the pattern with a limb. */
  transform?: string;
  /** The edges to draw; the whole outline unless given. */
  edges?: readonly (readonly Point[])[];
}

export type Box = Cut["box"];

export const brightness = (c: Rgb) => (c[0] + c[1] + c[2]) / 765;
