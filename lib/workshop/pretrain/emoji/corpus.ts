/** Emoji as captioned pictures: rendered once, read back afterwards. */
import { join } from "@std/path";
import sharp from "sharp";
import { stream } from "../../../runtime/mod.ts";
import { cacheFolder, rowFile } from "../../../data/mod.ts";
import { chosenEmoji, emojiCaptions } from "./labels.ts";
import { codeOf, emojiPackages } from "./packages.ts";

/** Raised whenever another choice, place or ground gives other pictures. */
export const EMOJI_VERSION = 1;

/** Pictures of emoji with several captions each. */
export interface EmojiCorpus {
  readonly count: number;
  readonly size: number;
  /** uint8 [count, size, size, 3]. */
  readonly bytes: Uint8Array;
  /** At least three captions of each picture, the plainest first. */
  readonly phrasings: readonly (readonly string[])[];
}

/** The emoji that show things, at `size` pixels on light grounds; fetched and rendered on first use. */
export async function emojiCorpus(
  size: number,
  onDone?: (count: number) => void,
): Promise<EmojiCorpus> {
  const { emoji, pictures } = await emojiPackages();
  const chosen = chosenEmoji(emoji).filter(({ hexcode }) => pictures.has(codeOf(hexcode)));
  const length = size * size * 3, count = chosen.length;
  const file = await rowFile(join(cacheFolder("emoji"), `v${EMOJI_VERSION}-${size}.u8`), {
    count,
    length,
    piece: 64,
    async make(from, to) {
      const bytes = new Uint8Array((to - from) * length);
      for (const [i, { hexcode }] of chosen.slice(from, to).entries()) {
        bytes.set(
          await onGround(pictures.get(codeOf(hexcode)) as string, size, hexcode),
          i * length,
        );
      }
      return bytes;
    },
    ...(onDone ? { onDone } : {}),
  });
  const bytes = file.read(Int32Array.from({ length: count }, (_, i) => i));
  return { count, size, bytes, phrasings: emojiCaptions(chosen) };
}

/**
 * One picture as uint8 [size, size, 3]: 76 to 96 % of the square wide, on white in two cases of
 * three, else on a light tint; a function of its code points.
 */
async function onGround(path: string, size: number, hexcode: string): Promise<Uint8Array> {
  const s = stream(1, "emoji", hexcode), tint = () => 205 + s.int(46);
  const [r, g, b] = s.uniform() < 2 / 3 ? [255, 255, 255] : [tint(), tint(), tint()];
  const side = Math.round(size * (0.76 + 0.2 * s.uniform())), left = (size - side) >> 1;
  const rest = size - side - left, background = { r: r!, g: g!, b: b! };
  // sharp lays pictures on their ground before it extends them.
  return await sharp(path).resize(side, side, { fit: "contain", background }).flatten({
    background,
  })
    .extend({ top: left, left, bottom: rest, right: rest, background })
    .toColourspace("srgb").removeAlpha().raw().toBuffer();
}
