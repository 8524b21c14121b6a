/** Whether a model knows a set's training part already, before any fine-tuning. */
import { foldsByProduct } from "../../data/mod.ts";
import { mean, quantile, retrievalBothWays, sameLabel, takeRows } from "../../eval/mod.ts";
import { stream } from "../../runtime/mod.ts";

/** How often galleries of a part are drawn that are to be as large as the other part. */
export const DRAWS = 20;

/** How often chance divides a set into two parts as large as its training and its test part. */
export const DIVISIONS = 100;

/** Folds by product, as a study has them. */
export const FOLDS = 5;

/** Draws of galleries in a division by chance, of which there are many. */
const DIVISION_DRAWS = 3;

/** Pictures of a part with their captions, as a model embeds them: [n, dim] each. */
export interface EmbeddedPart {
  readonly images: Float32Array;
  readonly texts: Float32Array;
  readonly captions: readonly string[];
  readonly products: readonly string[];
}

/** Retrieval within the training and the test part of a set, as R sums. */
export interface GapFigures {
  /** Recalls at 1, 5 and 10 of both directions, in percent, added up: 600 at most. */
  readonly training: number;
  readonly test: number;
  /** Pictures of each, drawn alike: galleries of equal size. */
  readonly pictures: number;
  /** The central 95 % of the gaps, training − test, of parts that chance makes of the same pictures. */
  readonly chance: readonly [number, number];
  /** The mean gap of {@link FOLDS} folds by product of the same pictures, each fold the test part once. */
  readonly folds: number;
}

/**
 * R sums of both parts in galleries of equal size, whole products, means of {@link DRAWS} draws; and
 * the gaps between parts that chance makes of the same products: a model that has seen neither part has
 * a gap like those, whatever it is, for parts differ in how hard they are.
 */
export function gapFigures(
  training: EmbeddedPart,
  test: EmbeddedPart,
  dim: number,
  divisions = DIVISIONS,
): GapFigures {
  const captions = [...training.captions, ...test.captions];
  const products = [...training.products, ...test.products];
  const images = joined(training.images, test.images), texts = joined(training.texts, test.texts);
  const seen = training.captions.length, unseen = test.captions.length;
  const count = Math.min(seen, unseen);
  const recallSum = (at: readonly number[]) => {
    const [some, their] = [images, texts].map((rows) => takeRows(rows, dim, at));
    const same = sameLabel(at.map((i) => captions[i] as string));
    return 100 * retrievalBothWays(some!, their!, dim, same).recallSum;
  };
  /** The mean over draws of `size` of some pictures; one draw where all are taken. */
  const drawn = (among: readonly number[], size: number, draws: number) =>
    mean(Array.from(
      { length: among.length === size ? 1 : draws },
      (_, draw) => recallSum(wholeProducts(among, products, draw).slice(0, size)),
    ));
  const gapOf = (training: readonly number[], test: readonly number[], draws: number) => {
    const size = Math.min(training.length, test.length);
    return drawn(training, size, draws) - drawn(test, size, draws);
  };
  const all = [...captions.keys()];
  const chance = Array.from({ length: divisions }, (_, division) => {
    const order = wholeProducts(all, products, DRAWS + division);
    return gapOf(order.slice(unseen), order.slice(0, unseen), DIVISION_DRAWS);
  });
  const fold = foldsByProduct(products.map((product) => ({ product })), FOLDS, stream(0, "folds"));
  const folds = Array.from(
    { length: FOLDS },
    (_, k) => gapOf(all.filter((i) => fold[i] !== k), all.filter((i) => fold[i] === k), DRAWS),
  );
  return {
    training: drawn(all.slice(0, seen), count, DRAWS),
    test: drawn(all.slice(seen), count, DRAWS),
    pictures: count,
    chance: [quantile(chance, 0.025), quantile(chance, 0.975)],
    folds: mean(folds),
  };
}

/** `among`, whole products in an order drawn from `seed`: views of one thing stay together. */
function wholeProducts(
  among: readonly number[],
  products: readonly string[],
  seed: number,
): number[] {
  const together = [...Map.groupBy(among, (i) => products[i] as string).values()];
  const order = stream(seed, "gap").permutation(together.length);
  return Array.from(order, (i) => together[i]!).flat();
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
