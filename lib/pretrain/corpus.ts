import { drawnCorpus } from "../data/synthetic/corpus.ts";
import { evaluationRecords, trainingRecords } from "../data/batches.ts";
import { findDataSet } from "../data/find.ts";
import { cacheFolder, dataFolder } from "../data/folders.ts";
import { openPixels, positionsOf } from "../data/pixel_cache.ts";
import type { DataSet, ProductRecord } from "../data/record.ts";
import type { Pictures } from "./pictures.ts";

/** What the miniature learns from, and what it is measured on. */
export interface PretrainCorpus {
  /** Drawn garments and products. */
  readonly drawn: Pictures;
  /** The training part of the embedded product set. */
  readonly products: Pictures;
  /** Test pictures by set: drawn ones of another seed, and every real set that was found. */
  readonly heldOut: Readonly<Record<string, Pictures>>;
}

/** Seeds of drawn pictures: what is drawn for measuring is never drawn for training. */
export const drawnSeeds = { training: 1, heldOut: 2 } as const;

/**
 * Gathers the corpus at `size` pixels; `drawn` is how many pictures to draw for training.
 *
 * Training takes nothing from any test or validation split, and of the real sets only the training
 * part of the product pictures that the project embeds. Fashion photographs serve measuring alone.
 */
export async function pretrainCorpus(
  size: number,
  drawn: number,
  onDrawn?: (count: number) => void,
): Promise<PretrainCorpus> {
  const training = await drawnCorpus(drawn, {
    seed: drawnSeeds.training,
    size,
    cache: cacheFolder("drawn"),
    ...(onDrawn ? { onDone: onDrawn } : {}),
  });
  const test = await drawnCorpus(500, {
    seed: drawnSeeds.heldOut,
    size,
    cache: cacheFolder("drawn"),
  });
  const embedded = await findDataSet("ecommerce-product", {
    places: [{ origin: "embedded", folder: dataFolder }],
  });
  const heldOut: Record<string, Pictures> = {
    drawn: { count: test.n, size, bytes: test.bytes, captions: test.captions },
  };
  for (const name of ["fashion-man", "fashion-woman", "ecommerce-product"]) {
    const set = await findDataSet(name).catch(() => undefined);
    if (set) heldOut[name] = await load(set, evaluationRecords(set, "test"), size);
  }
  return {
    drawn: { count: training.n, size, bytes: training.bytes, captions: training.captions },
    products: await load(embedded, trainingRecords(embedded), size),
    heldOut,
  };
}

async function load(
  set: DataSet,
  records: readonly ProductRecord[],
  size: number,
): Promise<Pictures> {
  const captions = records.map((r) => r.captions[0] as string);
  const bytes = (await openPixels(set, size)).bytes(positionsOf(set, records));
  return { count: records.length, size, bytes, captions };
}
