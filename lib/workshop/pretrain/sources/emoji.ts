/** Emoji as captioned pictures, in several styles under the same words. */
import type { Pictures } from "../pictures.ts";
import { chosenEmoji, type Emoji, emojiCaptions } from "./emoji_labels.ts";
import { iconSet, iconSvg } from "./icon_set.ts";
import { packagedFiles, packagedJson } from "./packages.ts";
import { rendered, type ToRender } from "./rendered.ts";

/** The flat styles, by what they are called here. */
const FLAT = {
  noto: "@iconify-json/noto",
  twemoji: "@iconify-json/twemoji",
  fluent: "@iconify-json/fluent-emoji-flat",
} as const;

/** The emoji that show things, in every style that has them, at `size` pixels on light grounds. */
export async function emojiCorpus(size: number): Promise<Pictures> {
  const chosen = chosenEmoji(await packagedJson<Emoji[]>("emojibase-data", "en/data.json"));
  const captions = emojiCaptions(chosen), all: ToRender[] = [];
  const add = (style: string, pictureOf: (code: string) => ToRender["picture"] | undefined) => {
    for (const [i, { hexcode, label }] of chosen.entries()) {
      const picture = pictureOf(codeOf(hexcode));
      if (!picture) continue;
      const name = `${style} ${hexcode}`;
      all.push({ name, picture, phrasings: captions[i] as string[], shows: { kind: label } });
    }
  };
  const assets = await packagedFiles("@lobehub/fluent-emoji-3d", "assets");
  const solid = new Map([...assets].map(([name, path]) => [codeOf(name), path]));
  add("3d", (code) => {
    const path = solid.get(code);
    return path === undefined ? undefined : () => path;
  });
  for (const [style, name] of Object.entries(FLAT)) {
    const set = await iconSet(name);
    const chars = await packagedJson<Record<string, string>>(name, "chars.json");
    const named = new Map(Object.entries(chars).map(([code, icon]) => [codeOf(code), icon]));
    add(style, (code) => {
      const svg = iconSvg(set, named.get(code) ?? "");
      return svg === undefined ? undefined : () => new TextEncoder().encode(svg);
    });
  }
  return await rendered("emoji", all, size);
}

/** Code points as all packages can agree on: small letters, no variation selectors. */
export function codeOf(hexcode: string): string {
  return hexcode.toLowerCase().split("-").filter((part) => part !== "fe0f").join("-");
}
