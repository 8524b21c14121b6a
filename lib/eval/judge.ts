/**
 * The project's own frozen judges of drawn pictures, trained on real training pictures alone: a scorer
 * that says how well a picture fits a caption, and classifiers of attributes. They see frozen features
 * of no model that is tuned, so that no row can please them by learning.
 */
import { accuracyOf } from "./zero_shot.ts";
import { innerProducts, normaliseRows } from "./linalg.ts";
import { retrieval, sameLabel } from "./retrieval.ts";
import { applyRidge, fitRidge, type RidgeMap } from "./ridge.ts";
import { type WordSpace, wordSpace, wordVectors } from "./words.ts";

/** Strengths of regularisation that are tried on validation pictures. */
const LAMBDAS = [0.03, 0.1, 0.3, 1, 3, 10];

/** What a judge sees of pictures: [n, dim]. */
export interface Seen {
  readonly rows: Float64Array;
  readonly dim: number;
}

/** Frozen features [n, dim] beside mean colours [n, colours], both per picture. */
export function seen(features: Float32Array, dim: number, colours: Float32Array): Seen {
  const n = features.length / dim, more = colours.length / n, width = dim + more;
  const rows = new Float64Array(n * width);
  for (let i = 0; i < n; i++) {
    rows.set(features.subarray(i * dim, (i + 1) * dim), i * width);
    rows.set(colours.subarray(i * more, (i + 1) * more), i * width + dim);
  }
  return { rows, dim: width };
}

/** Mean colours of a `cells` × `cells` grid: [n, cells² · 3] of pixels [n, size, size, 3]. */
export function colourGrid(pixels: Float32Array, size: number, cells = 4): Float32Array {
  const n = pixels.length / (size * size * 3), width = cells * cells * 3;
  const sums = new Float64Array(n * width), counts = new Float64Array(cells * cells);
  const cell = (at: number) => Math.floor(at * cells / size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const place = cell(y) * cells + cell(x);
      counts[place]!++;
      for (let i = 0; i < n; i++) {
        for (let c = 0; c < 3; c++) {
          sums[i * width + place * 3 + c]! += pixels[((i * size + y) * size + x) * 3 + c] as number;
        }
      }
    }
  }
  return Float32Array.from(sums, (sum, i) => sum / counts[Math.floor(i % width / 3)]!);
}

/** A linear map from what is seen to weighted words. */
export interface Scorer {
  readonly space: WordSpace;
  readonly map: RidgeMap;
}

/**
 * Fits a scorer to training pictures and their captions; the strength that retrieves validation
 * captions best (mean average precision) is taken. Frozen afterwards.
 */
export function fitScorer(
  training: Seen,
  captions: readonly string[],
  validation: Seen,
  validationCaptions: readonly string[],
): Scorer {
  const space = wordSpace(captions), words = space.weights.length;
  const targets = wordVectors(space, captions);
  const fit = (lambda: number): Scorer => (
    { space, map: fitRidge(training.rows, training.dim, targets, words, lambda) }
  );
  return best(LAMBDAS.map(fit), (scorer) => {
    const scores = scoresOf(scorer, validation, validationCaptions), n = validationCaptions.length;
    return retrieval(scores, n, n, sameLabel(validationCaptions)).meanAveragePrecision;
  });
}

/** Cosines in [−1, 1] of every picture with every caption: [pictures, captions]. */
export function scoresOf(
  { space, map }: Scorer,
  pictures: Seen,
  captions: readonly string[],
): Float64Array {
  const words = space.weights.length;
  return innerProducts(
    normaliseRows(applyRidge(map, pictures.rows), words),
    wordVectors(space, captions),
    words,
  );
}

/**
 * Fits a classifier by ridge regression on the classes; `labels[i]` are the classes of picture i,
 * pictures without are left out. The strength with the best validation accuracy is taken.
 */
export function fitClassifier(
  training: Seen,
  labels: readonly (readonly number[])[],
  classes: number,
  validation: Seen,
  validationLabels: readonly (readonly number[])[],
): RidgeMap {
  const kept = labels.flatMap((own, i) => own.length > 0 ? [i] : []), { dim } = training;
  const rows = new Float64Array(kept.length * dim);
  const targets = new Float64Array(kept.length * classes);
  kept.forEach((from, to) => {
    rows.set(training.rows.subarray(from * dim, (from + 1) * dim), to * dim);
    for (const c of labels[from]!) targets[to * classes + c] = 1 / labels[from]!.length;
  });
  const labelled = validationLabels.some((own) => own.length > 0);
  return best(LAMBDAS.map((lambda) => fitRidge(rows, dim, targets, classes, lambda)), (map) => {
    return labelled
      ? accuracyOf(applyRidge(map, validation.rows), classes, validationLabels).accuracy
      : 0;
  });
}

/** The first item with the highest value. */
function best<T>(items: readonly T[], value: (item: T) => number): T {
  const values = items.map(value);
  return items[values.indexOf(Math.max(...values))] as T;
}
