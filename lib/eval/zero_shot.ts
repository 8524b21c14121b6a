/** Classification by captions: which of the classes' captions is a picture's embedding nearest to. */
import { countRows, innerProducts, normaliseRows, type Rows } from "./linalg.ts";
import { mean } from "./statistics.ts";

/**
 * Prompt templates; `{}` is the class. Few and plain, for the miniature knows few words.
 *
 * Source of averaging over templates: Radford et al. 2021, section 3.1.4.
 */
export const TEMPLATES = [
  "{}.",
  "A {}.",
  "A photo of a {}.",
  "A picture of a {} product.",
] as const;

/** The captions of classes, class by class, [classes · templates]. */
export function classCaptions(
  classes: readonly string[],
  templates: readonly string[] = TEMPLATES,
): string[] {
  return classes.flatMap((name) => templates.map((template) => template.replace("{}", name)));
}

/** Mean direction of each class's caption embeddings [classes · templates, dim]: [classes, dim], length 1. */
export function classEmbeddings(captions: Rows, dim: number, templates: number): Float64Array {
  const unit = normaliseRows(captions, dim), classes = countRows(captions, dim) / templates;
  if (!Number.isInteger(classes)) {
    throw new Error(`${unit.length / dim} captions, expected a multiple of ${templates} templates`);
  }
  const sum = new Float64Array(classes * dim);
  for (let i = 0; i < unit.length; i++) {
    sum[Math.floor(i / (dim * templates)) * dim + i % dim]! += unit[i] as number;
  }
  return normaliseRows(sum, dim);
}

/** Shares in [0, 1]. */
export interface Accuracy {
  /** Share of pictures given one of their classes. */
  accuracy: number;
  /** Mean over classes of the share of their pictures given one of their classes. */
  balanced: number;
  /** Accuracy of giving every picture the class that most of them have. */
  majority: number;
  /** Pictures counted. */
  pictures: number;
}

/** Zero-shot accuracy of image embeddings [n, dim] by class embeddings [classes, dim]. */
export function zeroShot(
  images: Rows,
  classes: Rows,
  dim: number,
  labels: readonly (readonly number[])[],
): Accuracy {
  const scores = innerProducts(normaliseRows(images, dim), normaliseRows(classes, dim), dim);
  return accuracyOf(scores, countRows(classes, dim), labels);
}

/**
 * Accuracy of taking the class of the highest score [n, classes]; `labels[i]` are the true classes of
 * picture i, one or several; pictures without are left out. A tie at the top counts as wrong, so that
 * equal scores gain nothing. Throws where no picture has a label.
 */
export function accuracyOf(
  scores: Rows,
  classes: number,
  labels: readonly (readonly number[])[],
): Accuracy {
  const n = countRows(scores, classes);
  if (labels.length !== n) throw new Error(`${labels.length} labels for ${n} rows of scores`);
  const hits: number[] = [], byClass = Array.from({ length: classes }, () => [] as number[]);
  for (let i = 0; i < n; i++) {
    const own = labels[i]!;
    if (own.length === 0) continue;
    const score = scores.subarray(i * classes, (i + 1) * classes);
    let best = -Infinity, falseBest = -Infinity;
    score.forEach((value, c) => {
      if (own.includes(c)) best = Math.max(best, value);
      else falseBest = Math.max(falseBest, value);
    });
    const hit = best > falseBest ? 1 : 0;
    hits.push(hit);
    for (const c of own) byClass[c]!.push(hit);
  }
  if (hits.length === 0) throw new Error("no picture has a label, expected at least one");
  const filled = byClass.filter(({ length }) => length > 0);
  return {
    accuracy: mean(hits),
    balanced: mean(filled.map(mean)),
    majority: Math.max(...filled.map(({ length }) => length)) / hits.length,
    pictures: hits.length,
  };
}
