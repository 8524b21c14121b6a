/** What can be worn: the kinds of garment of both sets, and the attributes each may have. */
import type { Stream } from "../../../runtime/random.ts";
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
interface Kind {
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

const SPORT = ["polyester", "nylon", "organic cotton", "cotton", "spandex", "mesh", "lycra"];
const WARM = ["wool", "cotton", "fleece", "cashmere"], WOVEN = ["cotton", "linen", "rayon", "hemp"];
const SWEAT = ["cotton", "organic cotton", "polyester", "fleece"];
const SUIT = ["wool", "linen", "polyester"], SHELL = ["nylon", "polyester", "microfiber", "fleece"];
const ANY: readonly Fit[] = ["regular", "slim", "loose"];
const QUIET: readonly Pattern[] = ["solid", "solid", "solid", "checked", "striped"];
const KNIT: readonly Pattern[] = [
  "solid",
  "solid",
  "striped",
  "chevron",
  "color-blocked",
  "dotted",
];
const JEANS: readonly ColourName[] = ["blue", "navy", "black", "gray", "white", "blue", "navy"];

/** Kinds that both sets have. */
const SHARED: Record<string, Kind> = {
  "t-shirt": {
    zone: "upper",
    sleeves: ["short", "short", "short", "long"],
    necklines: ["crew neck", "v-neck"],
    lengths: ["regular"],
    fits: ANY,
    styles: ["plain", "plain", "chest pocket"],
    cloth: SPORT,
  },
  "tank top": {
    zone: "upper",
    sleeves: ["sleeveless"],
    necklines: ["scoop neck", "scoop neck", "v-neck"],
    lengths: ["regular"],
    fits: ANY,
    styles: ["plain"],
    cloth: SPORT,
  },
  shirt: {
    zone: "upper",
    sleeves: ["long", "long", "short"],
    necklines: ["shirt collar"],
    lengths: ["regular"],
    fits: ANY,
    styles: ["chest pocket", "plain"],
    cloth: WOVEN,
  },
  sweater: {
    zone: "upper",
    sleeves: ["long"],
    necklines: ["crew neck", "turtleneck", "v-neck"],
    lengths: ["regular"],
    fits: ANY,
    styles: ["cable knit", "ribbed"],
    cloth: WARM,
    patterns: KNIT,
  },
  cardigan: {
    zone: "upper",
    sleeves: ["long"],
    necklines: ["v-neck"],
    lengths: ["regular"],
    fits: ["regular", "loose"],
    styles: ["buttoned", "open"],
    cloth: WARM,
    patterns: KNIT,
  },
  sweatshirt: {
    zone: "upper",
    sleeves: ["long"],
    necklines: ["crew neck"],
    lengths: ["regular"],
    fits: ["regular", "loose"],
    styles: ["raglan", "plain"],
    cloth: SWEAT,
  },
  hoodie: {
    zone: "upper",
    sleeves: ["long"],
    necklines: ["hood"],
    lengths: ["regular"],
    fits: ["regular", "loose"],
    styles: ["pullover", "zip"],
    cloth: SWEAT,
  },
  jacket: {
    zone: "upper",
    sleeves: ["long"],
    necklines: ["stand-up collar"],
    lengths: ["regular"],
    fits: ["regular", "slim", "loose"],
    styles: ["zip", "quilted", "zip"],
    cloth: SHELL,
  },
  vest: {
    zone: "upper",
    sleeves: ["sleeveless"],
    necklines: ["stand-up collar"],
    lengths: ["regular"],
    fits: ["regular"],
    styles: ["quilted"],
    cloth: SHELL,
    patterns: ["solid", "solid", "color-blocked", "solid-highlight", "camouflage"],
  },
  blazer: {
    zone: "upper",
    sleeves: ["long"],
    necklines: ["lapels"],
    lengths: ["regular"],
    fits: ["regular", "slim"],
    styles: ["two buttons", "one button"],
    cloth: SUIT,
    patterns: QUIET,
  },
  coat: {
    zone: "whole",
    sleeves: ["long"],
    necklines: ["lapels"],
    lengths: ["knee-length", "midi"],
    fits: ["regular", "loose"],
    styles: ["double-breasted", "belted"],
    cloth: ["wool", "cotton", "polyester", "cashmere"],
    patterns: QUIET,
  },
  pants: {
    zone: "lower",
    lengths: ["regular"],
    fits: ANY,
    styles: ["creased"],
    cloth: ["cotton", "linen", "polyester", "wool", "lumatech"],
    patterns: ["solid", "solid", "solid", "checked", "striped", "camouflage", "floral"],
  },
  jeans: {
    zone: "lower",
    lengths: ["regular"],
    fits: ANY,
    styles: ["five pockets"],
    cloth: ["denim", "denim and spandex", "cotton and denim"],
    patterns: ["solid"],
    colours: JEANS,
  },
  sweatpants: {
    zone: "lower",
    lengths: ["regular"],
    fits: ["regular", "loose"],
    styles: ["drawstring"],
    cloth: SWEAT,
    patterns: ["solid", "solid", "solid-highlight", "color-blocked", "camouflage", "graphic print"],
  },
  shorts: {
    zone: "lower",
    lengths: ["short", "knee-length"],
    fits: ["regular", "loose"],
    styles: ["drawstring", "buttoned"],
    cloth: ["cotton", "polyester", "cooltech", "linen", "mesh", "nylon"],
  },
};

const MEN: Record<string, Kind> = {
  "polo shirt": {
    zone: "upper",
    sleeves: ["short", "short", "long"],
    necklines: ["polo collar"],
    lengths: ["regular"],
    fits: ANY,
    styles: ["plain"],
    cloth: ["cotton", "organic cotton", "polyester"],
    patterns: ["solid", "solid", "striped", "color-blocked", "solid-highlight", "dotted"],
  },
  tights: {
    zone: "lower",
    lengths: ["regular"],
    fits: ["slim"],
    styles: ["plain"],
    cloth: ["spandex", "lycra", "nylon", "polyester"],
    patterns: ["solid", "solid", "solid-highlight", "color-blocked", "camouflage"],
  },
};

const WOMEN: Record<string, Kind> = {
  blouse: {
    zone: "upper",
    sleeves: ["long", "three-quarter"],
    necklines: ["bow collar"],
    lengths: ["regular"],
    fits: ["loose", "regular"],
    styles: ["puffed sleeves"],
    cloth: ["rayon", "cotton", "linen", "silk"],
    patterns: ["solid", "solid", "dotted", "floral", "striped"],
  },
  "sports bra": {
    zone: "upper",
    sleeves: ["sleeveless"],
    necklines: ["scoop neck", "v-neck"],
    lengths: ["cropped"],
    fits: ["slim"],
    styles: ["plain"],
    cloth: SPORT,
  },
  dress: {
    zone: "whole",
    sleeves: ["sleeveless", "short", "long"],
    necklines: ["v-neck", "scoop neck", "crew neck", "boat neck"],
    lengths: ["knee-length", "mini", "midi", "maxi"],
    fits: ["regular", "slim", "loose"],
    styles: ["belted", "plain"],
    cloth: ["cotton", "rayon", "linen", "jersey", "silk"],
  },
  jumpsuit: {
    zone: "whole",
    sleeves: ["sleeveless", "short", "long"],
    necklines: ["v-neck", "crew neck"],
    lengths: ["regular"],
    fits: ["regular", "loose"],
    styles: ["belted"],
    cloth: ["cotton", "rayon", "linen", "jersey"],
    patterns: ["solid", "solid", "floral", "striped", "dotted", "camouflage"],
  },
  skirt: {
    zone: "lower",
    lengths: ["knee-length", "mini", "midi", "maxi"],
    fits: ["regular", "slim", "loose"],
    styles: ["pleated", "plain"],
    cloth: ["cotton", "wool", "linen", "jersey"],
  },
  leggings: {
    zone: "lower",
    lengths: ["regular"],
    fits: ["slim"],
    styles: ["plain"],
    cloth: ["spandex", "lycra", "organic cotton", "nylon"],
  },
  "capri pants": {
    zone: "lower",
    lengths: ["midi"],
    fits: ["slim", "regular"],
    styles: ["plain"],
    cloth: ["spandex", "cotton", "lycra", "nylon"],
  },
};

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
