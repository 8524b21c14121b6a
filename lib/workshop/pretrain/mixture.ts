/** Batches from several sources of captioned pictures. */
import type { Stream } from "../../runtime/mod.ts";
import type { Pictures } from "./pictures.ts";

/** A source of pictures and its part of each batch. */
export interface Source {
  readonly pictures: Pictures;
  /** Share of a batch; the shares of all sources make up 1. */
  readonly share: number;
}

/**
 * How many of `batch` pictures each source gives: whole numbers that add up to `batch`, the largest
 * remainders rounded up. Throws on shares below 0 or that do not add up to 1.
 */
export function partsOf(batch: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  if (shares.some((share) => !(share >= 0)) || Math.abs(sum - 1) > 1e-6) {
    throw new Error(`partsOf: expected shares of at least 0 that add up to 1, found ${shares}`);
  }
  const exact = shares.map((share) => share * batch), parts = exact.map(Math.floor);
  const order = [...exact.keys()].sort((a, b) =>
    (exact[b] as number) % 1 - (exact[a] as number) % 1 || a - b
  );
  const missing = batch - parts.reduce((a, b) => a + b, 0);
  for (const at of order.slice(0, missing)) parts[at]!++;
  return parts;
}

/** The source of every picture of a batch, by its number: each as often as {@link partsOf} says. */
export function sourcesOf(batch: number, shares: readonly number[]): number[] {
  return partsOf(batch, shares).flatMap((count, source) => Array(count).fill(source) as number[]);
}

/** One of a picture's captions: any of its phrasings, or the only one there is. */
export function phraseOf(p: Pictures, index: number, s: Stream): string {
  const phrasings = p.phrasings?.[index];
  return phrasings ? s.pick(phrasings) : p.captions[index] as string;
}
