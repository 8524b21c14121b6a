/** What can be worn: attributes of garments, and the wardrobe of both sets. */
import type { Stream } from "../../runtime/mod.ts";
import type { ColourName } from "../colour.ts";
import { MEN, SHARED, WOMEN } from "./kinds.ts";

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

/** The kinds of garment in each set. */
export const WARDROBE: Record<Gender, Record<string, Kind>> = {
  man: { ...SHARED, ...MEN },
  woman: { ...SHARED, ...WOMEN },
};

/** Patterns as a set mixes them: half of all cloth is plain, as in shops. */
const MIXTURE: readonly Pattern[] = [...Array<Pattern>(8).fill("solid"), ...PATTERNS.slice(1)];

/** A garment of the given kind; throws on a kind that is not in the set's wardrobe. */
export function designGarment(rng: Stream, gender: Gender, name: string): Garment {
  const kind = WARDROBE[gender][name];
  if (kind === undefined) {
    const known = Object.keys(WARDROBE[gender]).join(", ");
    throw new Error(`designGarment: a ${gender} wears no "${name}", expected one of ${known}`);
  }
  const pattern = rng.pick(kind.patterns ?? MIXTURE);
  const sleeve = kind.sleeves && rng.pick(kind.sleeves);
  const neckline = kind.necklines && rng.pick(kind.necklines);
  const first = rng.pick(kind.cloth), second = rng.pick(kind.cloth);
  const mixed = rng.uniform() < 0.6 && second !== first && !/ and /.test(first + second);
  return {
    kind: name,
    zone: kind.zone,
    pattern,
    ...(sleeve ? { sleeve } : {}),
    ...(neckline ? { neckline } : {}),
    length: rng.pick(kind.lengths),
    fit: rng.pick(kind.fits),
    style: rng.pick(kind.styles),
    materials: mixed ? [first, second] : first.split(" and "),
  };
}

/** The colours that a kind comes in, or undefined where it comes in all. */
export function coloursOf(gender: Gender, name: string): readonly ColourName[] | undefined {
  return WARDROBE[gender][name]?.colours;
}
