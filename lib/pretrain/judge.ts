/**
 * A judge of drawn garments and products: which kind a picture shows, and in which colour.
 *
 * It is trained on the renderer's training drawings alone, on frozen features of a network that has
 * nothing to do with the model, and never sees a picture that the model made. How often it is right
 * about held-out drawings stands beside everything it says.
 */
import { cacheFolder } from "../data/folders.ts";
import { type DrawnCorpus, drawnCorpus } from "../data/synthetic/corpus.ts";
import type { Extractor } from "../eval/extractor.ts";
import { colourGrid, fitClassifier, type Seen, seen } from "../eval/judge.ts";
import { applyRidge, type RidgeMap } from "../eval/ridge.ts";
import { progress } from "../runtime/progress.ts";
import { drawnSeeds } from "./corpus.ts";

/** What a drawing shows. */
export interface Shown {
  /** A kind of garment or product, e.g. "t-shirt". */
  readonly category: string;
  readonly colour: string;
}

/** Shares in [0, 1] of pictures that are judged rightly. */
export interface Rightly {
  readonly pictures: number;
  readonly category: number;
  readonly colour: number;
  readonly both: number;
}

/** Training drawings of the judge, and how many of them choose its strength. */
const DRAWINGS = 8000, CHOOSING = 1000;

/** The kind and colour of a drawing's key (lib/data/synthetic/draw.ts); no colour where it has its own. */
export function shownBy(key: string): Partial<Shown> & Pick<Shown, "category"> {
  const [, category = "", colour] = key.split("|");
  return { category, ...(colour === undefined ? {} : { colour }) };
}

/** Two fitted classifiers. */
export class DrawingJudge {
  readonly #extractor: Extractor;
  readonly #maps: Readonly<Record<keyof Shown, RidgeMap>>;
  readonly #classes: Readonly<Record<keyof Shown, readonly string[]>>;

  constructor(
    extractor: Extractor,
    maps: Readonly<Record<keyof Shown, RidgeMap>>,
    classes: Readonly<Record<keyof Shown, readonly string[]>>,
  ) {
    [this.#extractor, this.#maps, this.#classes] = [extractor, maps, classes];
  }

  /** What it takes pictures [n, size, size, 3] in [−1, 1] for. */
  async judge(pixels: Float32Array, size: number): Promise<Shown[]> {
    const { rows } = await lookedAt(this.#extractor, pixels, size);
    const said = (key: keyof Shown) => {
      const classes = this.#classes[key], scores = applyRidge(this.#maps[key], rows);
      return Array.from({ length: scores.length / classes.length }, (_, i) => {
        const own = scores.subarray(i * classes.length, (i + 1) * classes.length);
        return classes[own.indexOf(Math.max(...own))] as string;
      });
    };
    const category = said("category"), colour = said("colour");
    return category.map((name, i) => ({ category: name, colour: colour[i] as string }));
  }
}

/** How often what was judged is what is shown. Throws on lists of different lengths, and empty ones. */
export function rightly(judged: readonly Shown[], shown: readonly Shown[]): Rightly {
  const n = shown.length;
  if (n === 0 || judged.length !== n) {
    throw new Error(
      `rightly: expected a judgement for each of some pictures, found ${judged.length} for ${n}`,
    );
  }
  const share = (right: (a: Shown, b: Shown) => boolean) =>
    judged.filter((one, i) => right(one, shown[i] as Shown)).length / n;
  const category = (a: Shown, b: Shown) => a.category === b.category;
  const colour = (a: Shown, b: Shown) => a.colour === b.colour;
  return {
    pictures: n,
    category: share(category),
    colour: share(colour),
    both: share((a, b) => category(a, b) && colour(a, b)),
  };
}

/** Trains the judge at `size` pixels on training drawings; shows progress. */
export async function drawingJudge(
  extractor: Extractor,
  size: number,
  drawings = DRAWINGS,
  choosing = CHOOSING,
): Promise<DrawingJudge> {
  const cache = cacheFolder("drawn"), seed = drawnSeeds.training;
  const corpus = await drawnCorpus(drawings, { seed, size, cache });
  const line = progress(drawings, "looking at the judge's drawings", { unit: "pictures" });
  const all = corpus.pixels(Int32Array.from({ length: drawings }, (_, i) => i));
  const looks = await lookedAt(extractor, all, size, (n) => line.step(n));
  await line.done();
  const shown = corpus.keys.map(shownBy), split = drawings - choosing;
  const fit = (key: keyof Shown) => {
    const classes = [...new Set(shown.flatMap((one) => one[key] ?? []))].sort();
    const labels = shown.map((one) => one[key] === undefined ? [] : [classes.indexOf(one[key])]);
    const map = fitClassifier(
      part(looks, 0, split),
      labels.slice(0, split),
      classes.length,
      part(looks, split, drawings),
      labels.slice(split),
    );
    return { map, classes };
  };
  const category = fit("category"), colour = fit("colour");
  return new DrawingJudge(
    extractor,
    { category: category.map, colour: colour.map },
    { category: category.classes, colour: colour.classes },
  );
}

/** Held-out drawings whose caption names what they show, and that may be drawn by a model. */
export function askable(corpus: Pick<DrawnCorpus, "captions" | "keys">): {
  at: number[];
  captions: string[];
  shown: Shown[];
} {
  const at: number[] = [], captions: string[] = [], shown: Shown[] = [];
  for (const [i, key] of corpus.keys.entries()) {
    const { category, colour } = shownBy(key), caption = corpus.captions[i] as string;
    if (colour === undefined || !new RegExp(`\\b${colour}\\b`, "i").test(caption)) continue;
    at.push(i);
    captions.push(caption);
    shown.push({ category, colour });
  }
  return { at, captions, shown };
}

/** Frozen features, mean colours of 8 × 8 places and how much of each of 64 colours there is. */
async function lookedAt(
  extractor: Extractor,
  pixels: Float32Array,
  size: number,
  onDone?: (count: number) => void,
): Promise<Seen> {
  const features = await extractor.features(pixels, size, onDone);
  const grid = colourGrid(pixels, size, 8), shares = colourShares(pixels, size);
  const n = features.length / extractor.dim, a = grid.length / n, b = shares.length / n;
  const colours = new Float32Array(n * (a + b));
  for (let i = 0; i < n; i++) {
    colours.set(grid.subarray(i * a, (i + 1) * a), i * (a + b));
    colours.set(shares.subarray(i * b, (i + 1) * b), i * (a + b) + a);
  }
  return seen(features, extractor.dim, colours);
}

/** Square roots of the shares of pixels in 4 × 4 × 4 parts of the cube of colours: [n, 64]. */
export function colourShares(pixels: Float32Array, size: number): Float32Array {
  const each = size * size, n = pixels.length / (each * 3), shares = new Float32Array(n * 64);
  const level = (v: number) => Math.min(3, Math.max(0, Math.floor((v + 1) * 2)));
  for (let i = 0; i < n * each; i++) {
    const [r, g, b] = [pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]] as [
      number,
      number,
      number,
    ];
    shares[Math.floor(i / each) * 64 + level(r) * 16 + level(g) * 4 + level(b)]! += 1 / each;
  }
  return shares.map(Math.sqrt);
}

function part({ rows, dim }: Seen, from: number, to: number): Seen {
  return { rows: rows.slice(from * dim, to * dim), dim };
}
