import { derived, sideBySide, tf } from "../../runtime/mod.ts";

/** A part of a batch. */
export interface Part {
  /** Its items of a tensor whose first axis is the batch. */
  of<T extends tf.Tensor>(x: T): T;
  /** Its items of an array with one number for each. */
  numbers(array: ArrayLike<number>): ArrayLike<number>;
}

/**
 * `f`, which looks at every item of a batch by itself, of the parts of `batch` items that a graph computes
 * side by side (runtime/threads.ts), put together again; elsewhere of the whole.
 */
export function inParts<R extends Record<string, tf.Tensor>>(
  batch: number,
  f: (part: Part) => R,
): R {
  const parts = Math.min(batch, sideBySide());
  if (parts <= 1) return f({ of: (x) => x, numbers: (array) => array });
  return tf.tidy(() => {
    const found = Array.from({ length: parts }, (_, k) => {
      const from = Math.floor(batch * k / parts), to = Math.floor(batch * (k + 1) / parts);
      return f({
        of: <T extends tf.Tensor>(x: T) => tf.slice(x, [from], [to - from]) as T,
        numbers: (array) => derived(array, (all) => Float32Array.from(all).subarray(from, to)),
      });
    });
    const names = Object.keys(found[0] as R) as (keyof R)[];
    return Object.fromEntries(
      names.map((name) => [name, tf.concat(found.map((part) => part[name] as tf.Tensor))]),
    ) as R;
  });
}
