/** What retrieval found for a few queries, to be looked at. */
import { innerProducts, normaliseRows, type Rows } from "./linalg.ts";
import { stream } from "../runtime/mod.ts";

/** How many queries are shown, and how many neighbours of each. */
export const SHOWN_QUERIES = 12, SHOWN_NEIGHBOURS = 5;

/** One entry of the gallery that was found. */
export interface Neighbour {
  /** The place of its record. */
  readonly place: number;
  /** Cosine with the query. */
  readonly score: number;
  /** Whether its caption is the query's. */
  readonly match: boolean;
}

/** A query by the place of its record, and what is nearest to it, nearest first. */
export interface Example {
  readonly query: number;
  readonly nearest: readonly Neighbour[];
}

/** Examples of both directions, of the same records. */
export interface Examples {
  /** Captions nearest to a picture. */
  readonly i2t: readonly Example[];
  /** Pictures nearest to a caption. */
  readonly t2i: readonly Example[];
}

/**
 * The records that are shown as queries: a random order of those whose captions differ, the same for
 * every row and seed of a data set.
 */
export function exampleQueries(
  captions: readonly string[],
  fingerprint: string,
  count = SHOWN_QUERIES,
): number[] {
  const order = [...stream(0, "examples", fingerprint).permutation(captions.length)];
  const seen = new Set<string>();
  return order.filter((place) => {
    const caption = captions[place] as string;
    return !seen.has(caption) && seen.add(caption);
  }).slice(0, count);
}

/**
 * The nearest entries of each of `queries` by cosine of embeddings [n, dim]; entry i of both belongs
 * to record i. A caption that several records share is one entry of a picture's neighbours. Of equal
 * scores the false one stands first, as ranks count.
 */
export function retrievalExamples(
  images: Rows,
  texts: Rows,
  dim: number,
  captions: readonly string[],
  queries: readonly number[],
  count = SHOWN_NEIGHBOURS,
): Examples {
  const n = captions.length;
  if (images.length !== n * dim || texts.length !== n * dim) {
    throw new Error(
      `${images.length / dim} pictures and ${texts.length / dim} captions are embedded, ` +
        `expected ${n} of each, one for each record`,
    );
  }
  const x = normaliseRows(images, dim), y = normaliseRows(texts, dim);
  const places = Array.from({ length: n }, (_, place) => place);
  const distinct = places.filter((place) => captions.indexOf(captions[place] as string) === place);
  const way = (from: Float64Array, to: Float64Array, gallery: readonly number[]) =>
    queries.map((query): Example => {
      const scores = innerProducts(from.subarray(query * dim, (query + 1) * dim), to, dim);
      const found = gallery.map((place): Neighbour => ({
        place,
        score: scores[place] as number,
        match: captions[place] === captions[query],
      }));
      found.sort((a, b) =>
        b.score - a.score || Number(a.match) - Number(b.match) || a.place - b.place
      );
      return { query, nearest: found.slice(0, count) };
    });
  return { i2t: way(x, y, distinct), t2i: way(y, x, places) };
}
