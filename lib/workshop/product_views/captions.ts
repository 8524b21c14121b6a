/** What a shop would write under a view of a model. */
import { COLOURS, withArticle } from "../../drawn/mod.ts";
import type { Model } from "./catalogue.ts";
import type { Colour } from "./colour.ts";

/** Words of the catalogues that English spells otherwise, or that leave out what is seen most. */
const SPELT: Record<string, string> = {
  apples: "bowl with apples",
  flipper: "pinball machine",
  gaz: "gas",
  hashtray: "ashtray",
  letters: "letter",
  mocassin: "moccasin",
  puff: "pouf",
  short: "shorts",
  teck: "teak",
  trunck: "trunk",
};

/** Materials that a name may say, and what is said instead of them in `material`. */
const MATERIALS: Record<string, string> = {
  alder: "wood",
  bamboo: "bamboo",
  burlap: "burlap",
  cardboard: "cardboard",
  concrete: "concrete",
  glass: "glass",
  iron: "iron",
  oak: "wood",
  paper: "paper",
  plastic: "plastic",
  rattan: "rattan",
  stone: "stone",
  teak: "wood",
  wire: "metal",
  wood: "wood",
  wooden: "wood",
};

/** What follows a name for each category of the catalogues; nothing where that says nothing. */
const PLACES: Record<string, string> = {
  bathroom: " for the bathroom",
  bedroom: " for the bedroom",
  characters: "",
  "doors and windows": " for the house",
  exterior: " for outdoors",
  kitchen: " for the kitchen",
  lights: ", lighting",
  "living room": " for the living room",
  miscellaneous: "",
  office: " for the office",
  staircases: " for the house",
  vehicles: ", vehicle",
};

/** Things one does not count. */
const UNCOUNTED = new Set(["bamboo", "bread", "butter", "milk", "sugar"]);

/** A name without words of colour, which are measured, and in the spelling of English. */
export function nameOf(title: string): string {
  const words = title.toLowerCase().split(/\s+/)
    .filter((word) => !(COLOURS as readonly string[]).includes(word))
    .map((word) => SPELT[word] ?? word);
  return words.join(" ");
}

/** The materials that a title says. */
export function materialsOf(title: string): string[] {
  const said = nameOf(title).match(/[a-z]+/g) ?? [];
  return [...new Set(said.flatMap((word) => MATERIALS[word] ?? []))];
}

/**
 * A caption such as "A brown wooden desk, furniture for the office.": the colours given, the name, the
 * catalogue's tags and category.
 */
export function captionOf(
  { title, tags, category }: Pick<Model, "title" | "tags" | "category">,
  colours: readonly Colour[],
): string {
  const name = nameOf(title), place = PLACES[category];
  if (place === undefined) {
    throw new Error(
      `category "${category}" of "${title}": expected one of ${Object.keys(PLACES).join(", ")}`,
    );
  }
  const named = [colours.join(" and "), name].filter((part) => part !== "").join(" ");
  const some = isPlural(name) || UNCOUNTED.has(name) ? named : withArticle(named);
  const more = tags.map((tag) => tag.toLowerCase())
    .filter((tag) => tag !== "outdoor" || category !== "exterior")
    .filter((tag) => !COLOURS.some((colour) => colour === tag) && !name.split(" ").includes(tag));
  const list = [...new Set([some, ...more])].join(", ");
  return list.charAt(0).toUpperCase() + list.slice(1) + place + ".";
}

/** Whether a name speaks of several things: its last word before "with", "on" or a number ends in s. */
function isPlural(name: string): boolean {
  const head = name.replace(/ (with|on|under|small|and) .*| \d.*|,.*/, "");
  return /[^su]s$/.test(head) && !/\b(tennis|lens)$/.test(head);
}
