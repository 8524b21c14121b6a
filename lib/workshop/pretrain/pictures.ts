import type { Stream } from "../../runtime/mod.ts";

/** What a picture shows, beside its words. */
export interface Shows {
  /** A kind of garment, thing or emoji, e.g. "t-shirt". */
  readonly kind: string;
  /** One of the colour words, where the picture is of one. */
  readonly colour?: string;
  /** The product that it is of, where a set has several pictures of one. */
  readonly product?: string;
  /** Pictures of one meaning match each other's captions; the caption itself where left out. */
  readonly meaning?: string;
}

/** Square pictures in memory as bytes [count, size, size, 3], with a caption each. */
export interface Pictures {
  readonly count: number;
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly captions: readonly string[];
  /** Other ways to say it, by picture; training draws one of them instead of the caption. */
  readonly phrasings?: readonly (readonly string[])[];
  /** What is to be seen, by picture. */
  readonly shows?: readonly Shows[];
}

/** Pixels [n, s, s, 3] in [−1, 1] → {@link Pictures}. */
export function picturesOf(
  pixels: Float32Array,
  size: number,
  captions: readonly string[],
): Pictures {
  const bytes = new Uint8Array(pixels.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Math.round((pixels[i] as number + 1) * 127.5);
  return { count: captions.length, size, bytes, captions };
}

/** Some of the pictures, in the order of `indices`. */
export function chosenPictures(p: Pictures, indices: ArrayLike<number>): Pictures {
  const row = p.size * p.size * 3, at = Array.from(indices);
  const bytes = new Uint8Array(at.length * row);
  at.forEach((i, to) => bytes.set(p.bytes.subarray(i * row, (i + 1) * row), to * row));
  const of = <T>(all: readonly T[]) => at.map((i) => all[i] as T);
  return {
    count: at.length,
    size: p.size,
    bytes,
    captions: of(p.captions),
    ...(p.phrasings ? { phrasings: of(p.phrasings) } : {}),
    ...(p.shows ? { shows: of(p.shows) } : {}),
  };
}

/** Pixels in [−1, 1] of `count` pictures from `first` on. */
export function pixelsOf(p: Pictures, first = 0, count = p.count - first): Float32Array {
  const row = p.size * p.size * 3, from = first * row;
  const pixels = new Float32Array(count * row);
  for (let i = 0; i < pixels.length; i++) pixels[i] = (p.bytes[from + i] as number) / 127.5 - 1;
  return pixels;
}

/**
 * A square crop of a picture into `out` at row `at`: placed at random, mirrored with probability ½,
 * and with probability ½ the colour channels in random order, which teaches colours evenly.
 */
export function randomCrop(
  p: Pictures,
  index: number,
  side: number,
  s: Stream,
  out: Float32Array,
  at: number,
): void {
  const room = p.size - side + 1, top = s.int(room), left = s.int(room);
  const mirrored = s.uniform() < 0.5;
  const colours = s.uniform() < 0.5 ? s.permutation(3) : [0, 1, 2];
  let to = at * side * side * 3;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const column = left + (mirrored ? side - 1 - x : x);
      const from = ((index * p.size + top + y) * p.size + column) * 3;
      for (let c = 0; c < 3; c++) {
        out[to++] = (p.bytes[from + (colours[c] as number)] as number) / 127.5 - 1;
      }
    }
  }
}

/** Red, green and blue as they are. */
export const OWN_COLOURS = [0, 1, 2] as const;

/**
 * A picture zoomed (0.8–1.2, sides by up to 15 % differently), shifted by up to 7.5 %, mirrored,
 * brightened and made noisy, into `out` at row `at`; beyond the border the border repeats. Channel c
 * is taken from channel `colours[c]`.
 */
export function randomView(
  p: Pictures,
  index: number,
  s: Stream,
  out: Float32Array,
  at: number,
  colours: ArrayLike<number> = OWN_COLOURS,
): void {
  const { size } = p, middle = (size - 1) / 2;
  const zoom = 0.8 + 0.4 * s.uniform();
  const zoomX = zoom * (0.85 + 0.3 * s.uniform()) * (s.uniform() < 0.5 ? -1 : 1);
  const shiftX = (s.uniform() * 2 - 1) * 0.075 * size,
    shiftY = (s.uniform() * 2 - 1) * 0.075 * size;
  const gain = 0.85 + 0.25 * s.uniform(), noise = 0.08 * s.uniform();
  const last = size - 1, base = index * size * size * 3;
  const clamp = (v: number) => v < 0 ? 0 : v > last ? last : v;
  let to = at * size * size * 3;
  for (let y = 0; y < size; y++) {
    const sy = clamp(middle + (y - middle) * zoom + shiftY), y0 = Math.floor(sy), fy = sy - y0;
    const row0 = base + y0 * size * 3, row1 = base + Math.min(last, y0 + 1) * size * 3;
    for (let x = 0; x < size; x++) {
      const sx = clamp(middle + (x - middle) * zoomX + shiftX), x0 = Math.floor(sx), fx = sx - x0;
      const a = x0 * 3, b = Math.min(last, x0 + 1) * 3;
      for (let to3 = 0; to3 < 3; to3++) {
        const c = colours[to3] as number;
        const upper = (p.bytes[row0 + a + c] as number) * (1 - fx) +
          (p.bytes[row0 + b + c] as number) * fx;
        const lower = (p.bytes[row1 + a + c] as number) * (1 - fx) +
          (p.bytes[row1 + b + c] as number) * fx;
        const value = (upper * (1 - fy) + lower * fy) / 127.5 * gain - 1 + noise * s.normal();
        out[to++] = value < -1 ? -1 : value > 1 ? 1 : value;
      }
    }
  }
}
