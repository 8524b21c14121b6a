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

/** The least of its picture in which a model is seen; less is a wire, or a white thing on white ground. */
const LEAST_SEEN = 0.03;

/** By how much of 255 a channel must differ from the ground's for a pixel to be seen on it. */
const CONTRAST = 10;

/** The least views that must show a model. */
const LEAST_VIEWS = 4;

/** The least that a colour covers of a model in a picture for its caption to name it: within, and with edges. */
const LEAST_COLOUR = 0.2, LEAST_WITH_EDGES = 0.1;

/** Quality of WebP from 0 to 100, at which hardly a block is seen. */
const QUALITY = 88;

/** The views of one model that show it, encoded, with its colours as each shows them; none if too few do. */
export async function measured(views: readonly View[]): Promise<Measured[]> {
  const all = await Promise.all(views.map(look)),
    shown = all.filter(({ seen }) => seen >= LEAST_SEEN);
  if (shown.length < LEAST_VIEWS) return [];
  const whole = mainColours(coloursOf(joinedBytes(shown.map(({ pixels }) => pixels))));
  return shown.map(({ view, bytes, pixels, withEdges }) => {
    const within = new Map(coloursOf(pixels)), all = new Map(coloursOf(withEdges));
    return {
      view,
      bytes,
      colours: whole.filter((colour) =>
        (within.get(colour) ?? 0) >= LEAST_COLOUR && (all.get(colour) ?? 0) >= LEAST_WITH_EDGES
      ),
    };
  });
}

interface Look {
  readonly view: View;
  readonly bytes: Uint8Array;
  /** The model's pixels as uint8 [n, 3], those at its edge left out: they show the ground too. */
  readonly pixels: Uint8Array;
  /** All of its pixels: of leaves and wires the edge is most. */
  readonly withEdges: Uint8Array;
  /** The share of the picture in which the model differs from its ground. */
  readonly seen: number;
}

/** Lays a rendering on its ground and finds the model's pixels. */
async function look(view: View): Promise<Look> {
  const ground = view.ground.map((x) => Math.round(255 * x)), [r, g, b] = ground;
  const flat = await sharp(view.picture).flatten({ background: { r: r!, g: g!, b: b! } })
    .toColourspace("srgb").raw().toBuffer({ resolveWithObject: true });
  const mask = await sharp(view.mask).extractChannel(0).raw().toBuffer();
  const { width, height } = flat.info, pixels: number[] = [], withEdges: number[] = [];
  let differing = 0;
  const inside = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x]! > 127;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!inside(x, y)) continue;
      const at = 3 * (y * width + x), rgb = flat.data.subarray(at, at + 3);
      if (ground.some((value, c) => Math.abs(rgb[c]! - value) > CONTRAST)) differing++;
      const edge = !inside(x - 1, y) || !inside(x + 1, y) || !inside(x, y - 1) ||
        !inside(x, y + 1);
      withEdges.push(...rgb);
      if (!edge) pixels.push(...rgb);
    }
  }
  const bytes = await sharp(flat.data, { raw: { width, height, channels: 3 } })
    .webp({ quality: QUALITY, effort: 5, smartSubsample: true }).toBuffer();
  return {
    view,
    bytes,
    pixels: Uint8Array.from(pixels),
    withEdges: Uint8Array.from(withEdges),
    seen: pixels.length === 0 ? 0 : differing / (width * height),
  };
}
