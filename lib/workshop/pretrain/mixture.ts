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

/** One of a picture's captions: any of its phrasings that `fits`, or of all where none does. */
export function phraseOf(
  p: Pictures,
  index: number,
  s: Stream,
  fits: (phrase: string) => boolean = () => true,
): string {
  const phrasings = p.phrasings?.[index] ?? [p.captions[index] as string];
  const fitting = phrasings.filter(fits);
  return s.pick(fitting.length > 0 ? fitting : phrasings);
}

/** The pictures of a source by kind and by colour, for {@link hardBatch}. */
export interface Neighbourhood {
  readonly byKind: ReadonlyMap<string, readonly number[]>;
  readonly byColour: ReadonlyMap<string, readonly number[]>;
}

/** Gathers the pictures of a source whose colour is known. */
export function neighbourhoodOf({ shows = [] }: Pictures): Neighbourhood {
  const byKind = new Map<string, number[]>(), byColour = new Map<string, number[]>();
  for (const [i, { kind, colour }] of shows.entries()) {
    if (colour === undefined) continue;
    for (const [map, key] of [[byKind, kind], [byColour, colour]] as const) {
      const those = map.get(key);
      if (those) those.push(i);
      else map.set(key, [i]);
    }
  }
  return { byKind, byColour };
}

/** A picture of a batch, and whether another one differs from it by its colour or its kind alone. */
export interface Chosen {
  readonly index: number;
  readonly hard: boolean;
}

/**
 * `count` pictures of a source: trios of one drawn at random, one of its kind in another colour and one of
 * its colour of another kind, for a share `hard` of the draws and where the source says colours; else each
 * at random.
 */
export function hardBatch(
  p: Pictures,
  { byKind, byColour }: Neighbourhood,
  count: number,
  hard: number,
  s: Stream,
): Chosen[] {
  const chosen: Chosen[] = [];
  /** One of `among` that `fits`; any picture where a few draws find none. */
  const pick = (among: readonly number[], fits: (i: number) => boolean): number => {
    for (let tried = 0; tried < 8; tried++) {
      const i = s.pick(among);
      if (fits(i)) return i;
    }
    return s.int(p.count);
  };
  while (chosen.length < count) {
    const anchor = s.int(p.count), shown = p.shows?.[anchor];
    if (shown?.colour === undefined || s.uniform() >= hard) {
      chosen.push({ index: anchor, hard: false });
      continue;
    }
    const { kind, colour } = shown;
    const kin = byKind.get(kind) as readonly number[];
    const alike = byColour.get(colour) as readonly number[];
    const trio = [
      anchor,
      pick(kin, (i) => p.shows?.[i]?.colour !== colour),
      pick(alike, (i) => p.shows?.[i]?.kind !== kind),
    ];
    chosen.push(...trio.map((index) => ({ index, hard: true })));
  }
  return chosen.slice(0, count);
}

/** What a picture means: equal for pictures that match each other's captions. */
export function meaningOf(p: Pictures, index: number): string {
  const shown = p.shows?.[index];
  return shown?.meaning ?? p.captions[index] as string;
}
