/**
 * Which pictures a run sees, and when: functions of the seed and the step alone, so that every row of
 * an ablation sees the same batches and a resumed run needs no saved state.
 */
import { stream } from "../runtime/mod.ts";
import type { DataSet, ProductRecord, Split } from "./record.ts";

/** The order of `n` pictures in an epoch: a permutation of 0 … n-1. */
export function epochOrder(n: number, seed: number, epoch: number): Int32Array {
  return stream(seed, "order", epoch).permutation(n);
}

/**
 * The pictures of a step, counted from 0: the step's slice of all epochs' orders laid end to end.
 *
 * Int32Array of min(batch, n) indices below `n`: with fewer pictures than a batch holds, each step is
 * one whole epoch. A batch over the end of an epoch may hold a picture twice. Throws on n or batch
 * below 1 and on a negative step.
 */
export function batchIndices(n: number, batch: number, step: number, seed: number): Int32Array {
  for (
    const [name, value, least] of [["n", n, 1], ["batch", batch, 1], ["step", step, 0]] as const
  ) {
    if (!Number.isInteger(value) || value < least) {
      throw new Error(
        `batchIndices: expected an integer ${name} of at least ${least}, found ${value}`,
      );
    }
  }
  const size = Math.min(batch, n), start = step * size;
  const indices = new Int32Array(size);
  for (let filled = 0; filled < size;) {
    const position = start + filled, epoch = Math.floor(position / n), from = position - epoch * n;
    const slice = epochOrder(n, seed, epoch).subarray(from, from + size - filled);
    indices.set(slice, filled);
    filled += slice.length;
  }
  return indices;
}

/**
 * The records of a share of the products, in their order: round(fraction · products) of them, at
 * least 2. With the same seed a smaller share lies within a larger one. Throws on a fraction outside
 * (0, 1].
 */
export function subsetByProduct<R extends Pick<ProductRecord, "product">>(
  records: readonly R[],
  fraction: number,
  seed: number,
): R[] {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new Error(`subsetByProduct: expected a fraction in (0, 1], found ${fraction}`);
  }
  const products = [...new Set(records.map(({ product }) => product))].sort();
  const count = Math.max(2, Math.round(fraction * products.length));
  const order = stream(seed, "subset").permutation(products.length);
  const kept = new Set(Array.from(order.subarray(0, count), (at) => products[at]));
  return records.filter(({ product }) => kept.has(product));
}

/**
 * The records to train on: the training split without the close-ups (view "alternate"), which show a
 * detail under the caption of the whole garment.
 */
export function trainingRecords(set: DataSet): ProductRecord[] {
  return set.records.filter(({ split, attributes }) =>
    split === "train" && attributes.view !== "alternate"
  );
}

/** The records of a split to measure on: fronts only, where views are told apart. */
export function evaluationRecords(set: DataSet, split: Split): ProductRecord[] {
  return set.records.filter((record) =>
    record.split === split && (record.attributes.view ?? "front") === "front"
  );
}
