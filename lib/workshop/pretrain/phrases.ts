/** What captions say, for pretraining: parts of product captions, and whether they name a colour. */
import { COLOURS, withArticle } from "../../drawn/mod.ts";

const COLOUR_WORDS = new RegExp(
  `\\b(${
    [...COLOURS, "grey", "golden", "silver", "violet", "cyan", "magenta", "wooden"].join("|")
  })\\b`,
  "i",
);

/** Whether a caption names a colour: its picture then may not be shown in others. */
export function namesColour(caption: string): boolean {
  return COLOUR_WORDS.test(caption);
}

/**
 * Phrasings of a product caption such as "A sofa, couch, seat for the living room.": itself, without
 * its room, its first name alone, and each further word alone beside its room; the whole one as often
 * as all others. Captions of another form stay as they are.
 */
export function productPhrasings(caption: string): string[] {
  const found = /^an? (.+?)( for the [^,]+)?\.$/i.exec(caption);
  if (!found) return [caption];
  const words = (found[1] as string).split(", "), room = found[2] ?? "";
  const sentence = (text: string) => {
    const named = withArticle(text);
    return `${named.charAt(0).toUpperCase()}${named.slice(1)}.`;
  };
  const first = words[0] as string;
  const parts = new Set([
    sentence(words.join(", ")),
    sentence(first),
    sentence(first + room),
    ...words.slice(1).map((word) => sentence(`${first}, ${word}${room}`)),
    `A photo of ${withArticle(first)}.`,
  ]);
  parts.delete(caption);
  return [...[...parts].map(() => caption), ...parts];
}
