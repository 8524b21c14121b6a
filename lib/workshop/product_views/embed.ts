/**
 * Makes `data/product-views`, a product set of several views, and `data/product-corpus`, products of
 * none of the sets that are fine-tuned on, for pretraining.
 *
 * `deno run -A lib/workshop/product_views/embed.ts [FOLDER]`, where FOLDER holds the catalogues of
 * Debian's package sweethome3d-furniture, by default where Debian puts them; `blender` 3.4 and `unzip`
 * are called. What was rendered lies in `.cache/` and is not rendered again: an interrupted run goes
 * on. Some 3,400 renderings took 45 minutes on two busy cores.
 */
import { join } from "@std/path";
import {
  cacheFolder,
  dataFolder,
  findDataSet,
  loadFolder,
  METADATA,
  type Split,
} from "../../data/mod.ts";
import { progress, writeAtomic, writeJson } from "../../runtime/mod.ts";
import { leaking } from "./alike.ts";
import { creditsOf, productsBySplit, replaceFolder } from "../embedded_folder.ts";
import { captionOf, materialsOf } from "./captions.ts";
import { CATALOGUES, type Model, models, PACKAGE, stemOf, unpack } from "./catalogue.ts";
import { finetuned, productOf } from "./halves.ts";
import { type Measured, measured } from "./measured.ts";
import { render, type View } from "./render.ts";

/** The two sets: how many views of a model each has, and the most bytes its pictures may weigh. */
const SETS = {
  "product-views": { views: 5, limit: 10e6 },
  "product-corpus": { views: 8, limit: 6e6 },
} as const;

/** A line of metadata, in the form of `ecommerce-product` with two fields more. */
export interface Line {
  file_name: string;
  text: string;
  title: string;
  description: string;
  product: string;
  category: string;
  color: string[];
  material: string[];
  source: string;
  license: string;
  creator: string;
  split: Split;
}

/** The line of a picture. */
export function lineOf({ view: { model, number }, colours }: Measured, split: Split): Line {
  return {
    file_name: `images/${stemOf(model)}-${number}.webp`,
    text: captionOf(model, colours),
    title: model.title,
    description: "",
    product: productOf(model),
    category: model.category,
    color: [...colours],
    material: materialsOf(model.title),
    source: `sweethome3d-furniture ${model.catalogue}`,
    license: CATALOGUES[model.catalogue],
    creator: model.creator,
    split,
  };
}

/**
 * Writes the set of some views into the folder `to` and returns the number of pictures; what looks
 * like a picture of a later split is left out.
 */
async function embed(
  to: string,
  views: readonly View[],
  splitOf: (model: Model) => Split,
  limit: number,
): Promise<number> {
  const lines: Line[] = [];
  let kept: Line[] = [];
  const byModel = [...Map.groupBy(views, ({ model }) => model)];
  const line = progress(byModel.length, "measuring", { unit: "models" });
  await replaceFolder(to, async (folder) => {
    await Deno.mkdir(join(folder, "images"));
    let bytes = 0;
    for (const [i, [model, own]] of byModel.entries()) {
      for (const picture of await measured(own)) {
        const described = lineOf(picture, splitOf(model));
        await Deno.writeFile(join(folder, described.file_name), picture.bytes);
        bytes += picture.bytes.length;
        lines.push(described);
      }
      line.step(i + 1);
    }
    if (bytes > limit) {
      throw new Error(`${to}: the pictures weigh ${bytes} bytes, at most ${limit} may be embedded`);
    }
    lines.sort((a, b) => a.file_name < b.file_name ? -1 : 1);
    await describe(folder, lines);
    const alike = await leaking((await loadFolder(folder)).records);
    for (const id of alike) await Deno.remove(join(folder, id));
    kept = lines.filter(({ file_name }) => !alike.has(file_name));
    await describe(folder, kept);
  });
  await line.done();
  return kept.length;
}

/** Writes what stands beside the pictures of a folder. */
async function describe(folder: string, lines: readonly Line[]): Promise<void> {
  const text = lines.map((line) => JSON.stringify(line) + "\n").join("");
  await writeAtomic(join(folder, METADATA), text);
  await writeAtomic(join(folder, "CREDITS.md"), viewCredits(lines));
  await writeJson(join(folder, "splits.json"), productsBySplit(lines));
}

/** CREDITS.md of either set. */
export function viewCredits(lines: readonly Line[]): string {
  return creditsOf(
    lines,
    "deno run -A lib/workshop/product_views/embed.ts",
    "the models were rendered by Blender from several sides, matt, on light grounds, at 96x96, " +
      "and stored as WebP; textures that the package lacks are replaced by the plain colour of " +
      "their material; captions were built from names, tags, categories and measured colours.",
  );
}

if (import.meta.main) {
  const cache = cacheFolder("product-views"), unpacked = join(cache, "models");
  await unpack(Deno.args[0] ?? PACKAGE, unpacked);
  const { records } = await findDataSet("ecommerce-product", {
    places: [{ origin: "embedded", folder: dataFolder }],
  });
  const splits = finetuned(records), all = await models(unpacked);
  for (const [name, { views, limit }] of Object.entries(SETS)) {
    const tuned = name === "product-views";
    const own = all.filter((model) => splits.has(productOf(model)) === tuned);
    const rendered = await render(own, () => views, join(cache, "renders"));
    const to = join(dataFolder, name);
    const split = (model: Model) => splits.get(productOf(model)) ?? "train";
    console.log(`${await embed(to, rendered, split, limit)} pictures embedded in ${to}`);
  }
}
