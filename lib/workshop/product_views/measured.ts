/** Renderings of a model as pictures on their ground, with the colours they show. */
import sharp from "sharp";
import { joinedBytes } from "../../runtime/mod.ts";
import { type Colour, coloursOf, mainColours } from "./colour.ts";
import type { View } from "./render.ts";

/** A picture that can be embedded. */
export interface Measured {
  readonly view: View;
  /** WebP. */
  readonly bytes: Uint8Array;
  /** Colours of the whole model that make up at least a fifth of it in this picture. */
  readonly colours: readonly Colour[];
}

/** The least that a model covers of its picture; less is a wire, or a thing seen edge on. */
const LEAST_COVERED = 0.03;

/** The least that a colour covers of what a picture shows, for its caption to name it. */
const LEAST_COLOUR = 0.2;

/** Quality of WebP from 0 to 100, at which hardly a block is seen. */
const QUALITY = 88;

/** The views of one model that show it, encoded, with its colours as each shows them. */
export async function measured(views: readonly View[]): Promise<Measured[]> {
  const seen = (await Promise.all(views.map(look))).filter(({ covered }) =>
    covered >= LEAST_COVERED
  );
  if (seen.length === 0) return [];
  const whole = mainColours(coloursOf(joinedBytes(seen.map(({ pixels }) => pixels))));
  return seen.map(({ view, bytes, pixels }) => {
    const shares = new Map(coloursOf(pixels));
    return {
      view,
      bytes,
      colours: whole.filter((colour) => (shares.get(colour) ?? 0) >= LEAST_COLOUR),
    };
  });
}

interface Look {
  readonly view: View;
  readonly bytes: Uint8Array;
  /** The model's pixels as uint8 [n, 3]. */
  readonly pixels: Uint8Array;
  /** The share of the picture that they are. */
  readonly covered: number;
}

/** Lays a rendering on its ground; pixels at the model's edge, which show the ground too, are left out. */
async function look(view: View): Promise<Look> {
  const [r, g, b] = view.ground.map((x) => Math.round(255 * x));
  const flat = await sharp(view.picture).flatten({ background: { r: r!, g: g!, b: b! } })
    .toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const mask = await sharp(view.mask).extractChannel(0).raw().toBuffer();
  const { width, height } = flat.info, pixels: number[] = [];
  let covered = 0;
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x]! > 127;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      covered++;
      const edge = !inside(x - 1, y) || !inside(x + 1, y) || !inside(x, y - 1) ||
        !inside(x, y + 1);
      if (!edge) pixels.push(...flat.data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3));
    }
  }
  const bytes = await sharp(flat.data, { raw: { width, height, channels: 3 } })
    .webp({ quality: QUALITY, effort: 5, smartSubsample: true }).toBuffer();
  return {
    view,
    bytes,
    pixels: Uint8Array.from(pixels),
    covered: pixels.length === 0 ? 0 : covered / (width * height),
  };
}
