/**
 * Retrieval between pictures and captions, with every true match counted.
 *
 * Convention of all tables: the gallery of image→text holds the captions of *all* pictures measured,
 * repeated ones as well, and that of text→image all pictures, so that both have as many entries as
 * there are pictures and every caption is a query as often as it occurs. A picture and a caption
 * match where the caption equals the picture's own (`sameLabel(captions)`) or, when asked for, where
 * both belong to one product. Recalls are shares in [0, 1]; ranks begin at 1.
 */
import { innerProducts, normaliseRows, type Rows, takeRows, transposed } from "./linalg.ts";
import { mean, median } from "./statistics.ts";

/** The K of R@K that are reported. */
export const DEPTHS = [1, 5, 10] as const;

/** Whether gallery entry `item` is a true match of query `query`. */
export type IsPositive = (query: number, item: number) => boolean;

/** Retrieval in one direction; `chance` is the recall expected of a random order. */
export interface Retrieval {
  /** Best rank of a true match, for each query. */
  ranks: Int32Array;
  gallery: number;
  recall: Record<`r${1 | 5 | 10}`, number>;
  chance: Record<`r${1 | 5 | 10}`, number>;
  medianRank: number;
  meanRank: number;
  /** mAP over all true matches of every query. */
  meanAveragePrecision: number;
  /** True matches of a query in the gallery, on average. */
  positives: number;
}

/** Retrieval in both directions; `recallSum` adds the six recalls and is 6 at best. */
export interface BothWays {
  i2t: Retrieval;
  t2i: Retrieval;
  recallSum: number;
}

/** Cosine similarity of every query [n, dim] with every gallery entry [m, dim]: [n, m]. */
export function cosineSimilarity(queries: Rows, gallery: Rows, dim: number): Float64Array {
  return innerProducts(normaliseRows(queries, dim), normaliseRows(gallery, dim), dim);
}

/** Matches by equal label: entry i of either side carries `labels[i]`, a caption or a product. */
export function sameLabel(labels: readonly (string | number)[]): IsPositive {
  return (query, item) => labels[query] === labels[item];
}

/** Matches of a picture with its own caption alone, as open_clip counts (equal captions are misses). */
export const ownPair: IsPositive = (query, item) => query === item;

/** Matches by either of two labels, such as an equal caption or an equal product. */
export function sameEither(
  first: readonly (string | number)[],
  second: readonly (string | number)[],
): IsPositive {
  return (query, item) => first[query] === first[item] || second[query] === second[item];
}

/**
 * The rank of the best true match of every query: 1 + the number of false entries that score at
 * least as high. An equal score counts against the query, so a collapsed model gains nothing.
 *
 * `similarity` is [queries, gallery]. Throws on a query without a true match and on a similarity
 * that is not finite.
 */
export function ranks(
  similarity: ArrayLike<number>,
  queries: number,
  gallery: number,
  isPositive: IsPositive,
): Int32Array {
  if (similarity.length !== queries * gallery) {
    throw new Error(
      `similarity has ${similarity.length} numbers, expected ${queries} × ${gallery}`,
    );
  }
  return Int32Array.from({ length: queries }, (_, query) => {
    const score = (item: number) => similarity[query * gallery + item] as number;
    let best = -Infinity;
    for (let item = 0; item < gallery; item++) {
      if (!Number.isFinite(score(item))) {
        throw new Error(
          `similarity [${query}, ${item}] is ${score(item)}, expected a finite number`,
        );
      }
      if (isPositive(query, item)) best = Math.max(best, score(item));
    }
    if (best === -Infinity) throw new Error(`query ${query} has no true match in the gallery`);
    let rank = 1;
    for (let item = 0; item < gallery; item++) {
      if (score(item) >= best && !isPositive(query, item)) rank++;
    }
    return rank;
  });
}

/**
 * Average precision of every query over all its true matches, in (0, 1]; a false entry with an equal
 * score stands before a true match. `similarity` is [queries, gallery]; see {@link ranks}.
 */
export function averagePrecisions(
  similarity: ArrayLike<number>,
  queries: number,
  gallery: number,
  isPositive: IsPositive,
): Float64Array {
  return Float64Array.from({ length: queries }, (_, query) => {
    const found: number[] = [], other: number[] = [];
    for (let item = 0; item < gallery; item++) {
      (isPositive(query, item) ? found : other).push(similarity[query * gallery + item] as number);
    }
    if (found.length === 0) throw new Error(`query ${query} has no true match in the gallery`);
    found.sort((a, b) => b - a);
    other.sort((a, b) => b - a);
    let before = 0, sum = 0;
    found.forEach((score, i) => {
      while (before < other.length && (other[before] as number) >= score) before++;
      sum += (i + 1) / (i + 1 + before);
    });
    return sum / found.length;
  });
}

/** Share of queries whose rank is at most `k`. */
export function recallAtK(ranks: ArrayLike<number>, k: number): number {
  return mean(Array.from(ranks, (rank) => rank <= k ? 1 : 0));
}

/**
 * Recall at `k` expected of a random order: the mean over queries of 1 − C(n−p, k) / C(n, k), for
 * `positives[q]` = p true matches of query q among n = `gallery` entries.
 */
export function chanceRecall(positives: ArrayLike<number>, gallery: number, k: number): number {
  return mean(Array.from(positives, (p) => {
    let missed = 1;
    for (let i = 0; i < Math.min(k, gallery); i++) {
      missed *= Math.max(0, gallery - p - i) / (gallery - i);
    }
    return 1 - missed;
  }));
}

/** Retrieval in one direction from a similarity matrix [queries, gallery]; throws as {@link ranks}. */
export function retrieval(
  similarity: ArrayLike<number>,
  queries: number,
  gallery: number,
  isPositive: IsPositive,
): Retrieval {
  const best = ranks(similarity, queries, gallery, isPositive);
  const positives = Int32Array.from({ length: queries }, (_, query) => {
    let count = 0;
    for (let item = 0; item < gallery; item++) if (isPositive(query, item)) count++;
    return count;
  });
  const at = (value: (k: number) => number) =>
    Object.fromEntries(DEPTHS.map((k) => [`r${k}`, value(k)])) as Retrieval["recall"];
  return {
    ranks: best,
    gallery,
    recall: at((k) => recallAtK(best, k)),
    chance: at((k) => chanceRecall(positives, gallery, k)),
    medianRank: median(best),
    meanRank: mean(best),
    meanAveragePrecision: mean(averagePrecisions(similarity, queries, gallery, isPositive)),
    positives: mean(positives),
  };
}

/**
 * Retrieval between n pictures and their n captions by cosine of their embeddings.
 *
 * `imageEmbeddings` and `textEmbeddings` are [n, dim], any length of row; entry i of both belongs to
 * picture i. `isPositive` is symmetric, such as `sameLabel(captions)`. Throws where the two differ in
 * number or hold numbers that are not finite.
 */
export function retrievalBothWays(
  imageEmbeddings: Rows,
  textEmbeddings: Rows,
  dim: number,
  isPositive: IsPositive,
): BothWays {
  if (imageEmbeddings.length !== textEmbeddings.length) {
    throw new Error(
      `${imageEmbeddings.length / dim} pictures and ${textEmbeddings.length / dim} captions, ` +
        "expected one caption for each picture",
    );
  }
  const n = imageEmbeddings.length / dim;
  const similarity = cosineSimilarity(imageEmbeddings, textEmbeddings, dim);
  const i2t = retrieval(similarity, n, n, isPositive);
  const t2i = retrieval(transposed(similarity, n, n), n, n, isPositive);
  return { i2t, t2i, recallSum: recallSum(i2t, t2i) };
}

/** Pictures and their captions, and embeddings of both, [n, dim]. */
export interface Captioned {
  readonly images: Rows;
  readonly texts: Rows;
  readonly captions: readonly string[];
}

/** Below every cosine: an entry with this score comes last and so counts for nothing. */
const LAST = -2;

/**
 * Retrieval of some pictures and captions, `queries`, among all of their set.
 *
 * A picture looks for its caption among the distinct captions of the set, a caption for its pictures
 * among all pictures of it. `measured[i]`: entry i of `set` is one of the queries'; a picture that is
 * not, but has the query's caption, is neither a match (it may have been trained on) nor a mistake.
 */
export function retrievalInSet(
  queries: Captioned,
  set: Captioned & { readonly measured: readonly boolean[] },
  dim: number,
): BothWays {
  const first = new Map<string, number>();
  set.captions.forEach((caption, i) => first.has(caption) || first.set(caption, i));
  const names = [...first.keys()], n = queries.captions.length, m = set.captions.length;
  const texts = takeRows(set.texts, dim, [...first.values()]);
  const same = (query: number, item: number) => queries.captions[query] === set.captions[item];
  const toText = cosineSimilarity(queries.images, texts, dim);
  const toPicture = cosineSimilarity(queries.texts, set.images, dim).map((score, at) => {
    const query = Math.floor(at / m), item = at % m;
    return same(query, item) && !set.measured[item] ? LAST : score;
  });
  const i2t = retrieval(
    toText,
    n,
    names.length,
    (query, item) => queries.captions[query] === names[item],
  );
  const t2i = retrieval(toPicture, n, m, (query, item) => same(query, item) && set.measured[item]!);
  return { i2t, t2i, recallSum: recallSum(i2t, t2i) };
}

/** The six recalls of both ways added. */
function recallSum(...ways: readonly Retrieval[]): number {
  return ways.flatMap(({ recall }) => DEPTHS.map((k) => recall[`r${k}`])).reduce((a, b) => a + b);
}

/**
 * The numbers of an evaluation file under `prefix` ("retrieval", "forgetting"): `prefix.i2t.r5`,
 * `prefix.t2i.medianRank`, `prefix.gallery`, `prefix.chance.r5` and so on.
 */
export function retrievalMetrics({ i2t, t2i, recallSum }: BothWays, prefix: string): Record<
  string,
  number
> {
  const metrics: Record<string, number> = {};
  for (const [way, result] of [["i2t", i2t], ["t2i", t2i]] as const) {
    for (const k of DEPTHS) metrics[`${prefix}.${way}.r${k}`] = result.recall[`r${k}`];
    metrics[`${prefix}.${way}.medianRank`] = result.medianRank;
    metrics[`${prefix}.${way}.meanRank`] = result.meanRank;
    metrics[`${prefix}.${way}.mrr`] = meanReciprocalRank(result.ranks);
    metrics[`${prefix}.${way}.logRank`] = meanLogRank(result.ranks);
    metrics[`${prefix}.${way}.map`] = result.meanAveragePrecision;
  }
  metrics[`${prefix}.recallSum`] = recallSum;
  metrics[`${prefix}.gallery`] = i2t.gallery;
  metrics[`${prefix}.positives`] = i2t.positives;
  // With symmetric matches chance is the same both ways.
  for (const k of DEPTHS) metrics[`${prefix}.chance.r${k}`] = i2t.chance[`r${k}`];
  return metrics;
}

/** Mean of 1 / rank, in (0, 1]: the MRR; unlike R@K it moves with every rank. Throws on no ranks. */
export function meanReciprocalRank(ranks: ArrayLike<number>): number {
  return mean(Array.from(ranks, (rank) => 1 / rank));
}

/** Mean of ln rank, 0 at best: halving any rank counts the same. Throws on no ranks. */
export function meanLogRank(ranks: ArrayLike<number>): number {
  return mean(Array.from(ranks, Math.log));
}
