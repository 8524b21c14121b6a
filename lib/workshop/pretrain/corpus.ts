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
import { type DrawnCorpus, drawnCorpus, drawnSeeds } from "../../drawn/mod.ts";
import { refuseKnownPictures, refuseKnownProducts } from "./leaks.ts";
import { productPhrasings } from "./phrases.ts";
import type { Pictures, Shows } from "./pictures.ts";
import { drawnSources } from "./sources/drawings.ts";
import { emojiCorpus } from "./sources/emoji.ts";
import { iconCorpus } from "./sources/icons.ts";
import { fetchPackages } from "./sources/packages.ts";

/** Where pictures to learn from come from. */
export const SOURCE_NAMES = ["garments", "things", "emoji", "icons", "models"] as const;

/** A source of pictures. */
export type SourceName = typeof SOURCE_NAMES[number];

/**
 * What a model learns from, as far as its recipe has a share for it: drawn garments and things, emoji in
 * four styles, plain icons painted in the colour words, and renders of 3D models (data/product-corpus)
 * that are in no set to fine-tune on.
 */
export type TrainingCorpus = Readonly<Partial<Record<SourceName, Pictures>>>;

/** What it is measured on, by set: drawn pictures of another seed, and every real set that was found. */
export interface HeldOutPictures {
  /** Test splits, fronts only where views are told apart. */
  readonly test: Readonly<Record<string, Pictures>>;
  /** Training splits likewise: whether a model knows them better than the test splits. */
  readonly training: Readonly<Record<string, Pictures>>;
  /** Validation and test splits together, likewise: larger galleries for retrieval. */
  readonly galleries: Readonly<Record<string, Pictures>>;
}

/** The sources that are drawn for pretraining alone. */
const DRAWN: readonly SourceName[] = ["garments", "things"];

/** The sets that are fine-tuned on and measured. */
const TUNED = ["fashion-man", "fashion-woman", "ecommerce-product", "product-views"] as const;

/**
 * Gathers the sources of `names` at `size` pixels, with `drawn` drawn pictures, and shows progress.
 *
 * Nothing of any set that is fine-tuned on is in it, training parts included: products, titles and
 * pictures are compared; throws where they meet.
 */
export async function trainingCorpus(
  size: number,
  drawn: number,
  names: ReadonlySet<SourceName>,
): Promise<TrainingCorpus> {
  // A drawing of a seed of pretraining's own is in no set.
  const sets = [...names].every((name) => DRAWN.includes(name)) ? [] : await tunedSets();
  if (names.has("emoji") || names.has("icons")) await fetchPackages();
  const all = {
    ...(names.has("models") ? { models: await modelCorpus(size, sets) } : {}),
    ...await drawnSources(drawn, size),
    ...(names.has("emoji") ? { emoji: await emojiCorpus(size) } : {}),
    ...(names.has("icons") ? { icons: await iconCorpus(size) } : {}),
  };
  const corpus = Object.fromEntries(
    Object.entries(all).filter(([name]) => names.has(name as SourceName)),
  );
  const tuned = sets.map(async (set) => [set.name, await load(set, set.records, size)] as const);
  refuseKnownPictures(corpus, Object.fromEntries(await Promise.all(tuned)));
  return corpus;
}

/** The embedded renders for pretraining; throws where a product of theirs is in one of the sets. */
async function modelCorpus(size: number, sets: readonly DataSet[]): Promise<Pictures> {
  const places = [{ origin: "embedded", folder: dataFolder }] as const;
  const set = await findDataSet("product-corpus", { places }), records = trainingRecords(set);
  await refuseKnownProducts(records, sets);
  const rendered = await load(set, records, size);
  return { ...rendered, phrasings: rendered.captions.map(productPhrasings) };
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
  const training: Record<string, Pictures> = {};
  for (const set of await tunedSets()) {
    const tested = evaluationRecords(set, "test"), chosen = evaluationRecords(set, "validation");
    test[set.name] = await load(set, tested, size);
    training[set.name] = await load(set, evaluationRecords(set, "train"), size);
    galleries[set.name] = await load(set, [...chosen, ...tested], size);
  }
  return { test, training, galleries };
}

async function tunedSets(): Promise<DataSet[]> {
  const sets = await Promise.all(TUNED.map((name) => findDataSet(name).catch(() => undefined)));
  return sets.filter((set) => set !== undefined);
}

async function load(
  set: DataSet,
  records: readonly ProductRecord[],
  size: number,
): Promise<Pictures> {
  const captions = records.map((r) => r.captions[0] as string);
  const bytes = (await openPixels(set, size)).bytes(positionsOf(set, records));
  return { count: records.length, size, bytes, captions, shows: records.map(showsOf) };
}

/** What a record says that it shows: a garment's category, else the product; a colour where it is one. */
function showsOf({ product, attributes: { gender, category, color } }: ProductRecord): Shows {
  const kind = gender !== undefined && typeof category === "string" ? category : product;
  const colours = typeof color === "string" ? [color] : color ?? [];
  return { kind, product, ...(colours.length === 1 ? { colour: colours[0] as string } : {}) };
}
