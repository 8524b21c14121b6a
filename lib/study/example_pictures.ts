/** The pictures of retrieval examples: from the very data set that runs were measured on. */
import { basename } from "@std/path";
import {
  dataPlaces,
  type DataSet,
  findDataSet,
  type FindOptions,
  mapLimited,
  mayBePublished,
  parseAddress,
  type ProductRecord,
  recordPixels,
} from "../data/mod.ts";
import { EXAMPLE_SIZE, type ExamplePictures, type FindPictures } from "../report/mod.ts";

/** Options of {@link examplePictures}. */
export interface PictureOptions {
  /** Leaves out pictures that may not be published. */
  readonly publishableOnly: boolean;
  /** Names and paths of data sets that a study was given, tried beside the set's own name. */
  readonly addresses?: readonly string[];
  /** Where data sets are looked for by name; see {@link dataPlaces}. */
  readonly places?: FindOptions["places"];
}

/**
 * Finds pictures of data sets by ids. The set must have the fingerprint that the runs name: another
 * version of it might show other pictures under the same ids.
 */
export function examplePictures(options: PictureOptions): FindPictures {
  return async (dataset, ids) => {
    const set = await sameSet(dataset, options);
    if (set === undefined) return undefined;
    const byId = new Map(set.records.map((record) => [record.id, record]));
    const records = ids.flatMap((id) => byId.get(id) ?? [])
      .filter((record) => !options.publishableOnly || mayBePublished(set, record));
    const tiles = await mapLimited(records, 4, async (record) => ({
      bytes: await recordPixels(record, EXAMPLE_SIZE),
      size: EXAMPLE_SIZE,
      count: 1,
    }));
    return {
      tiles: new Map(records.map(({ id }, i) => [id, tiles[i]!])),
      credits: [...new Set(records.map((record) => creditOf(set, record)))].sort(),
      private: records.some((record) => !mayBePublished(set, record)),
    } satisfies ExamplePictures;
  };
}

/** The set of a name and fingerprint, wherever it lies; undefined where it is nowhere. */
async function sameSet(
  { name, fingerprint }: { name: string; fingerprint: string },
  { addresses = [], places }: PictureOptions,
): Promise<DataSet | undefined> {
  const looked = places ?? await dataPlaces().catch(() => []);
  const given = addresses.filter((address) => nameBegins(address, name));
  for (const wanted of new Set([name, ...given])) {
    // One place at a time: the first set of a name may be another version. A path is in none.
    for (const places of /[/\\]/.test(wanted) ? [looked] : looked.map((place) => [place])) {
      const set = await findDataSet(wanted, { places, skipBad: true })
        .catch(() => undefined); // not here, or nothing of it can be read
      if (set?.fingerprint === fingerprint) return set;
    }
  }
}

/** Whether the set at an address may have a name: the folder's, and what was asked of it behind that. */
function nameBegins(address: string, name: string): boolean {
  try {
    return name.startsWith(basename(parseAddress(address).place));
  } catch {
    return false;
  }
}

/** "Ann (CC-BY-3.0)" */
function creditOf({ name, licence }: DataSet, { attributes }: ProductRecord): string {
  const text = (value: string | string[] | undefined) =>
    typeof value === "string" && value !== "" ? value : undefined;
  const creator = text(attributes.creator) ?? text(attributes.source) ?? name;
  return `${creator} (${text(attributes.license) ?? licence})`;
}
