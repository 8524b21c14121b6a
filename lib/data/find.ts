/**
 * Finds data sets by name: in the folder of UNIDIFF_DATA first, then among those that `deno task data
 * get` brought, then in the project's own `data/`.
 */
import { Misnamed } from "../runtime/mod.ts";
import { join, resolve } from "@std/path";
import { type Address, parseAddress } from "./address.ts";
import { dataFolder, downloadsFolder, isFolder, projectFolder } from "./folders.ts";
import { inFold } from "./folds.ts";
import { FORMATS } from "./formats/mod.ts";
import { listFiles } from "./formats/format.ts";
import { loadFolder, type LoadOptions } from "./load.ts";
import type { DataSet, Origin } from "./record.ts";
import { DRAWN_SETS, drawnDataSet, parseDrawnName } from "./sources/drawn.ts";

/** What is known of the sets beyond their lines. */
const KNOWN: Record<string, Pick<LoadOptions, "kind" | "licence" | "skipBad">> = {
  "fashion-man": { kind: "photographs", licence: "OSL-3.0" },
  "fashion-woman": { kind: "photographs", licence: "OSL-3.0" },
  "ecommerce-product": { kind: "renders and photographs" },
  "product-views": { kind: "renders" },
  "product-corpus": { kind: "renders" },
  // Copies of published sets have their gaps, whoever made the copy.
  "deepfashion-multimodal": {
    kind: "photographs",
    licence: "non-commercial research only, no redistribution",
    skipBad: true,
  },
  "kaggle-fashion": { kind: "photographs", licence: "the uploader's tag: MIT", skipBad: true },
};

/** Options of {@link findDataSet}. */
export interface FindOptions {
  /** Leaves bad lines and pictures out and lists them in `skipped`, rather than throwing. */
  skipBad?: boolean;
  /** Where data sets are looked for; see {@link dataPlaces}. */
  places?: readonly DataPlace[];
}

/** A folder of data sets. */
export interface DataPlace {
  origin: Origin;
  folder: string;
}

/** A data set that can be loaded. */
export interface AvailableDataSet {
  name: string;
  folder: string;
  where: Origin;
  /** The layout that the folder's content looks like. */
  format: string;
}

/**
 * The folders of data sets in order of preference: that of UNIDIFF_DATA, if set, `datasets/` and
 * `data/`.
 *
 * A relative UNIDIFF_DATA is looked for from the working folder, then from the project's, because a
 * notebook's kernel works in `notebooks/`. Throws if it names no folder.
 */
export async function dataPlaces(wanted = Deno.env.get("UNIDIFF_DATA")): Promise<DataPlace[]> {
  const own: DataPlace[] = [{ origin: "embedded", folder: dataFolder }];
  if (await isFolder(downloadsFolder)) {
    own.unshift({ origin: "downloaded", folder: downloadsFolder });
  }
  if (wanted === undefined || wanted === "") return own;
  const tried = [...new Set([resolve(wanted), resolve(projectFolder, wanted)])];
  for (const folder of tried) {
    if (await isFolder(folder)) return [{ origin: "UNIDIFF_DATA", folder }, ...own];
  }
  throw new Error(
    `UNIDIFF_DATA is "${wanted}", expected a folder that holds data sets; found none at ` +
      `${tried.join(" or ")}. Correct it, or unset it to use the embedded data.`,
  );
}

/** Every data set there is, those that come first in preference first. Loads none of them. */
export async function availableDataSets(
  places?: readonly DataPlace[],
): Promise<AvailableDataSet[]> {
  const found: AvailableDataSet[] = [];
  for (const { origin, folder } of places ?? await dataPlaces()) {
    for await (const { name } of Deno.readDir(folder)) {
      const format = await formatIn(join(folder, name));
      if (format) found.push({ name, folder: join(folder, name), where: origin, format });
    }
  }
  const rank = ["UNIDIFF_DATA", "downloaded", "embedded", "path"];
  return found.sort((a, b) =>
    rank.indexOf(a.where) - rank.indexOf(b.where) || (a.name < b.name ? -1 : 1)
  );
}

/**
 * The names to use for some names: a set of photographs that is nowhere here gives way to the drawn
 * set in its place ("fashion-man" to "fashion-man-drawn"); all others stay as they are.
 */
export async function photographsOrDrawn(
  names: readonly string[],
  places?: readonly DataPlace[],
): Promise<string[]> {
  const looked = places ?? await dataPlaces();
  return await Promise.all(names.map(async (name) => {
    const [place = "", ...options] = name.split("#"), drawn = `${place}-drawn`;
    if (!Object.hasOwn(DRAWN_SETS, drawn)) return name;
    for (const { folder } of looked) if (await formatIn(join(folder, place))) return name;
    return [drawn, ...options].join("#");
  }));
}

/** The layout of a folder, or undefined where it is none of a data set. */
async function formatIn(folder: string): Promise<string | undefined> {
  const name = folder.split(/[/\\]/).at(-1) as string;
  if (name.startsWith(".") || !await isFolder(folder)) return undefined;
  const files = await listFiles(folder);
  return FORMATS.find((format) => format.detect(files))?.name;
}

/**
 * Loads a data set by its name, or the folder at a path (a name with a slash in it); options stand
 * behind "#", see {@link parseAddress}. The drawn sets need no folder: they are rendered on first use,
 * in any number ("fashion-man-drawn:5000").
 *
 * Throws where there is no such set, naming the places looked at and the sets there are, and on bad
 * rows or pictures (see {@link loadFolder}) unless `skipBad`.
 */
export async function findDataSet(name: string, options: FindOptions = {}): Promise<DataSet> {
  const { fold, ...address } = parseAddress(name), set = await wholeSet(address, options);
  return fold === undefined ? set : inFold(set, fold);
}

/** The set at an address, whatever fold of it is wanted. */
async function wholeSet(
  { place, ...asked }: Omit<Address, "fold">,
  options: FindOptions,
): Promise<DataSet> {
  const { skipBad = false } = options;
  if (/[/\\]/.test(place)) return await loadFolder(place, { ...asked, origin: "path", skipBad });
  const places = options.places ?? await dataPlaces();
  for (const { origin, folder } of places) {
    const candidate = join(folder, place);
    if (asked.format === undefined ? await formatIn(candidate) : await isFolder(candidate)) {
      const known = KNOWN[place];
      return await loadFolder(candidate, {
        ...known,
        ...asked,
        origin,
        skipBad: skipBad || known?.skipBad,
      });
    }
  }
  const drawn = parseDrawnName(place);
  if (drawn) return await drawnDataSet(drawn);
  const names = (await availableDataSets(places)).map((set) => set.name);
  throw new Misnamed(
    `Data set "${place}": none found at ` +
      `${places.map(({ folder }) => join(folder, place)).join(" or ")}; there are: ` +
      `${[...new Set(names)].join(", ") || "none"}. ` +
      (places.some(({ origin }) => origin === "UNIDIFF_DATA")
        ? "Put the set into the folder of UNIDIFF_DATA, "
        : `Set UNIDIFF_DATA to the folder that holds "${place}/", `) +
      'get it with "deno task data get", or give the path of a set, such as "./my-set".',
  );
}
