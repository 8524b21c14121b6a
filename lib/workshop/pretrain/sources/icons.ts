/** Plain icons, each painted in every colour word, as captioned pictures. */
import { COLOURS, hex, PRODUCTS, shadeOf, withArticle } from "../../../drawn/mod.ts";
import { stream } from "../../../runtime/mod.ts";
import type { Pictures } from "../pictures.ts";
import { chosenEmoji, type Emoji, named } from "./emoji_labels.ts";
import { iconNames, iconSet, iconSvg } from "./icon_set.ts";
import { packagedJson } from "./packages.ts";
import { rendered, type ToRender } from "./rendered.ts";

/** The sets, and what the name of a filled icon ends in. */
const SETS = [["@iconify-json/mdi", ""], ["@iconify-json/ph", "-fill"]] as const;

/** Names under which an icon shows something else than the word says, or nothing that one could buy. */
const LEFT_OUT = new Set(
  ("seal mixer mouse music food dining dinner drink heating patio storage road metro security label " +
    "picture frame fly cleaning playstation party gear seat swimming-pool pool bat bullseye fountain " +
    "ethernet-cable fuel-pump baby crystal-ball basket-fill desk-fill cone ring trophy-fill print " +
    "credit-card receipt floppy-disk dvd lake glass box pan table tv stereo carpet locker snowboard coin window")
    .split(" "),
);

/** Which icons of a set show one of `words`: its name, and the word. */
export function wordIcons(
  names: readonly string[],
  suffix: string,
  words: ReadonlySet<string>,
): [name: string, word: string][] {
  return names.flatMap((name): [string, string][] => {
    if (!name.endsWith(suffix) || LEFT_OUT.has(name)) return [];
    const base = name.slice(0, name.length - suffix.length), word = base.replaceAll("-", " ");
    return words.has(word) && !LEFT_OUT.has(base) ? [[name, word]] : [];
  });
}

/** The icons whose names are words of drawn things or of emoji, at `size` pixels on light grounds. */
export async function iconCorpus(size: number): Promise<Pictures> {
  const emoji = chosenEmoji(await packagedJson<Emoji[]>("emojibase-data", "en/data.json"));
  const words = new Set([
    ...Object.entries(PRODUCTS).flatMap(([kind, { names, tags }]) => [kind, ...names, ...tags]),
    ...emoji.map(({ label }) => label),
  ]);
  const all: ToRender[] = [];
  for (const [name, suffix] of SETS) {
    const set = await iconSet(name);
    for (const [icon, word] of wordIcons(iconNames(set), suffix, words)) {
      for (const colour of COLOURS) {
        const paint = hex(shadeOf(colour, stream(1, "icon", name, icon, colour)));
        all.push({
          name: `${name} ${icon} ${colour}`,
          picture: () => new TextEncoder().encode(iconSvg(set, icon, paint) as string),
          phrasings: iconCaptions(word, colour),
          shows: { kind: word, colour },
          pale: colour === "white" || colour === "beige",
        });
      }
    }
  }
  return await rendered("icons", all, size);
}

/** Captions of a painted icon: all say that it is one. */
function iconCaptions(word: string, colour: string): string[] {
  const plural = named(word) === word, thing = `${colour} ${word}`;
  const one = plural ? thing : withArticle(thing);
  return [`An icon of ${one}.`, `${thing[0]!.toUpperCase()}${thing.slice(1)}, icon.`];
}
