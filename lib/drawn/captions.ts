/** Words for drawn pictures, in the grammar of the photographs' captions. */
import type { Stream } from "../runtime/mod.ts";
import type { Wearing } from "./wearing.ts";
import type { Thing } from "./thing.ts";

/** Garments that take no article. */
const PLURAL = new Set([
  "pants",
  "shorts",
  "tights",
  "jeans",
  "sweatpants",
  "leggings",
  "capri pants",
]);

/** Fabrics as shops name them, trade names included. */
export const MATERIALS = [
  "polyester",
  "polyester",
  "nylon",
  "cotton",
  "organic cotton",
  "fleece",
  "wool",
  "spandex",
  "rayon",
  "hemp",
  "lycra",
  "mesh",
  "linen",
  "denim",
  "jersey",
  "microfiber",
  "lumatech",
  "cooltech",
  "evercool",
  "heattec",
  "cocona performance fabric",
] as const;

/** The word with its indefinite article. */
export function withArticle(phrase: string): string {
  return `${/^[aeiou]/i.test(phrase) ? "an" : "a"} ${phrase}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** A sentence about a person, e.g. "A man wearing a black hoodie, made of wool, seen from behind." */
export function garmentCaption(w: Wearing, colour: string, materials: string[], rng: Stream) {
  const worn = PLURAL.has(w.kind) ? `${colour} ${w.kind}` : withArticle(`${colour} ${w.kind}`);
  const pattern = w.pattern === "solid" ? "" : ` with ${withArticle(w.pattern)} pattern`;
  const made = materials.length > 0 ? `, made of ${materials.join(" and ")}` : "";
  const seen = w.back ? ", seen from behind" : "";
  const chosen = rng.uniform();
  if (chosen < 0.6) return `A ${w.gender} wearing ${worn}${pattern}${made}${seen}.`;
  if (chosen < 0.7) return `A ${w.gender} in ${worn}${pattern}${seen}.`;
  if (chosen < 0.8) return `A photo of a ${w.gender} wearing ${worn}${pattern}${seen}.`;
  const people = w.gender === "man" ? "men" : "women";
  if (chosen < 0.9) return `${capital(colour)} ${w.kind} for ${people}${pattern}${made}${seen}.`;
  return `${capital(people)}'s ${colour} ${w.kind}${pattern}${made}${seen}.`;
}

/** A sentence about a product, e.g. "A sofa, couch, seat for the living room." */
export function productCaption(thing: Thing, colour: string, pattern: string, rng: Stream) {
  const name = rng.pick(thing.names), chosen = rng.uniform() * (thing.ownColour ? 0.5 : 1);
  const some = thing.tags.filter((tag) => tag !== name && rng.uniform() < 0.8);
  const list = [name, ...some].join(", "), room = `for the ${thing.room}`;
  const motif = pattern === "solid" ? "" : ` with ${withArticle(pattern)} pattern`;
  if (thing.shelf !== undefined && chosen < 0.3) {
    const title = `${colour} ${name}`.replace(/\b[a-z]/g, (c) => c.toUpperCase());
    const named = chosen < 0.15 && !thing.ownColour;
    return `${named ? title : title.slice(colour.length + 1)}, ${thing.shelf}.`;
  }
  if (chosen < 0.5) return `${capital(withArticle(list))} ${room}.`;
  if (chosen < 0.75) return `${capital(withArticle(`${colour} ${list}`))}${motif} ${room}.`;
  if (chosen < 0.9) return `${capital(withArticle(`${colour} ${name}`))}${motif}.`;
  return `A photo of ${withArticle(`${colour} ${name}`)}.`;
}
