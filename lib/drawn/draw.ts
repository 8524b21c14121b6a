/** Drawn pictures with captions: the corpus on which the miniature learns to see before photographs. */
import sharp from "sharp";
import { type Stream, stream } from "../runtime/mod.ts";
import { garmentCaption, MATERIALS, productCaption } from "./captions.ts";
import { BASE_COLOURS, type ColourName, COLOURS, type Rgb, shadeOf } from "./colour.ts";
import { drawFigure, GARMENTS } from "./figure.ts";
import type { Wearing } from "./wearing.ts";
import { Sketch } from "./sketch.ts";
import { cloth, type Pattern } from "./texture.ts";
import { mixInk, type Thing } from "./thing.ts";
import { PRODUCTS } from "./things/mod.ts";

export { PRODUCTS };

/** One drawn picture before it becomes pixels. */
export interface DrawnSample {
  svg: string;
  caption: string;
  /** What the picture shows, without its wording: equal keys are true matches of each other. */
  key: string;
  attributes: Record<string, string | string[]>;
}

/** Drawn pictures as numbers. */
export interface DrawnPixels {
  /** Float32Array [n, size, size, 3] in [-1, 1]. */
  pixels: Float32Array;
  captions: string[];
  keys: string[];
}

/** SVGs are drawn this many times larger than asked for, then scaled down: clean edges. */
const OVERSAMPLING = 1.5;

const CLOTH_PATTERNS: Pattern[] = ["striped", "color-blocked", "checked", "dotted", "floral"];

/** The picture with the given index in the corpus of a seed; always the same one. */
export function drawSample(index: number, seed: number, size = 64): DrawnSample {
  const rng = stream(seed, "drawn", index);
  const colour = rng.pick([...BASE_COLOURS, ...BASE_COLOURS, ...COLOURS]);
  const other = rng.pick(BASE_COLOURS.filter((name) => name !== colour));
  const colours = [shadeOf(colour, rng), shadeOf(other, rng)] as const;
  // Shops photograph on white; one picture in five has a light tint instead.
  const ground: Rgb = rng.uniform() < 0.8
    ? [255, 255, 255]
    : [205 + rng.int(46), 205 + rng.int(46), 205 + rng.int(46)];
  const pixels = Math.round(size * OVERSAMPLING);
  return rng.uniform() < 0.6
    ? garment(rng, colour, colours, ground, pixels)
    : product(rng, colour, colours, ground, pixels);
}

function garment(
  rng: Stream,
  colour: ColourName,
  colours: readonly [Rgb, Rgb],
  ground: Rgb,
  pixels: number,
): DrawnSample {
  const gender = rng.pick(["man", "woman"] as const);
  const kind = rng.pick(GARMENTS[gender][rng.uniform() < 0.55 ? "upper" : "lower"]);
  const materials = rng.uniform() < 0.55 ? pickMaterials(rng) : [];
  const patterned = rng.uniform();
  const pattern: Pattern = patterned < 0.55
    ? "solid"
    : patterned < 0.6
    ? "solid-highlight"
    : rng.pick(CLOTH_PATTERNS);
  const wearing: Wearing = {
    gender,
    kind,
    colours,
    pattern,
    material: materials.join(" "),
    back: rng.uniform() < 0.2,
  };
  const sketch = new Sketch();
  drawFigure(sketch, rng, wearing);
  return {
    svg: sketch.svg(sketch.framed(0.92 + 0.16 * rng.uniform(), rng), ground, pixels),
    caption: garmentCaption(wearing, colour, materials, rng),
    key: `${gender}|${kind}|${colour}|${pattern}`,
    attributes: {
      gender: gender === "man" ? "men" : "women",
      category: kind,
      color: colour,
      pattern: [pattern],
      material: materials,
      view: wearing.back ? "back" : "front",
    },
  };
}

function pickMaterials(rng: Stream): string[] {
  const first = rng.pick(MATERIALS), second = rng.pick(MATERIALS);
  return rng.uniform() < 0.3 || first === second ? [first] : [first, second];
}

function product(
  rng: Stream,
  colour: ColourName,
  colours: readonly [Rgb, Rgb],
  ground: Rgb,
  pixels: number,
): DrawnSample {
  const kind = rng.pick(Object.keys(PRODUCTS)), thing = PRODUCTS[kind] as Thing;
  // Furniture and appliances are mostly wood, steel, white or black.
  if (rng.uniform() < 0.35) {
    colour = rng.pick(["white", "gray", "black", "brown", "beige"] as const);
    colours = [shadeOf(colour, rng), colours[1]];
  }
  const pattern: Pattern = rng.uniform() < 0.87 ? "solid" : rng.pick(CLOTH_PATTERNS);
  const sketch = new Sketch(0.25 + 0.5 * rng.uniform(), 0.2 + 0.35 * rng.uniform());
  const surface = cloth(sketch, rng, colours, pattern, "", { x0: -60, y0: -110, x1: 120, y1: 110 });
  thing.draw(sketch, mixInk(surface.body, colours[1], rng));
  return {
    svg: sketch.svg(sketch.fitted(3 + 9 * rng.uniform(), rng), ground, pixels),
    caption: productCaption(thing, colour, pattern, rng),
    key: thing.ownColour ? `product|${kind}` : `product|${kind}|${colour}|${pattern}`,
    attributes: {
      category: thing.room,
      product: kind,
      ...(thing.ownColour ? {} : { color: colour, pattern: [pattern] }),
    },
  };
}

/** Rasterises one sample: size × size × 3 bytes, row by row. */
export async function rasterise(svg: string, size: number): Promise<Uint8Array> {
  return await sharp(new TextEncoder().encode(svg))
    .resize(size, size, { kernel: "lanczos3" }).flatten({ background: "#fff" }).removeAlpha()
    .toColourspace("srgb").raw().toBuffer();
}

/** How many pictures are in the making at once: sharp's own threads share them out. */
const AT_ONCE = 8;

/**
 * Draws many pictures: uint8 [n, size, size, 3], with captions and keys.
 *
 * Progress is told through `onDone(count)` after every group.
 */
export async function drawBytes(
  indices: ArrayLike<number>,
  { seed, size }: { seed: number; size: number },
  onDone: (count: number) => void = () => {},
): Promise<{ bytes: Uint8Array; captions: string[]; keys: string[] }> {
  const each = size * size * 3, n = indices.length;
  const bytes = new Uint8Array(n * each), captions: string[] = [], keys: string[] = [];
  for (let from = 0; from < n; from += AT_ONCE) {
    const group = Array.from(
      { length: Math.min(AT_ONCE, n - from) },
      (_, i) => drawSample(indices[from + i] as number, seed, size),
    );
    const rasters = await Promise.all(group.map((sample) => rasterise(sample.svg, size)));
    rasters.forEach((raster, i) => bytes.set(raster, (from + i) * each));
    captions.push(...group.map((sample) => sample.caption));
    keys.push(...group.map((sample) => sample.key));
    onDone(from + group.length);
  }
  return { bytes, captions, keys };
}

/** Bytes 0 to 255 as numbers from -1 to 1. */
export function toPixels(bytes: Uint8Array): Float32Array {
  const pixels = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) pixels[i] = (bytes[i] as number) / 127.5 - 1;
  return pixels;
}

/** Draws the pictures with the given indices: pixels [n, size, size, 3] in [-1, 1]. */
export async function drawPixels(
  indices: ArrayLike<number>,
  options: { seed: number; size: number },
): Promise<DrawnPixels> {
  const { bytes, captions, keys } = await drawBytes(indices, options);
  return { pixels: toPixels(bytes), captions, keys };
}
