/** The kinds of garment and the attributes that each may have; a value named twice is the more frequent. */
import type { ColourName } from "../colour.ts";
import type { Fit, Kind, Pattern } from "./kind.ts";

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

const JEANS: readonly ColourName[] = ["blue", "navy", "blue", "black"];

/** Kinds that both sets have. */
export const SHARED: Record<string, Kind> = {
  "t-shirt": {
    zone: "upper",
    sleeves: ["short", "short", "short", "three-quarter"],
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

export const MEN: Record<string, Kind> = {
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

export const WOMEN: Record<string, Kind> = {
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
