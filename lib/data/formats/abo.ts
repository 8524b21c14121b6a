/**
 * Amazon Berkeley Objects: `listings/metadata/listings_<0-f>.json.gz` (one JSON object a line),
 * `images/metadata/images.csv.gz` (image_id, height, width, path) and the pictures
 * `images/small/<path>`, each in a folder or still in its archive (`abo-listings.tar`,
 * `abo-images-small.tar`).
 *
 * A record is a picture that is the main one of some listing; its captions are the English names of
 * those listings. Source: amazon-berkeley-objects.s3.amazonaws.com, README.
 */
import { join } from "@std/path";
import { stream } from "../../runtime/mod.ts";
import { filePicture, type PictureSource } from "../picture.ts";
import { parseCsv } from "./csv.ts";
import { attributesOf, type Format, problem, type Row } from "./format.ts";
import { NotText } from "../text.ts";
import { linesOf } from "./lines.ts";
import { tarEntries } from "./tar_index.ts";
import { gunzipped } from "./unpacked.ts";
import { tarPicture } from "./webdataset.ts";

const LISTINGS = /(^|\/)listings_[0-9a-f]\.json\.gz$/, IMAGES = /(^|\/)images\.csv\.gz$/;
const PHONE_CASE = "CELLULAR_PHONE_CASE";

/** Pictures of more listings than this (a logo, a size chart) say nothing of a product. */
const GENERIC = 50;

/** Amazon Berkeley Objects, unpacked or in its archives. */
export const abo: Format = {
  name: "abo",
  layout: "listings_<0-f>.json.gz, images.csv.gz and images/small, or abo-*.tar",
  strict: false,
  kind: "photographs",
  licence: "CC-BY-4.0 (older copies: CC-BY-NC-4.0), credit Amazon.com",
  detect: (files) =>
    [...files].some((path) => LISTINGS.test(path) || /(^|\/)abo-listings\.tar$/.test(path)),
  async *read(folder, files) {
    const all = stored(folder, files);
    const lists = [...all.keys()].filter((path) => LISTINGS.test(path)).sort();
    const table = [...all.keys()].find((path) => IMAGES.test(path));
    if (lists.length === 0 || table === undefined) {
      throw new Error(
        `${folder}: expected listings_0.json.gz … and images.csv.gz, found ` +
          `${lists.length === 0 ? "no listings" : "no images.csv.gz"} in ${files.size} files`,
      );
    }
    const paths = await imagePaths(`${folder}/${table}`, all.get(table)!);
    const listings: Listing[] = [];
    for (const list of lists) {
      for await (const row of readListings(`${folder}/${list}`, all.get(list)!)) {
        if ("reason" in row) yield row;
        else listings.push(row);
      }
    }
    yield* recordsOf(listings, paths, all);
  },
};

/** Every file by its path: those on disk, and those in the archives. */
function stored(folder: string, files: ReadonlySet<string>): Map<string, PictureSource> {
  const all = new Map<string, PictureSource>();
  for (const path of files) all.set(path, filePicture(join(folder, path)));
  let position = 0;
  for (const archive of [...files].filter((path) => /(^|\/)abo-[^/]*\.tar$/.test(path)).sort()) {
    const path = join(folder, archive);
    for (const entry of tarEntries(path)) all.set(entry.name, tarPicture(path, entry, ++position));
  }
  return all;
}

/** The lines of a gzip file, one by one. */
async function* gzipLines(file: PictureSource): AsyncGenerator<string> {
  const bytes = await file.bytes() as Uint8Array<ArrayBuffer>;
  try {
    for await (const line of linesOf(gunzipped(new Blob([bytes]).stream(), bytes.length))) {
      if (line instanceof NotText) throw line;
      yield line;
    }
  } catch (error) {
    const Kind = error instanceof NotText ? NotText : Error;
    throw new Kind(`${file.name}: ${(error as Error).message}`, { cause: error });
  }
}

/** The path of each image id. */
async function imagePaths(where: string, file: PictureSource): Promise<Map<string, string>> {
  const lines: string[] = [];
  for await (const line of gzipLines(file)) lines.push(line);
  const { header, rows } = parseCsv(lines.join("\n"));
  if (!header.includes("image_id") || !header.includes("path")) {
    throw new Error(
      `${where}: expected the columns image_id,height,width,path, found ${header.join(",")}`,
    );
  }
  const id = header.indexOf("image_id"), path = header.indexOf("path");
  return new Map(rows.map((row) => [row[id] ?? "", row[path] ?? ""]));
}

/** What is kept of a listing in memory. */
interface Listing {
  readonly where: string;
  readonly item: string;
  readonly main: string;
  readonly images: readonly string[];
  readonly name: string;
  readonly more: string;
  readonly type: string;
  readonly attributes: Record<string, string>;
}

type Text = { language_tag?: string; value?: string }[] | undefined;

/** The first English text of a field. */
function english(field: unknown): string {
  const texts = Array.isArray(field) ? field as NonNullable<Text> : [];
  return texts.find(({ language_tag }) => language_tag?.startsWith("en"))?.value?.trim() ?? "";
}

async function* readListings(
  path: string,
  file: PictureSource,
): AsyncGenerator<Listing | ReturnType<typeof problem>> {
  let number = 0;
  for await (const line of gzipLines(file)) {
    const where = `${path}:${++number}`;
    if (line.trim() === "") continue;
    let fields: Record<string, unknown>;
    try {
      fields = JSON.parse(line);
    } catch (error) {
      yield problem(where, "malformed line", `expected JSON (${(error as Error).message})`);
      continue;
    }
    const item = String(fields.item_id ?? ""), main = String(fields.main_image_id ?? "");
    const name = english(fields.item_name), others = fields.other_image_id;
    if (item === "") yield problem(where, "no item_id", "expected an item_id, found none");
    else if (main === "") {
      yield problem(where, "no picture", `listing ${item}: expected a main_image_id, found none`);
    } else if (name === "") {
      const reason = `listing ${item}: expected an item_name in English, found none`;
      yield problem(where, "no English name", reason);
    } else {
      const type = (fields.product_type as Text)?.[0]?.value ?? "";
      const [color, material] = [english(fields.color), english(fields.material)];
      yield {
        where,
        item,
        main,
        images: [main, ...(Array.isArray(others) ? others.map(String) : [])],
        name,
        more: [name, color, material].filter((part) => part !== "").join(", "),
        type,
        attributes: attributesOf({
          category: type,
          color,
          material,
          brand: english(fields.brand),
        }) as Record<string, string>,
      };
    }
  }
}

function* recordsOf(
  listings: readonly Listing[],
  paths: ReadonlyMap<string, string>,
  all: ReadonlyMap<string, PictureSource>,
): Generator<Row> {
  const uses = new Map<string, Set<string>>();
  for (const { item, images } of listings) {
    for (const image of images) uses.set(image, (uses.get(image) ?? new Set()).add(item));
  }
  const generic = (image: string) => (uses.get(image)?.size ?? 0) > GENERIC;
  const usable: Listing[] = [];
  for (const listing of listings) {
    const { where, item, main } = listing, path = paths.get(main);
    if (path === undefined || !all.has(`images/small/${path}`)) {
      const expected = path === undefined ? `${main} in images.csv.gz` : `images/small/${path}`;
      yield problem(where, "no picture", `listing ${item}: expected ${expected}, found no such`);
    } else if (generic(main)) {
      const reason =
        `listing ${item}: its main picture ${main} is that of over ${GENERIC} products`;
      yield problem(where, "picture of many products", reason);
    } else usable.push(listing);
  }
  const left = overCap(usable);
  for (const { where, item } of usable.filter((listing) => left.has(listing))) {
    const reason = `listing ${item}: a phone case above the number of the next frequent type`;
    yield problem(where, "phone case over the cap", reason);
  }
  const byPicture = Map.groupBy(usable.filter((l) => !left.has(l)), ({ main }) => main);
  for (const [main, same] of byPicture) {
    const path = `images/small/${paths.get(main)}`, first = same[0]!;
    yield {
      id: path,
      image: all.get(path)!,
      captions: [...new Set([...same.map(({ name }) => name), ...same.map(({ more }) => more)])],
      product: same.map(({ item }) => item).sort()[0]!,
      attributes: first.attributes,
      where: first.where,
      links: [
        ...new Set(same.flatMap(({ item, images }) => [
          `item ${item}`,
          ...images.filter((image) => !generic(image)),
        ])),
      ],
    };
  }
}

/**
 * Phone cases beyond the number of the next frequent product type: 44 % of the listings are phone
 * cases, which would be most of what a model sees.
 */
function overCap(listings: readonly Listing[]): Set<Listing> {
  const byType = Map.groupBy(listings, ({ type }) => type);
  const cases = (byType.get(PHONE_CASE) ?? []).sort((a, b) => a.item < b.item ? -1 : 1);
  byType.delete(PHONE_CASE);
  const cap = Math.max(1, ...[...byType.values()].map(({ length }) => length));
  const order = stream(0, "phone cases").permutation(cases.length);
  return new Set(Array.from(order.subarray(cap), (i) => cases[i]!));
}
