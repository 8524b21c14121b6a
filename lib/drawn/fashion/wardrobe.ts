/** What can be worn: attributes of garments, and the wardrobe of both sets. */
import type { Stream } from "../../runtime/mod.ts";
import type { ColourName } from "../colour.ts";
import { MEN, SHARED, WOMEN } from "./kinds.ts";
import { type Garment, type Gender, type Kind, type Pattern, PATTERNS } from "./kind.ts";

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
