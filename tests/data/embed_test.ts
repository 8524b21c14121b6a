import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadFolder } from "unidiff/data/load.ts";
import { PUBLISHABLE } from "unidiff/data/publishable.ts";
import { embedData } from "unidiff/workshop/embed_data.ts";
import { goodLine, inFolder, writeFolder } from "./folder.ts";

const line = (stem: string, source: string, creator = "") =>
  goodLine(stem, { title: stem, source, license: "x", creator });

async function writeWhole(from: string, lines: ReturnType<typeof line>[]): Promise<void> {
  const files = Object.fromEntries(lines.map(({ file_name }) => [file_name, "red"]));
  await writeFolder(join(from, "ecommerce-product"), lines, files);
  await Deno.mkdir(join(from, "LICENSES"), { recursive: true });
  for (const { licenceFile } of PUBLISHABLE) {
    await Deno.writeTextFile(join(from, "LICENSES", licenceFile), "licence");
  }
}

Deno.test("embedData() copies only what may be committed, with credits, again and again", () =>
  inFolder(async (folder) => {
    const from = join(folder, "from"), to = join(folder, "to");
    await writeWhole(from, [
      line("chair", "sweethome3d-furniture Scopia", "Ann"),
      line("tent", "dotnet/eShop 5624ad5"),
      line("camera", "@vendure/create 1.9.7"),
      line("bag", "magento2-sample-data 5380756"),
    ]);
    for (let again = 0; again < 2; again++) {
      assert.equal(await embedData(from, to), 2);
      const target = join(to, "ecommerce-product");
      const set = await loadFolder(target, { cache: join(folder, "cache") });
      assert.deepEqual(set.records.map(({ product }) => product), ["camera", "chair"]);
      const names = [...Deno.readDirSync(join(target, "images"))].map(({ name }) => name);
      assert.deepEqual(names.sort(), ["camera.png", "chair.png"]);
      const text = await Deno.readTextFile(join(target, "CREDITS.md"));
      assert.match(text, /- \*\*Ann\*\* \(1\): chair\n/);
      assert.match(text, /- \*\*not stated\*\* \(1\): camera\n/);
      assert.deepEqual(JSON.parse(await Deno.readTextFile(join(target, "splits.json"))), {
        train: ["camera", "chair"],
        validation: [],
        test: [],
      });
      assert.deepEqual([...Deno.readDirSync(to)].map(({ name }) => name).sort(), [
        "LICENSES",
        "ecommerce-product",
      ]);
    }
  }));

Deno.test("embedData() refuses a set without a line that may be committed", () =>
  inFolder(async (folder) => {
    const from = join(folder, "from"), to = join(folder, "to");
    await writeWhole(from, [line("tent", "dotnet/eShop 5624ad5")]);
    await assert.rejects(
      embedData(from, to),
      /found no line whose "source" starts with "sweethome/,
    );
  }));
