/** Whether two files hold the same numbers. */
import { BYTES, type Dtype } from "./header.ts";
import { narrowToBfloat16, roundToHalf } from "./half.ts";
import type { TensorSource } from "./source.ts";

/** A tensor that two sources hold differently. */
export interface Difference {
  readonly name: string;
  /** Largest difference of two numbers, or nothing where the shapes differ. */
  readonly largest?: number;
  /** Largest absolute value of the first source's tensor. */
  readonly scale: number;
  /** How many numbers differ, of how many. */
  readonly count: number;
  readonly size: number;
}

/**
 * The tensors called `names` whose numbers differ between two sources.
 *
 * Where one is stored in a narrower type than the other, the wider is rounded to it first: a half-
 * precision copy is the same.
 */
export async function compareTensors(
  a: TensorSource,
  b: TensorSource,
  names: readonly string[],
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const name of names) {
    const found = await compareOne(a, b, name);
    if (found.count > 0) differences.push(found);
  }
  return differences;
}

async function compareOne(a: TensorSource, b: TensorSource, name: string): Promise<Difference> {
  const x = a.tensors.get(name), y = b.tensors.get(name);
  const size = x?.shape.reduce((m, n) => m * n, 1) ?? 0;
  if (x?.shape.join() !== y?.shape.join()) return { name, scale: 0, count: size || 1, size };
  let largest = 0, scale = 0, count = 0;
  const [first, second] = [a.pieces(name), b.pieces(name)];
  const round = roundTo(x?.info.dtype as Dtype, y?.info.dtype as Dtype);
  for await (const { data } of first) {
    const other = (await second.next()).value?.data ?? [];
    for (let i = 0; i < data.length; i++) {
      const u = round(data[i] as number), v = round(other[i] as number);
      scale = Math.max(scale, Math.abs(u));
      if (Object.is(u, v) || u === v) continue;
      count++;
      largest = Math.max(largest, Math.abs(u - v));
    }
  }
  return { name, largest, scale, count, size };
}

/** Rounds numbers of two types to the narrower one; equal types are compared as they are. */
function roundTo(x: Dtype, y: Dtype): (value: number) => number {
  if (x === y) return (value) => value;
  if (x === "BF16" || y === "BF16") return narrowToBfloat16;
  if (BYTES[x] === 2 || BYTES[y] === 2) return roundToHalf;
  return Math.fround;
}

/** Differences in one line: how many tensors, and the largest of them by name. */
export function describeDifferences(differences: readonly Difference[]): string {
  const order = [...differences].sort((p, q) => (q.largest ?? Infinity) - (p.largest ?? Infinity));
  const shown = order.slice(0, 4).map(({ name, largest, scale, count, size }) =>
    largest === undefined
      ? `${name} in shape`
      : `${name} by up to ${largest.toPrecision(3)} (values up to ${scale.toPrecision(3)}; ` +
        `${count} of ${size} numbers)`
  );
  const more = differences.length > shown.length ? ", …" : "";
  const noun = differences.length === 1 ? "tensor" : "tensors";
  return `${differences.length} ${noun}: ${shown.join(", ")}${more}`;
}
