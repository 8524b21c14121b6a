/** Captions as vectors of weighted words, a caption space that no network is needed for. */

/** The words that count, with their weights. */
export interface WordSpace {
  /** Word or pair of neighbours → its column. */
  readonly columns: ReadonlyMap<string, number>;
  /** ln(captions / captions with the word) + 1, by column. */
  readonly weights: Float64Array;
}

/**
 * The words and pairs of neighbouring words that occur in at least `least` distinct captions.
 *
 * Source of the weights: Spärck Jones 1972, smoothed as is usual.
 */
export function wordSpace(captions: readonly string[], least = 2): WordSpace {
  const distinct = [...new Set(captions)], counts = new Map<string, number>();
  for (const caption of distinct) {
    for (const word of new Set(wordsOf(caption))) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const kept = [...counts].filter(([, count]) => count >= least).sort(([a], [b]) => a < b ? -1 : 1);
  if (kept.length === 0) {
    throw new Error(
      `${distinct.length} distinct captions share no word, expected words that occur in ${least}`,
    );
  }
  return {
    columns: new Map(kept.map(([word], i) => [word, i])),
    weights: Float64Array.from(kept, ([, count]) => Math.log(distinct.length / count) + 1),
  };
}

/** Captions as rows of length 1, [captions, words]; a caption of unknown words alone is all zero. */
export function wordVectors({ columns, weights }: WordSpace, captions: readonly string[]) {
  const dim = weights.length, rows = new Float64Array(captions.length * dim);
  captions.forEach((caption, i) => {
    const row = rows.subarray(i * dim, (i + 1) * dim);
    for (const word of new Set(wordsOf(caption))) {
      const column = columns.get(word);
      if (column !== undefined) row[column] = weights[column] as number;
    }
    const length = Math.hypot(...row);
    if (length > 0) row.forEach((value, j) => row[j] = value / length);
  });
  return rows;
}

/** Lower-case words, and pairs of neighbours as "red shirt". */
function wordsOf(caption: string): string[] {
  const words = caption.toLowerCase().match(/[\p{L}\p{N}]+(?:[-'’][\p{L}\p{N}]+)*/gu) ?? [];
  return [...words, ...words.slice(1).map((word, i) => `${words[i]} ${word}`)];
}
