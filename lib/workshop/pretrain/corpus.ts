import {
  cacheFolder,
  dataFolder,
  type DataSet,
  evaluationRecords,
  findDataSet,
  openPixels,
  positionsOf,
  type ProductRecord,
  trainingRecords,
} from "../../data/mod.ts";
import { emojiCorpus } from "./emoji/corpus.ts";
import { type DrawnCorpus, drawnCorpus, drawnSeeds } from "../../drawn/mod.ts";
import { progress } from "../../runtime/mod.ts";
import { refuseLeakedPictures, refuseLeakedProducts } from "./leaks.ts";
import { productPhrasings } from "./phrases.ts";
import type { Pictures } from "./pictures.ts";

/** What the miniature learns from. */
export interface TrainingCorpus {
  /** Drawn garments and products. */
  readonly drawn: Pictures;
  /** The training part of the embedded product set. */
  readonly products: Pictures;
  /** Emoji that show things. */
  readonly emoji: Pictures;
}

/** What it is measured on, by set: drawn pictures of another seed, and every real set that was found. */
export interface HeldOutPictures {
  /** Test splits, fronts only where views are told apart. */
  readonly test: Readonly<Record<string, Pictures>>;
  /** Validation and test splits together, likewise: larger galleries for retrieval. */
  readonly galleries: Readonly<Record<string, Pictures>>;
}

/** The real sets that the card measures. */
const REAL = ["fashion-man", "fashion-woman", "ecommerce-product"] as const;

/**
 * Gathers the corpus at `size` pixels with `drawn` drawn pictures, and shows progress.
 *
 * Training takes nothing from any test or validation split, and of the real sets only the training
 * part of the product pictures that the project embeds; fashion photographs serve measuring alone.
 * Products and pictures are compared with everything held out; throws where they meet.
 */
export async function trainingCorpus(size: number, drawn: number): Promise<TrainingCorpus> {
  const line = progress(drawn, "drawing the corpus", { unit: "pictures" });
  const cache = cacheFolder("drawn"), seed = drawnSeeds.training;
  const drawing = await drawnCorpus(drawn, { seed, size, cache, onDone: (n) => line.step(n) });
  await line.done();
  const embedded = await findDataSet("ecommerce-product", {
    places: [{ origin: "embedded", folder: dataFolder }],
  });
  const records = trainingRecords(embedded);
  await refuseLeakedProducts("ecommerce-product", records, [embedded, ...await realSets()]);
  const products = await load(embedded, records, size), emoji = await emojiCorpus(size);
  const corpus = {
    drawn: { count: drawing.n, size, bytes: drawing.bytes, captions: drawing.captions },
    products: { ...products, phrasings: products.captions.map(productPhrasings) },
    emoji: { ...emoji, captions: emoji.phrasings.map(([first]) => first as string) },
  };
  refuseLeakedPictures({ ...corpus }, (await heldOutPictures(size)).galleries);
  return corpus;
}

/** Drawings that nothing is trained on, at `size` pixels. */
export function heldOutDrawings(size: number): Promise<DrawnCorpus> {
  return drawnCorpus(500, { seed: drawnSeeds.heldOut, size, cache: cacheFolder("drawn") });
}

/** Gathers what the miniature is measured on, at `size` pixels. */
export async function heldOutPictures(size: number): Promise<HeldOutPictures> {
  const drawing = await heldOutDrawings(size);
  const drawn = { count: drawing.n, size, bytes: drawing.bytes, captions: drawing.captions };
  const test: Record<string, Pictures> = { drawn }, galleries: Record<string, Pictures> = { drawn };
  for (const set of await realSets()) {
    const tested = evaluationRecords(set, "test"), chosen = evaluationRecords(set, "validation");
    test[set.name] = await load(set, tested, size);
    galleries[set.name] = await load(set, [...chosen, ...tested], size);
  }
  return { test, galleries };
}

async function realSets(): Promise<DataSet[]> {
  const sets = await Promise.all(REAL.map((name) => findDataSet(name).catch(() => undefined)));
  return sets.filter((set) => set !== undefined);
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
