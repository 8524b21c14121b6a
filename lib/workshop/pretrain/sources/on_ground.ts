import sharp from "sharp";
import type { Stream } from "../../../runtime/mod.ts";

/**
 * A picture as uint8 [size, size, 3]: 76 to 96 % of the square wide, on white in two cases of three,
 * else on a light tint; what is white is `pale`, and on a darker tint always. A function of the stream.
 */
export async function onGround(
  picture: string | Uint8Array,
  size: number,
  s: Stream,
  pale = false,
): Promise<Uint8Array> {
  const tint = () => (pale ? 130 : 205) + s.int(46);
  const [r, g, b] = s.uniform() < 2 / 3 && !pale ? [255, 255, 255] : [tint(), tint(), tint()];
  const side = Math.round(size * (0.76 + 0.2 * s.uniform())), left = (size - side) >> 1;
  const rest = size - side - left, background = { r: r!, g: g!, b: b! };
  // sharp lays pictures on their ground before it extends them.
  return await sharp(picture).resize(side, side, { fit: "contain", background })
    .flatten({ background })
    .extend({ top: left, left, bottom: rest, right: rest, background })
    .toColourspace("srgb").removeAlpha().raw().toBuffer();
}
