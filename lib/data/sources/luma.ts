/**
 * Photographs of garments on people from the sample shop "Luma" of Magento, as `fashion-man` and
 * `fashion-woman`. Source: github.com/magento/magento2-sample-data at a pinned commit; luma.json holds
 * size and SHA-256 of each file, and the products of the validation and test splits.
 */
import { basename, join } from "@std/path";
import sharp from "sharp";
import { download, exists, progress, writeAtomic } from "../../runtime/mod.ts";
import { mapLimited } from "../pool.ts";
import { type Split, SPLITS } from "../record.ts";
import manifest from "./luma.json" with { type: "json" };
import { lumaLines } from "./luma_recipe.ts";
import { type FetchOptions, mirrored, partsFolder, type Source } from "./source.ts";

const PRODUCTS = "app/code/Magento/ConfigurableSampleData/fixtures/products.csv";
const LICENCE = "LICENSE.txt";

/** Side of the prepared pictures, and the quality of their JPEG. */
const SIZE = 256, QUALITY = 90;

/** What is pinned: a commit, size and SHA-256 of its files, and the products of the smaller splits. */
export interface LumaManifest {
  readonly repository: string;
  readonly commit: string;
  readonly files: Readonly<Record<string, Pinned>>;
  /** The folder of the pictures, and their paths in it. */
  readonly media: string;
  readonly pictures: Readonly<Record<string, Pinned>>;
  readonly splits: Readonly<Partial<Record<Split, readonly string[]>>>;
}

type Pinned = readonly [size: number, sha256: string];

/** Luma's photographs as they are pinned; another manifest serves tests. */
export function lumaSource(m: LumaManifest = manifest as unknown as LumaManifest): Source {
  const sets = ["fashion-man", "fashion-woman"];
  return {
    name: "luma",
    sets,
    title: "Luma sample shop: 319 photographs of men's and 349 of women's garments",
    version: `${m.repository} @ ${m.commit}`,
    bytes: Object.values(m.pictures).reduce((sum, [size]) => sum + size, 1_800_000),
    licence: {
      name: "Open Software License 3.0 (OSL-3.0)",
      text: "The shop's media folder is under the Open Software License 3.0, " +
        "https://opensource.org/license/osl-3-0-php: copies and what is made of them stay under it, " +
        "with its text beside them (it is fetched as LICENSE.txt).\n" +
        "The pictures show people, and nothing there says that they agreed to further use: use them " +
        "for research, do not publish them.",
    },
    async fetch(options) {
      const folders: string[] = [];
      for (const set of options.only ?? sets) folders.push(await fetchSet(m, set, options));
      await Deno.remove(partsFolder(options.to, "luma"), { recursive: true }).catch(() => {});
      return folders;
    },
  };
}

/** A file of the repository at its commit. */
async function fetched(m: LumaManifest, path: string, pinned: Pinned, o: FetchOptions) {
  const [size, sha256] = pinned, target = join(partsFolder(o.to, "luma"), path);
  const base = `https://raw.githubusercontent.com/${m.repository}/${m.commit}`;
  await download(mirrored(`${base}/${path}`), target, { ...o.download, size, sha256 });
  return target;
}

async function fetchSet(m: LumaManifest, name: string, o: FetchOptions): Promise<string> {
  const folder = join(o.to, name);
  if (await exists(folder)) return folder;
  const csv = await Deno.readTextFile(await fetched(m, PRODUCTS, m.files[PRODUCTS]!, o));
  const licence = await fetched(m, LICENCE, m.files[LICENCE]!, o);
  const gender = name === "fashion-man" ? "men" : "women";
  const split = (product: string) =>
    SPLITS.find((one) => m.splits[one]?.includes(product)) ?? "train";
  const lines = lumaLines(csv, split).filter((line) => line.gender === gender);
  const unfinished = join(partsFolder(o.to, "luma"), name);
  await Deno.remove(unfinished, { recursive: true }).catch(() => {});
  const line = progress(lines.length, `fetching ${name}`, { unit: "pictures" });
  const paths = new Map(Object.keys(m.pictures).map((path) => [basename(path), path]));
  let done = 0;
  await mapLimited(lines, 8, async ({ file_name }) => {
    const path = paths.get(basename(file_name));
    if (path === undefined) throw new Error(`${PRODUCTS}: ${file_name} is not pinned`);
    const original = await fetched(m, `${m.media}${path}`, m.pictures[path]!, o);
    await writeAtomic(join(unfinished, file_name), await prepared(original));
    line.step(++done);
  });
  await line.done();
  await Deno.copyFile(licence, join(unfinished, LICENCE));
  const text = lines.map((one) => `${JSON.stringify(one)}\n`).join("");
  await writeAtomic(join(unfinished, "metadata.jsonl"), text);
  await Deno.rename(unfinished, folder);
  return folder;
}

/** A photograph fitted whole into a white square, as JPEG. */
async function prepared(path: string): Promise<Uint8Array> {
  return await sharp(path, { failOn: "error" }).flatten({ background: "#ffffff" })
    .resize(SIZE, SIZE, { fit: "contain", background: "#ffffff", kernel: "lanczos3" })
    .jpeg({ quality: QUALITY, progressive: true, chromaSubsampling: "4:4:4" }).toBuffer();
}
