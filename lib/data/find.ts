/** Finds data sets by name: the folder of UNIDIFF_DATA first, then the project's own `data/`. */
import { join, resolve } from "@std/path";
import { dataFolder, isFile, isFolder, projectFolder } from "./folders.ts";
import { type ImageFolderOptions, loadImageFolder } from "./imagefolder.ts";
import { METADATA } from "./metadata.ts";
import type { DataSet, Origin } from "./record.ts";
import { drawnDataSet, parseDrawnName } from "./synthetic/fashion/dataset.ts";

/** What is known of the sets beyond their lines. */
const KNOWN: Record<string, Pick<ImageFolderOptions, "kind" | "licence">> = {
  "fashion-man": { kind: "photographs", licence: "OSL-3.0" },
  "fashion-woman": { kind: "photographs", licence: "OSL-3.0" },
  "ecommerce-product": { kind: "renders and photographs" },
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
}

/**
 * The folders of data sets in order of preference: that of UNIDIFF_DATA, if set, and `data/`.
 *
 * A relative UNIDIFF_DATA is looked for from the working folder, then from the project's, because a
 * notebook's kernel works in `notebooks/`. Throws if it names no folder.
 */
export async function dataPlaces(wanted = Deno.env.get("UNIDIFF_DATA")): Promise<DataPlace[]> {
  const embedded: DataPlace = { origin: "embedded", folder: dataFolder };
  if (wanted === undefined || wanted === "") return [embedded];
  const tried = [...new Set([resolve(wanted), resolve(projectFolder, wanted)])];
  for (const folder of tried) {
    if (await isFolder(folder)) return [{ origin: "UNIDIFF_DATA", folder }, embedded];
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
      if (name.startsWith(".") || !await isFile(join(folder, name, METADATA))) continue;
      found.push({ name, folder: join(folder, name), where: origin });
    }
  }
  const rank = ["UNIDIFF_DATA", "embedded", "path"];
  return found.sort((a, b) =>
    rank.indexOf(a.where) - rank.indexOf(b.where) || (a.name < b.name ? -1 : 1)
  );
}

/**
 * Loads a data set by its name, or the folder at a path (a name with a slash in it). The drawn sets
 * need no folder: they are rendered on first use, in any number ("fashion-man-drawn:5000").
 *
 * Throws where there is no such set, naming the places looked at and the sets there are, and on bad
 * lines or pictures (see {@link loadImageFolder}) unless `skipBad`.
 */
export async function findDataSet(name: string, options: FindOptions = {}): Promise<DataSet> {
  const { skipBad = false } = options;
  if (/[/\\]/.test(name)) return await loadImageFolder(name, { origin: "path", skipBad });
  const places = options.places ?? await dataPlaces();
  for (const { origin, folder } of places) {
    const candidate = join(folder, name);
    if (!name.startsWith(".") && await isFile(join(candidate, METADATA))) {
      return await loadImageFolder(candidate, { ...KNOWN[name], name, origin, skipBad });
    }
  }
  const drawn = parseDrawnName(name);
  if (drawn) return await drawnDataSet(drawn);
  const names = (await availableDataSets(places)).map((set) => set.name);
  throw new Error(
    `Data set "${name}": no ${METADATA} found at ` +
      `${places.map(({ folder }) => join(folder, name)).join(" or ")}; there are: ` +
      `${[...new Set(names)].join(", ") || "none"}. ` +
      (places.some(({ origin }) => origin === "UNIDIFF_DATA")
        ? "Put the set into the folder of UNIDIFF_DATA, "
        : `Set UNIDIFF_DATA to the folder that holds "${name}/${METADATA}", `) +
      'or give the path of a set, such as "./my-set".',
  );
}
