/** The words for garments. */
import type { ColourName } from "../colour.ts";

/** Whom a set shows. */
export type Gender = "man" | "woman";

/** Patterns of cloth, in the words of the photographs' captions where those have one. */
export const PATTERNS = [
  "solid",
  "striped",
  "checked",
  "dotted",
  "floral",
  "color-blocked",
  "solid-highlight",
  "graphic print",
  "camouflage",
  "chevron",
] as const;

/** One of the patterns. */
export type Pattern = typeof PATTERNS[number];

/** How far a sleeve reaches. */
export type Sleeve = "sleeveless" | "short" | "three-quarter" | "long";

/** The opening at the neck. */
export type Neckline =
  | "crew neck"
  | "v-neck"
  | "scoop neck"
  | "boat neck"
  | "turtleneck"
  | "shirt collar"
  | "polo collar"
  | "stand-up collar"
  | "bow collar"
  | "lapels"
  | "hood";

/** How far down a garment reaches. */
export type Length = "cropped" | "regular" | "mini" | "knee-length" | "midi" | "maxi" | "short";

/** How closely it sits. */
export type Fit = "slim" | "regular" | "loose";

/** Where a garment is worn, which settles how the picture is cropped. */
export type Zone = "upper" | "lower" | "whole";

/** What is true of a garment, whoever wears it; everything here can be seen in its picture. */
export interface Garment {
  kind: string;
  zone: Zone;
  pattern: Pattern;
  /** Absent where the garment has no such part. */
  sleeve?: Sleeve;
  neckline?: Neckline;
  length: Length;
  fit: Fit;
  /** How it closes or what else tells two of a kind apart, e.g. "zip", "pleated". */
  style: string;
  materials: string[];
}

/** The attributes that a kind may have; the first of a list is the most frequent. */
export interface Kind {
  zone: Zone;
  sleeves?: readonly Sleeve[];
  necklines?: readonly Neckline[];
  lengths: readonly Length[];
  fits: readonly Fit[];
  styles: readonly string[];
  cloth: readonly string[];
  patterns?: readonly Pattern[];
  colours?: readonly ColourName[];
}
