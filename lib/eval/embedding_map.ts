/** Embeddings of pictures and captions in the plane. */
import { type Attributes, attributeTasks } from "./attributes.ts";
import { centreRows, innerProducts, normaliseRows, principalAxes, type Rows } from "./linalg.ts";

/** Points [n][2] of pictures and of captions, and what share of all variance the two axes hold. */
export interface EmbeddingMap {
  readonly images: readonly (readonly [number, number])[];
  readonly texts: readonly (readonly [number, number])[];
  /** Shares of the variance along the first and the second axis, in [0, 1]. */
  readonly variance: readonly [number, number];
}

/**
 * Principal components of pictures and captions together, [n, dim] and [m, dim], each embedding
 * brought to length 1 first, as cosines see it. `dim` is at least 2.
 */
export function embeddingMap(images: Rows, texts: Rows, dim: number): EmbeddingMap {
  const both = new Float64Array(images.length + texts.length);
  both.set(normaliseRows(images, dim));
  both.set(normaliseRows(texts, dim), images.length);
  const { axes, variances, total } = principalAxes(both, dim, 2);
  const flat = innerProducts(centreRows(both, dim), axes, dim);
  const points = Array.from(
    { length: flat.length / 2 },
    (_, i): [number, number] => [flat[2 * i] as number, flat[2 * i + 1] as number],
  );
  const share = (axis: number) => total > 0 ? (variances[axis] as number) / total : 0;
  const n = images.length / dim;
  return { images: points.slice(0, n), texts: points.slice(n), variance: [share(0), share(1)] };
}

/** At most so many values of an attribute are told apart by colour. */
const MOST_VALUES = 8;

/**
 * The attribute that colours a map: the one with most values, of those that pictures show
 * ({@link attributeTasks}), that every record has as one text, and that have 2 to 8 values; undefined
 * where there is none.
 */
export function colouringAttribute(records: readonly Attributes[]): string | undefined {
  let best: string | undefined, most = 1;
  for (const { key } of attributeTasks(records, records, 1)) {
    // A legend in which "blue" is orange would mislead.
    if (/colou?r/i.test(key)) continue;
    const values = records.map((record) => record[key]);
    if (values.some((value) => typeof value !== "string")) continue;
    const count = new Set(values).size;
    if (count > most && count <= MOST_VALUES) [best, most] = [key, count];
  }
  return best;
}
