/** The two folders of rendered views in data/: what lies in them, whose it is, and what is apart. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import sharp from "sharp";
import { findDataSet } from "unidiff/data/find.ts";
import { dataFolder } from "unidiff/data/folders.ts";
import { PUBLISHABLE } from "unidiff/data/publishable.ts";
import { type DataSet, type Origin, SPLITS } from "unidiff/data/record.ts";
import { dataStats } from "unidiff/data/stats.ts";
import { COLOURS } from "unidiff/drawn/colour.ts";
import { captionOf } from "unidiff/workshop/product_views/captions.ts";
import { CATALOGUES } from "unidiff/workshop/product_views/catalogue.ts";
import { coloursOf } from "unidiff/workshop/product_views/colour.ts";
import { refuseKnownProducts } from "unidiff/workshop/pretrain/leaks.ts";
import { type Line, viewCredits } from "unidiff/workshop/product_views/embed.ts";
import { productsBySplit } from "unidiff/workshop/embedded_folder.ts";

const places = [{ origin: "embedded" as Origin, folder: dataFolder }];
const limits = { "product-views": 10e6, "product-corpus": 6e6 };
const sets: Record<string, DataSet> = {};
const set = async (name: string) => sets[name] ??= await findDataSet(name, { places });

async function linesOf(name: string): Promise<Line[]> {
  const text = await Deno.readTextFile(join(dataFolder, name, "metadata.jsonl"));
  return text.trim().split("\n").map((line) => JSON.parse(line));
}

for (const [name, limit] of Object.entries(limits)) {
  Deno.test(`data/${name}: sizes, licences, credits and splits agree with its lines`, async () => {
    const folder = join(dataFolder, name),
      lines = await linesOf(name),
      { records } = await set(name);
    assert.equal(records.length, lines.length);
    assert.equal((await set(name)).kind, "renders");
    assert.equal((await set(name)).licence, "CC-BY-3.0, CC-BY-3.0-US, CC0-1.0");
    let bytes = 0;
    const pictures: string[] = [];
    for await (const { name: file } of Deno.readDir(join(folder, "images"))) {
      pictures.push(`images/${file}`);
      bytes += (await Deno.stat(join(folder, "images", file))).size;
    }
    assert.deepEqual(pictures.sort(), lines.map(({ file_name }) => file_name));
    assert.ok(bytes < limit, `${bytes} bytes`);
    const credits = await Deno.readTextFile(join(folder, "CREDITS.md"));
    assert.equal(credits, viewCredits(lines));
    for (const { source, license, creator, title } of lines) {
      const catalogue = source.replace("sweethome3d-furniture ", "");
      assert.equal(license, CATALOGUES[catalogue as keyof typeof CATALOGUES]);
      const published = PUBLISHABLE.find(({ start }) => source.startsWith(start));
      assert.ok(credits.includes(`LICENSES/${published!.licenceFile}`), source);
      assert.ok(creator !== "" && credits.includes(`**${creator}**`), creator);
      assert.ok(credits.includes(title), title);
    }
    const splits = JSON.parse(await Deno.readTextFile(join(folder, "splits.json")));
    assert.deepEqual(splits, productsBySplit(lines));
    const of = SPLITS.flatMap((part) => splits[part]);
    assert.equal(new Set(of).size, of.length, "a product stands in one split");
  });

  Deno.test(`data/${name}: every picture is whole, and shows the colours its caption names`, async () => {
    const wrong: string[] = [];
    for (const line of await linesOf(name)) {
      const { data, info } = await sharp(join(dataFolder, name, line.file_name)).raw()
        .toBuffer({ resolveWithObject: true });
      assert.deepEqual([info.width, info.height, info.channels], [96, 96, 3], line.file_name);
      // Of a pane the ground behind it is seen too, and is taken for ground.
      if (line.color.length === 0 || line.material.includes("glass")) continue;
      const shown = coloursOf(apartFromGround(data));
      for (const colour of line.color) {
        const share = shown.reduce(
          (sum, [name, part]) => sum + (name === colour || NEAR[colour]?.includes(name) ? part : 0),
          0,
        );
        if (share < LEAST) wrong.push(`${line.file_name}: ${colour} is ${share} of ${shown}`);
      }
    }
    assert.deepEqual(wrong, []);
  });

  Deno.test(`data/${name}: captions are a shop's, with the measured colours and no others`, async () => {
    for (const { title, text, category, color, file_name } of await linesOf(name)) {
      assert.match(text, /^[A-Z][^.]*\.$/, file_name);
      const said = text.toLowerCase().match(/[a-z]+/g)!;
      const colours = said.filter((word) => (COLOURS as readonly string[]).includes(word));
      assert.deepEqual(colours, color, `${file_name}: ${text}`);
      const bare = captionOf({ title, tags: [], category }, color as never).replace(
        /[,.].*| for .*/,
        "",
      );
      assert.ok(text.startsWith(bare), `${text} begins with ${bare}`);
    }
  });
}

/** The least of what is not ground; leaves of a tree are lost among grains of shadow. */
const LEAST = 0.005;

/** What a colour may be called where shadows on the ground, which cannot be told from it, are counted too. */
const NEAR: Record<string, readonly string[]> = {
  beige: ["brown", "orange", "white"],
  black: ["gray"],
  blue: ["navy", "teal"],
  brown: ["beige", "orange", "red", "pink"],
  gray: ["white", "black"],
  navy: ["blue"],
  orange: ["brown", "beige"],
  pink: ["red"],
  red: ["pink", "brown"],
  teal: ["blue", "green"],
  white: ["gray"],
  yellow: ["beige", "brown"],
};

/** The pixels of a picture that differ from its upper left corner, which is ground. */
function apartFromGround(pixels: Uint8Array): Uint8Array {
  const kept: number[] = [];
  for (let i = 0; i < pixels.length; i += 3) {
    if ([0, 1, 2].some((c) => Math.abs(pixels[i + c]! - pixels[c]!) > 20)) {
      kept.push(...pixels.subarray(i, i + 3));
    }
  }
  return Uint8Array.from(kept);
}

Deno.test("product-views has some 3,000 pictures: several of a product, every split by product", async () => {
  const lines = await linesOf("product-views"), old = await linesOf("ecommerce-product");
  const parts = SPLITS.map((part) => lines.filter(({ split }) => split === part).length);
  assert.deepEqual(parts, [2440, 360, 638]);
  const models = Map.groupBy(lines, ({ file_name }) => file_name.replace(/-\d+\.webp$/, ""));
  const few = [...models.values()].filter(({ length }) => length < 4).length;
  assert.ok(few < 0.02 * models.size, `${few} of ${models.size} models have fewer than four views`);
  const before = new Map(old.map(({ product, split }) => [product, split]));
  for (const { product, split } of lines) assert.equal(split, before.get(product), product);
  const stats = await dataStats(await set("product-views"));
  assert.deepEqual(stats.leaks, { products: 0, pictures: 0 }, String(stats.leakingPairs));
});

Deno.test("nothing of product-corpus is in a set that is fine-tuned on, by product or by picture", async () => {
  const { records } = await set("product-corpus");
  assert.equal(records.length, 728);
  assert.ok(records.every(({ split }) => split === "train"));
  const tuned = await Promise.all(["product-views", "ecommerce-product"].map(set));
  await refuseKnownProducts(records, tuned);
  const [first] = records, [one] = tuned[0]!.records;
  const leaked = { ...first!, product: one!.product };
  await assert.rejects(
    refuseKnownProducts([leaked], tuned),
    /is pretrained on and is of product-views/,
  );
});
