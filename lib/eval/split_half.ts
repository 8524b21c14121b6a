/** How far two halves of the same real pictures lie apart: the least that a distance can mean. */
import { stream } from "../runtime/mod.ts";
import { frechetDistance, kernelDistance } from "./generation.ts";
import { countRows, type Rows, takeRows } from "./linalg.ts";
import { mean, standardDeviation } from "./statistics.ts";

/**
 * Two parts of equal size of `groups.length` things, drawn from `seed` and `round`, no group in both:
 * colours and views of one product would make the halves look alike.
 *
 * Throws where all things are of one group.
 */
export function halves(
  groups: readonly string[],
  seed: number,
  round = 0,
): [Int32Array, Int32Array] {
  const names = [...new Set(groups)].sort();
  if (names.length < 2) throw new Error("1 product, expected at least 2 for two halves");
  const order = stream(seed, "halves", round).permutation(names.length);
  const sides: [number[], number[]] = [[], []];
  for (const at of order) {
    // Into the smaller side, so that products of many pictures even out.
    const side = sides[0].length <= sides[1].length ? sides[0] : sides[1];
    groups.forEach((group, i) => group === names[at] && side.push(i));
  }
  const size = Math.min(sides[0].length, sides[1].length);
  return [Int32Array.from(sides[0].slice(0, size)), Int32Array.from(sides[1].slice(0, size))];
}

/** Fréchet distances at one count of pictures: of halves of the real ones, or of the generated ones. */
export interface FrechetFloor {
  /** Between two halves of the real pictures. */
  floor: number;
  /** Between one half and as many generated pictures: to be compared with `floor`. */
  half: number;
  /** Pictures on either side, on average. */
  pictures: number;
}

/**
 * {@link FrechetFloor} of real [n, dim] and generated [m, dim] features, the mean over `rounds` splits
 * of the real ones by `products`; where fewer are generated than a half holds, with so many.
 */
export function frechetFloor(
  real: Rows,
  generated: Rows,
  dim: number,
  products: readonly string[],
  { rounds = 10, seed = 0 } = {},
): FrechetFloor {
  const m = countRows(generated, dim), floor: number[] = [], half: number[] = [];
  const sizes: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [a, b] = halves(products, seed, round);
    // Products are in random order, so the first ones of a half are a draw of it.
    const size = Math.min(a.length, m), first = takeRows(real, dim, a.subarray(0, size));
    const drawn = stream(seed, "half-drawn", round).permutation(m).subarray(0, size);
    floor.push(frechetDistance(first, takeRows(real, dim, b.subarray(0, size)), dim));
    half.push(frechetDistance(first, takeRows(generated, dim, drawn), dim));
    sizes.push(size);
  }
  return { floor: mean(floor), half: mean(half), pictures: mean(sizes) };
}

/** Kernel distance between halves of the real pictures [n, dim]: its mean, about 0, and deviation. */
export function kernelFloor(
  real: Rows,
  dim: number,
  products: readonly string[],
  { rounds = 20, seed = 0 } = {},
): { mean: number; std: number } {
  const found = Array.from({ length: rounds }, (_, round) => {
    const [a, b] = halves(products, seed, round);
    return kernelDistance(takeRows(real, dim, a), takeRows(real, dim, b), dim);
  });
  return { mean: mean(found), std: standardDeviation(found) };
}
