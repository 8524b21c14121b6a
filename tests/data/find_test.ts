import assert from "node:assert/strict";
import { join, relative } from "@std/path";
import { evaluationRecords, trainingRecords } from "unidiff/data/batches.ts";
import {
  availableDataSets,
  dataPlaces,
  findDataSet,
  photographsOrDrawn,
} from "unidiff/data/find.ts";
import { dataFolder } from "unidiff/data/folders.ts";
import { type DataSet, type Origin, SPLITS } from "unidiff/data/record.ts";
import { PUBLISHABLE } from "unidiff/data/publishable.ts";
import { credits } from "unidiff/workshop/embed_data.ts";
import { goodLine, inFolder, writeFolder } from "./folder.ts";

const embedded = [{ origin: "embedded" as Origin, folder: dataFolder }];
const counts = (set: DataSet) =>
  SPLITS.map((part) => set.records.filter(({ split }) => split === part).length);

function assertNoLeak(set: DataSet) {
  const splits = new Map<string, Set<string>>();
  for (const { product, split } of set.records) {
    splits.set(product, (splits.get(product) ?? new Set()).add(split));
  }
  const leaked = [...splits].filter(([, of]) => of.size > 1).map(([product]) => product);
  assert.deepEqual(leaked, []);
}

Deno.test("findDataSet() loads the embedded product set", async () => {
  const set = await findDataSet("ecommerce-product", { places: embedded });
  assert.equal(set.origin, "embedded");
  assert.equal(set.kind, "renders and photographs");
  assert.equal(set.licence, "CC-BY-3.0, CC-BY-3.0-US, CC0-1.0, MIT");
  assert.deepEqual(counts(set), [546, 80, 132]);
  assert.deepEqual(set.skipped, []);
  assertNoLeak(set);
});

Deno.test("data/ecommerce-product holds only what may be committed, credited, under 10 MB", async () => {
  const folder = join(dataFolder, "ecommerce-product");
  const set = await findDataSet("ecommerce-product", { places: embedded });
  const text = await Deno.readTextFile(join(folder, "CREDITS.md"));
  for (const { where, attributes } of set.records) {
    const source = String(attributes.source);
    assert.match(source, /^(sweethome3d-furniture|@vendure\/create)/, where);
    assert.ok(PUBLISHABLE.some(({ start }) => source.startsWith(start)), where);
    assert.ok(text.includes(`**${attributes.creator || "not stated"}**`), where);
    assert.ok(text.includes(String(attributes.title)), where);
  }
  const lines = (await Deno.readTextFile(join(folder, "metadata.jsonl"))).trim().split("\n");
  assert.equal(text, credits(lines.map((line) => JSON.parse(line))));
  for (const { licenceFile } of PUBLISHABLE) {
    assert.ok((await Deno.stat(join(dataFolder, "LICENSES", licenceFile))).size > 100);
  }
  const pictures: string[] = [];
  let bytes = 0;
  for await (const { name } of Deno.readDir(join(folder, "images"))) {
    pictures.push(`images/${name}`);
    bytes += (await Deno.stat(join(folder, "images", name))).size;
  }
  assert.deepEqual(pictures.sort(), set.records.map(({ id }) => id));
  assert.ok(bytes < 10e6, `${bytes} bytes`);
});

Deno.test("data/ecommerce-product/splits.json agrees with the lines", async () => {
  const set = await findDataSet("ecommerce-product", { places: embedded });
  const file = join(dataFolder, "ecommerce-product", "splits.json");
  const splits = JSON.parse(await Deno.readTextFile(file)) as Record<string, string[]>;
  for (const part of SPLITS) {
    const products = set.records.filter(({ split }) => split === part).map((r) => r.product);
    assert.deepEqual(splits[part], [...new Set(products)].sort());
  }
});

Deno.test("findDataSet() prefers UNIDIFF_DATA, falls back to data/, and takes a path", () =>
  inFolder(async (folder) => {
    const files = { "images/chair.png": "red", "images/lamp.png": "blue" };
    await writeFolder(join(folder, "mine"), [goodLine("chair"), goodLine("lamp")], files);
    const places = await dataPlaces(folder);
    assert.deepEqual(places, [{ origin: "UNIDIFF_DATA", folder }, embedded[0]]);
    assert.equal((await findDataSet("mine", { places })).origin, "UNIDIFF_DATA");
    assert.equal((await findDataSet("ecommerce-product", { places })).origin, "embedded");
    const given = await findDataSet(join(folder, "mine"), { places: [] });
    assert.deepEqual([given.origin, given.name], ["path", "mine"]);
    assert.deepEqual(await availableDataSets(places), [
      {
        name: "mine",
        folder: join(folder, "mine"),
        where: "UNIDIFF_DATA",
        format: "imagefolder",
      },
      ...["ecommerce-product", "product-corpus", "product-views"].map((name) => ({
        name,
        folder: join(dataFolder, name),
        where: "embedded",
        format: "imagefolder",
      })),
    ]);
    await writeFolder(join(folder, "ecommerce-product"), [goodLine("chair")], files);
    const own = await findDataSet("ecommerce-product", { places });
    assert.deepEqual([own.origin, own.records.length], ["UNIDIFF_DATA", 1]);
    await Deno.remove(join(folder, "mine", "images", "lamp.png"));
    await assert.rejects(
      findDataSet("mine", { places }),
      /metadata\.jsonl:2: .*lamp\.png, found no/,
    );
    assert.equal((await findDataSet("mine", { places, skipBad: true })).skipped.length, 1);
  }));

Deno.test("findDataSet() says where it looked, what there is and how to get a set", async () => {
  await assert.rejects(findDataSet("fashion-child", { places: embedded }), (error: Error) => {
    assert.ok(error.message.includes(join(dataFolder, "fashion-child")));
    assert.match(error.message, /there are: ecommerce-product/);
    assert.match(
      error.message,
      /Set UNIDIFF_DATA to the folder that holds "fashion-child\/"/,
    );
    return true;
  });
  await assert.rejects(findDataSet("./no-such-set"), /no-such-set: no such folder/);
});

Deno.test("photographsOrDrawn() takes drawn garments where there are no photographs", () =>
  inFolder(async (folder) => {
    const names = ["fashion-man", "ecommerce-product", "fashion-woman", "./fashion-man"];
    const drawn = [
      "fashion-man-drawn",
      "ecommerce-product",
      "fashion-woman-drawn",
      "./fashion-man",
    ];
    assert.deepEqual(await photographsOrDrawn(names, embedded), drawn);
    await writeFolder(join(folder, "fashion-man"), [goodLine("chair")], {});
    const places = [{ origin: "UNIDIFF_DATA" as const, folder }, ...embedded];
    assert.deepEqual((await photographsOrDrawn(names, places))[0], "fashion-man");
  }));

Deno.test("dataPlaces() refuses a UNIDIFF_DATA that is no folder, resolves a relative one", () =>
  inFolder(async (folder) => {
    await assert.rejects(
      dataPlaces("no/such/folder"),
      /UNIDIFF_DATA is "no\/such\/folder", expected/,
    );
    assert.deepEqual(await dataPlaces(""), embedded);
    const [place] = await dataPlaces(relative(Deno.cwd(), folder));
    assert.equal(place?.folder, folder);
  }));

const whole = Deno.env.get("UNIDIFF_DATA") ?? "";
if (whole === "") {
  console.log("skipped: the sets of UNIDIFF_DATA (the variable is not set)");
}
Deno.test({
  name: "findDataSet() loads the whole sets of UNIDIFF_DATA",
  ignore: whole === "",
  async fn() {
    const expected = {
      "fashion-man": { of: [218, 39, 62], fronts: 36, training: 184 },
      "fashion-woman": { of: [205, 52, 92], fronts: 58, training: 174 },
      "ecommerce-product": { of: [650, 95, 156], fronts: 156, training: 650 },
    };
    for (const [name, { of, fronts, training }] of Object.entries(expected)) {
      const set = await findDataSet(name);
      assert.equal(set.origin, "UNIDIFF_DATA");
      assert.deepEqual(counts(set), of);
      assert.deepEqual(set.skipped, []);
      assert.match(set.licence, /OSL-3\.0/);
      assert.equal(evaluationRecords(set, "test").length, fronts);
      assert.equal(trainingRecords(set).length, training);
      assertNoLeak(set);
    }
  },
});
