/** Folds by product: every product is tested in exactly one of them. */
import { type Stream, stream } from "../runtime/mod.ts";
import type { DataSet, Fold } from "./record.ts";
import { components, type Linked } from "./splits.ts";

/**
 * The fold, 0 … folds − 1, in which each item is tested; products that share a picture stay together.
 *
 * Components are dealt in an order drawn from `draws`, each to the fold with the fewest items so far,
 * so that folds are of near equal size. The same items and stream give the same folds, in whatever
 * order items come. Throws for fewer than two folds or fewer components than folds.
 */
export function foldsByProduct(items: readonly Linked[], folds: number, draws: Stream): number[] {
  if (!Number.isInteger(folds) || folds < 2) {
    throw new Error(`folds: expected an integer of 2 or more, found ${folds}; 5 is usual`);
  }
  const of = components(items), sizes = new Map<string, number>();
  for (const component of of) sizes.set(component, (sizes.get(component) ?? 0) + 1);
  const names = [...sizes.keys()].sort();
  if (names.length < folds) {
    throw new Error(
      `folds: expected at least ${folds} products that share no picture, found ${names.length}; ` +
        "add products, or take fewer folds",
    );
  }
  const order = [...draws.permutation(names.length)].map((i) => names[i] as string);
  // Large ones first, else the last one dealt could make its fold far larger than the others; the
  // sort keeps the order drawn among equals.
  order.sort((a, b) => (sizes.get(b) as number) - (sizes.get(a) as number));
  const filled = new Array<number>(folds).fill(0), fold = new Map<string, number>();
  for (const name of order) {
    const least = filled.indexOf(Math.min(...filled));
    fold.set(name, least);
    filled[least] = filled[least]! + (sizes.get(name) as number);
  }
  return of.map((component) => fold.get(component) as number);
}

/**
 * A set whose products of one fold are its test part and all others its training part, whatever splits
 * it had; folds are drawn by product once for all, so that the tests of all folds are the whole set.
 *
 * Throws for a fold that there is not.
 */
export function inFold(set: DataSet, fold: Fold): DataSet {
  const { index, of } = fold;
  if (!Number.isInteger(index) || index < 1 || index > of) {
    throw new Error(`fold ${index}of${of}: expected a number from 1 to ${of}`);
  }
  const tested = foldsByProduct(set.records, of, stream(0, "folds"));
  const records = set.records.map((record, i) => (
    { ...record, split: tested[i] === index - 1 ? "test" as const : "train" as const }
  ));
  return { ...set, records, splits: "made", fold };
}

/** A fold as it is written: "1of5". */
export function foldName({ index, of }: Fold): string {
  return `${index}of${of}`;
}

/** Reads "1of5"; undefined for any other text. */
export function parseFold(text: string): Fold | undefined {
  const [, index, of] = /^([1-9]\d{0,2})of([1-9]\d{0,2})$/.exec(text) ?? [];
  return index === undefined || of === undefined ? undefined : { index: +index, of: +of };
}
