/**
 * Captions of drawn garments: the first in the grammar of the photographs' captions, the others in
 * other words and another order. Everything they say holds for the picture.
 */
import type { Stream } from "../../runtime/mod.ts";
import { withArticle } from "../captions.ts";
import type { Item, Seen } from "./draw.ts";
import type { Garment, Pattern } from "./kind.ts";

/** Kinds that are plural in English. */
const PLURAL = new Set([
  "pants",
  "jeans",
  "sweatpants",
  "shorts",
  "tights",
  "leggings",
  "capri pants",
]);

/** Other words for a kind. */
const SYNONYMS: Record<string, readonly string[]> = {
  "t-shirt": ["tee", "t-shirt"],
  "tank top": ["sleeveless top", "tank"],
  shirt: ["button-up shirt", "shirt"],
  sweater: ["pullover", "jumper", "knitted sweater"],
  cardigan: ["knitted cardigan", "cardigan"],
  sweatshirt: ["sweatshirt", "crew sweatshirt"],
  hoodie: ["hooded sweatshirt", "hoody"],
  jacket: ["zip jacket", "jacket"],
  vest: ["sleeveless jacket", "quilted vest"],
  blazer: ["suit jacket", "blazer"],
  coat: ["overcoat", "coat"],
  pants: ["trousers", "pants"],
  jeans: ["denim pants", "jeans"],
  sweatpants: ["joggers", "sweatpants"],
  shorts: ["shorts", "short pants"],
  "polo shirt": ["polo", "polo shirt"],
  tights: ["running tights", "tights"],
  blouse: ["bow blouse", "blouse"],
  "sports bra": ["bra top", "sports bra"],
  dress: ["dress"],
  jumpsuit: ["one-piece suit", "jumpsuit"],
  skirt: ["skirt"],
  leggings: ["leggings"],
  "capri pants": ["capris", "cropped pants"],
};

/** A pattern as an adjective, and behind the garment. */
const PATTERN: Record<Pattern, { before: readonly string[]; behind: readonly string[] }> = {
  solid: { before: ["", "", "plain"], behind: [""] },
  striped: { before: ["striped"], behind: ["SECOND stripes", "stripes"] },
  checked: { before: ["checked", "checkered"], behind: ["a checked pattern"] },
  dotted: { before: ["dotted", "polka-dot"], behind: ["SECOND dots", "dots"] },
  floral: { before: ["floral", "flowered"], behind: ["SECOND flowers", "flowers"] },
  "color-blocked": { before: ["two-tone", "color-blocked"], behind: ["SECOND blocks"] },
  "solid-highlight": { before: [""], behind: ["SECOND trim", "SECOND highlights"] },
  "graphic print": { before: ["printed"], behind: ["a SECOND print", "a graphic print"] },
  camouflage: { before: ["camouflage", "camo"], behind: ["a camouflage pattern"] },
  chevron: { before: ["zigzag"], behind: ["SECOND zigzags", "a chevron pattern"] },
};

const GROUND: Record<Seen["ground"], readonly string[]> = {
  white: ["in a studio"],
  tint: ["on a plain ground"],
  studio: ["in a studio", "in soft light"],
  "wall and floor": ["before a wall"],
  bricks: ["before a brick wall"],
  boards: ["before wooden boards"],
  foliage: ["before leaves"],
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const listed = (parts: readonly string[]) =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
const joined = (parts: readonly string[]) => parts.filter((part) => part !== "").join(" ");

/** What can be said of the cut, one phrase each, e.g. "short sleeves", "a v-neck". */
function features({ sleeve, neckline, kind, style }: Garment, back: boolean): string[] {
  const all: string[] = [];
  if (sleeve === "short" || sleeve === "three-quarter") all.push(`${sleeve} sleeves`);
  else if (sleeve === "long" && kind !== "coat" && kind !== "jacket") all.push("long sleeves");
  else if (sleeve === "sleeveless" && (kind === "dress" || kind === "jumpsuit")) {
    all.push("no sleeves");
  }
  if (back) return all;
  if (neckline === "hood" || neckline === "lapels") {
    all.push(neckline === "hood" ? "a hood" : "lapels");
  } else if (neckline === "bow collar") all.push("a bow at the neck");
  else if (neckline) all.push(withArticle(neckline));
  if (style === "zip" && kind === "hoodie") all.push("a zip");
  if (style === "belted") all.push("a belt");
  if (style === "chest pocket") all.push("a chest pocket");
  if (style === "drawstring") all.push("a drawstring");
  if (style === "buttoned" || style === "double-breasted") all.push("buttons");
  if (style === "cable knit") all.push("a cable knit");
  return all;
}

/** The length where it tells garments of one kind apart. */
function lengthWord({ kind, length }: Garment): string {
  return ["dress", "skirt", "coat", "shorts"].includes(kind) && length !== "regular" ? length : "";
}

/** Three captions of a picture, all different. */
export function captionsOf(item: Item, seen: Seen, rng: Stream): string[] {
  const { gender, garment, colour } = item, back = seen.view === "back";
  const { kind, pattern, fit, style, materials } = garment;
  const plural = PLURAL.has(kind), people = gender === "man" ? "men" : "women";
  const a = (phrase: string) => plural ? phrase : withArticle(phrase);
  const made = materials.length > 0 ? `made of ${[...materials].sort().join(" and ")}` : "";

  const usual = `A ${gender} wearing ${a(`${colour} ${kind}`)}` +
    (pattern === "solid" ? "" : ` with ${withArticle(pattern)} pattern`) +
    (made === "" ? "" : `, ${made}`) + (back ? ", seen from behind" : "") + ".";

  const before = rng.uniform() < 0.5;
  const wording = PATTERN[pattern], adjective = rng.pick(wording.before);
  const behind = before && adjective !== "" ? "" : rng.pick(wording.behind)
    .replace("a SECOND", withArticle(item.second)).replace("SECOND", item.second);
  const noun = rng.uniform() < 0.5 ? kind : rng.pick(SYNONYMS[kind] ?? [kind]);
  const how = rng.pick([
    fit === "regular" ? "" : fit,
    lengthWord(garment),
    style === "pleated" || style === "quilted" || style === "ribbed" ? style : "",
  ]);
  const thing = joined([how, colour, behind === "" ? adjective : "", noun]);
  const has = features(garment, back).filter(() => rng.uniform() < 0.7).slice(0, 2);
  const parts = [...has, behind].filter((part) => part !== "");
  const withs = parts.length > 0 ? `with ${listed(parts)}` : "";
  const person = gender === "man" ? rng.pick(["man", "guy"]) : rng.pick(["woman", "lady"]);
  const view = back ? "from behind" : "from the front";
  const full = rng.pick([
    () => `A ${person} in ${a(joined([thing, withs]))}, ${made}.`,
    () => `${capital(a(joined([thing, withs])))}, worn by a ${person}, ${view}.`,
    () => `${capital(joined([thing, "for", people, withs]))}, ${made}.`,
    () => `${capital(people)}'s ${joined([how, noun, "in", colour, withs])}, seen ${view}.`,
    () => `A ${person} ${rng.pick(GROUND[seen.ground])} in ${a(joined([thing, withs]))}.`,
  ])();
  const short = rng.pick([
    () => `${capital(joined([colour, adjective, noun]))}.`,
    () => `A drawing of a ${person} in ${a(joined([colour, adjective, noun]))}.`,
    () => `${capital(noun)}, ${colour}, ${adjective || pattern}, for ${people}.`,
    () => `${capital(people)}'s ${joined([adjective, colour, noun])}.`,
  ])();
  return [...new Set([usual, full, short])];
}

/** A title as a shop would print it, e.g. "Striped Blue V-Neck Tee". */
export function titleOf({ garment: { kind, pattern }, colour }: Item): string {
  return joined([colour, pattern === "solid" ? "" : pattern, kind])
    .replace(/(^|[\s-])[a-z]/g, (letter) => letter.toUpperCase());
}
