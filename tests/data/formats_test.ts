/** Every layout: a sample as it is published, and a broken one. */
import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import { findDataSet } from "unidiff/data/find.ts";
import { loadFolder, type LoadOptions } from "unidiff/data/load.ts";
import type { DataSet } from "unidiff/data/record.ts";
import { loadPixels } from "unidiff/data/pixels.ts";
import { inFolder, plainPicture } from "./folder.ts";
import { gzip, writeH5, writeParquet, writeTar } from "./archives.ts";

/** Writes files of a folder; a picture's content is a colour. */
async function write(folder: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    const bytes = typeof content !== "string"
      ? content
      : /\.(jpg|png)$/.test(path)
      ? await plainPicture(content, path.endsWith("png") ? "png" : "jpeg")
      : new TextEncoder().encode(content);
    await Deno.writeFile(join(folder, path), bytes);
  }
}

/** Loads a folder with a cache of its own beside it. */
function load(folder: string, options: LoadOptions = {}): Promise<DataSet> {
  return loadFolder(folder, { cache: `${folder}-cache`, ...options });
}

/** Red, green and blue of the middle of a record's picture. */
async function colourOf(set: DataSet, id: string): Promise<number[]> {
  const record = set.records.find((one) => one.id === id);
  assert.ok(record, `no record ${id}, there are ${set.records.map((r) => r.id)}`);
  const pixels = await loadPixels([record], 1);
  return [...pixels].map((value) => Math.round((value + 1) * 127.5));
}

function near(found: number[], expected: number[]) {
  assert.ok(found.every((v, i) => Math.abs(v - expected[i]!) < 12), `${found} ≠ ${expected}`);
}

/** Skipped rows, counted by kind. */
const skipped = (set: DataSet) =>
  Object.fromEntries(
    [...Map.groupBy(set.skipped, ({ kind }) => kind)].map(([k, v]) => [k, v.length]),
  );

const within = (test: (folder: string) => Promise<void>) => () =>
  inFolder((parent) => test(join(parent, "set")));

Deno.test(
  "imagefolder: a metadata.csv with file_name and caption is enough; splits are made by product",
  within(async (folder) => {
    const rows = Array.from({ length: 12 }, (_, i) => `p${i}.png,"thing ${i}, nice",${i >> 1}`);
    await write(folder, {
      "metadata.csv": ["file_name,caption,product", ...rows].join("\n"),
      ...Object.fromEntries(rows.map((_, i) => [`p${i}.png`, `rgb(${20 * i},0,0)`])),
    });
    const set = await load(folder);
    assert.deepEqual([set.format, set.splits, set.records.length], ["imagefolder", "made", 12]);
    assert.equal(set.records[0]?.captions[0], "thing 0, nice");
    const splits = new Map<string, Set<string>>();
    for (const { product, split } of set.records) {
      splits.set(product, (splits.get(product) ?? new Set()).add(split));
    }
    assert.ok([...splits.values()].every((of) => of.size === 1));
    assert.equal(new Set(set.records.map(({ split }) => split)).size, 3);
    const few = await load(folder, { take: 5 }), fewer = await load(folder, { take: 3 });
    assert.deepEqual([few.records.length, fewer.records.length, few.name], [6, 4, "set-5"]);
    const ids = new Set(few.records.map(({ id }) => id));
    assert.ok(fewer.records.every(({ id }) => ids.has(id)));
    const again = await load(folder), other = await load(folder, { splitSeed: 5 });
    const all = (one: DataSet) => one.records.map(({ split }) => split).join();
    assert.equal(all(again), all(set));
    assert.notEqual(all(other), all(set));
    await Deno.writeTextFile(join(folder, "metadata.csv"), "name,caption\np1.png,thing\n");
    await assert.rejects(load(folder), /"file_name" is missing, expected text that is not empty/);
    await Deno.writeTextFile(join(folder, "metadata.csv"), "file_name,caption\np1.png,a,b\n");
    await assert.rejects(load(folder), /metadata\.csv:2: expected 2 cells, found 3: p1\.png,a,b/);
  }),
);

Deno.test(
  "captioned: each line of a picture's .txt is a caption; a picture without one is named",
  within(async (folder) => {
    await write(folder, {
      "a/1.jpg": "red",
      "a/1.txt": "A red cup.\nA cup.\n",
      "2.png": "blue",
      "2.txt": "A blue cup.",
      "3.png": "green",
      "3.txt": "A green cup.",
    });
    const set = await load(folder);
    assert.equal(set.format, "captioned");
    assert.deepEqual(set.records.map(({ id }) => id), ["2.png", "3.png", "a/1.jpg"]);
    assert.deepEqual(set.records[2]?.captions, ["A red cup.", "A cup."]);
    near(await colourOf(set, "a/1.jpg"), [255, 0, 0]);
    await write(folder, { "4.png": "red", "3.txt": " \n" });
    await assert.rejects(
      load(folder),
      /2 bad lines[^]*3\.png: 3\.txt is empty[^]*4\.png: expected its caption in 4\.txt, found no/,
    );
  }),
);

Deno.test(
  "webdataset: samples of tar shards by key, long names and JSON fields too",
  within(async (folder) => {
    const long = `deep/${"x".repeat(120)}`;
    const picture = (colour: string) => plainPicture(colour, "jpeg");
    await Deno.mkdir(folder);
    await writeTar(join(folder, "00000.tar"), {
      "000.jpg": await picture("red"),
      "000.txt": "A red cup.",
      "000.json": JSON.stringify({ product: "cup", price: 3, tags: ["a", "b"] }),
      [`${long}.jpg`]: await picture("blue"),
      [`${long}.json`]: JSON.stringify({ caption: "A blue cup.", product: "cup" }),
    });
    await writeTar(join(folder, "00001.tar"), {
      "LICENSE": "free",
      "000.seg.png": await plainPicture("black"),
      "000.png": await plainPicture("lime"),
      "000.txt": "A green hat.",
      "000.json": JSON.stringify({ product: "hat" }),
      "001.png": await plainPicture("white"),
      "001.json": JSON.stringify({ text: ["A hat.", "A white hat."], product: "hat2" }),
    });
    const set = await load(folder);
    assert.deepEqual([set.format, set.records.length, set.splits], ["webdataset", 4, "made"]);
    const cup = set.records.find(({ id }) => id === "00000.tar/000");
    assert.deepEqual(cup?.attributes, { price: "3", tags: ["a", "b"] });
    assert.deepEqual(set.records.at(-1)?.captions, ["A hat.", "A white hat."]);
    near(await colourOf(set, `00000.tar/${long}`), [0, 0, 255]);
    near(await colourOf(set, "00001.tar/000"), [0, 255, 0]);
    const before = set.fingerprint;
    await writeTar(join(folder, "00002.tar"), { "9.txt": "no picture" });
    await assert.rejects(load(folder), /00002\.tar:9: expected 9\.jpg, found only \.txt/);
    assert.equal((await load(folder, { skipBad: true })).fingerprint, before);
    await Deno.remove(join(folder, "00002.tar"));
    const whole = await Deno.readFile(join(folder, "00001.tar"));
    await Deno.writeFile(join(folder, "00001.tar"), whole.subarray(0, 1600));
    await assert.rejects(
      load(folder),
      /00001\.tar: ends within "000\.seg\.png", \d+ bytes are missing/,
    );
    await Deno.writeFile(join(folder, "00001.tar"), new Uint8Array(2048).fill(65));
    await assert.rejects(load(folder), /00001\.tar: byte 0 is no tar header/);
  }),
);

Deno.test(
  "parquet: pictures inside, columns of the published copies, several row groups",
  within(async (folder) => {
    const picture = (colour: string) => plainPicture(colour, "jpeg");
    const rows = await Promise.all(["red", "lime", "blue", "white", "black"].map(async (c, i) => ({
      image: { bytes: await picture(c), path: `${i}.jpg` },
      text: `A ${c} tee.`,
      category1: i < 3 ? "men" : "women",
      item_ID: `${i < 3 ? "MEN" : "WOMEN"}-Tees-id_0000000${i >> 1}-0${i + 1}_1_front`,
    })));
    await writeParquet(join(folder, "data", "data-00000-of-00001.parquet"), rows, 2);
    const set = await load(folder);
    assert.deepEqual([set.format, set.records.length], ["parquet", 5]);
    assert.deepEqual(set.records.map(({ product }) => product), [
      "MEN-Tees-id_00000000",
      "MEN-Tees-id_00000000",
      "MEN-Tees-id_00000001",
      "WOMEN-Tees-id_00000001",
      "WOMEN-Tees-id_00000002",
    ]);
    for (const [i, rgb] of [[0, [255, 0, 0]], [2, [0, 0, 255]], [4, [0, 0, 0]]] as const) {
      near(await colourOf(set, `data/data-00000-of-00001.parquet:${i}`), [...rgb]);
    }
    const men = await load(folder, { part: "fashion-man" });
    assert.deepEqual([men.name, men.records.length], ["set-fashion-man", 3]);
    assert.equal(men.records[0]?.split, set.records[0]?.split);
    await assert.rejects(
      load(folder, { columns: { caption: "title" } }),
      /expected a caption column \(title\), found the columns image, text, category1, item_ID/,
    );
    await writeParquet(
      join(folder, "data", "data-00000-of-00001.parquet"),
      [{ text: "A tee." }],
      2,
    );
    await assert.rejects(
      load(folder),
      /expected an image column .*found the columns text; name it/,
    );
    await Deno.writeTextFile(join(folder, "data", "data-00000-of-00001.parquet"), "<html>");
    await assert.rejects(load(folder), /\.parquet: expected a parquet file, found one that cannot/);
  }),
);

for (const compression of ["snappy", "zstd"]) {
  Deno.test(
    `parquet: a file that pyarrow wrote with ${compression} and the schema of the Kaggle copy`,
    within(async (folder) => {
      const golden = join(import.meta.dirname!, "pyarrow");
      const bytes = await Deno.readFile(join(golden, `train-${compression}.parquet`));
      await write(folder, { "data/train-00000-of-00001.parquet": bytes });
      const set = await load(folder);
      assert.deepEqual(set.records.map(({ product, captions }) => [product, captions[0]]), [
        ["data/train-00000-of-00001.parquet:0", "Turtle Check Men Navy Blue Shirt"],
        ["data/train-00000-of-00001.parquet:1", "Peter England Men Party Blue Jeans"],
        ["data/train-00000-of-00001.parquet:2", "Titan Women Silver Watch"],
      ]);
      assert.deepEqual(set.records[2]?.attributes, {
        id: "59263",
        gender: "women",
      });
      for (const [i, rgb] of [[255, 0, 0], [0, 255, 0], [0, 0, 255]].entries()) {
        near(await colourOf(set, `data/train-00000-of-00001.parquet:${i}`), rgb);
      }
    }),
  );
}

Deno.test("parquet: pages that say what cannot be are refused at once", () =>
  inFolder(async (folder) => {
    const path = join(folder, "train.parquet");
    await writeParquet(
      path,
      [0, 1, 2].map((i) => ({
        ...{ text: `Chair ${i}.`, image: { bytes: new Uint8Array(40), path: "a.png" } },
      })),
      3,
    );
    const good = await Deno.readFile(path), refusals: string[] = [];
    // Every byte of the first page's header, which a reader that believes it follows in circles.
    for (let at = 4; at < 24; at++) {
      for (const value of [0, 0x7f, 0xff]) {
        const changed = good.slice();
        changed[at] = value;
        await Deno.writeFile(path, changed);
        await load(folder).catch((error) => refusals.push(error.message));
      }
    }
    assert.ok(refusals.length > 30, `${refusals.length} refusals`);
    const pages = refusals.filter((one) => /column ".+" has a page/.test(one));
    assert.ok(pages.length > 3, refusals.join("\n"));
    assert.ok(refusals.every((one) => one.includes("train.parquet")), refusals.join("\n"));
  }));

Deno.test(
  "parquet: the split stands in the file's name",
  within(async (folder) => {
    for (
      const [i, name] of ["train-00000-of-00001-6cff4c59f91661c3", "test-00000-of-00001"].entries()
    ) {
      const image = { bytes: await plainPicture("red"), path: null };
      await writeParquet(join(folder, `${name}.parquet`), [
        { id: 10 + i, image, productDisplayName: "Puma Men Tee", gender: "Men" },
      ], 10);
    }
    const set = await load(folder);
    assert.deepEqual(set.records.map(({ split }) => split), ["test", "train"]);
    // "id" may be a class: without a column of products a picture stands for itself, unless it is named.
    assert.ok(set.records.every(({ product, id }) => product === id));
    const named = await findDataSet(`${folder}#product=id`);
    assert.deepEqual(named.records.map(({ product }) => product), ["11", "10"]);
    assert.equal(set.records[0]?.attributes.gender, "men");
  }),
);

Deno.test(
  "deepfashion-multimodal: file names, captions.json and label files",
  within(async (folder) => {
    const man = "MEN-Denim-id_00000080-01_7_additional.jpg";
    const woman = "WOMEN-Tees_Tanks-id_00005033-03_4_full.jpg";
    const others = [1, 2].map((i) => `WOMEN-Dresses-id_0000000${i}-01_1_front.jpg`);
    await write(folder, {
      "captions.json": JSON.stringify({
        [man]: "The lower clothing is of long length.",
        [woman]: "The tank top this woman wears has no sleeves.",
        [others[0]!]: "A dress.",
        [others[1]!]: "A dress.",
        "MEN-Shirts-id_00000001-01_1_front.jpg": "Its picture is missing.",
      }),
      [`images/${man}`]: "red",
      [`images/${woman}`]: "blue",
      [`images/${others[0]}`]: "green",
      [`images/${others[1]}`]: "green",
      "images/WOMEN-Skirts-id_00000009-01_1_front.jpg": "white",
      "images/thumb.jpg": "white",
      "labels/shape/shape_anno_all.txt":
        `${woman} 0 3 0 0 0 0 0 0 0 2 0 0\n${man} 5 3 0 0 0 0 0 0 0 6 0 0\n`,
      "labels/texture/fabric_ann.txt": `${man} 7 0 7\n`,
      "labels/texture/pattern_ann.txt": `${man} 7 3 7\n`,
    });
    const set = await load(folder);
    assert.deepEqual([set.format, set.kind, set.records.length], [
      "deepfashion-multimodal",
      "photographs",
      4,
    ]);
    assert.deepEqual(set.records[0], {
      ...set.records[0],
      id: `images/${man}`,
      product: "MEN-Denim-id_00000080",
      captions: ["The lower clothing is of long length."],
      attributes: {
        gender: "men",
        category: "denim",
        variant: "1",
        shown: "additional",
        length: "long",
        lower_fabric: "denim",
        lower_pattern: "pure colour",
      },
    });
    const tank = set.records.find(({ id }) => id === `images/${woman}`);
    assert.deepEqual(
      [tank?.attributes.sleeve, tank?.attributes.neckline, tank?.attributes.category],
      ["sleeveless", "round", "tees tanks"],
    );
    assert.deepEqual(skipped(set), { "no caption": 1, "unknown file name": 1, "no picture": 1 });
    assert.equal((await load(folder, { part: "fashion-woman" })).records.length, 3);
    await Deno.writeTextFile(join(folder, "captions.json"), "[1]");
    await assert.rejects(load(folder), /captions\.json: expected an object, file name → caption/);
    await Deno.writeTextFile(join(folder, "captions.json"), "{}");
    await assert.rejects(
      load(folder),
      /expected at least one good line, found none and 6 bad \(5 × no caption, 1 × unknown file/,
    );
  }),
);

Deno.test(
  "kaggle-fashion: commas in a name are part of it; gaps are counted",
  within(async (folder) => {
    const header =
      "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName";
    const start = "Apparel,Topwear,Shirts,Navy Blue,Fall,2011,Casual";
    await write(folder, {
      "styles.csv": [
        header,
        `15970,Men,${start},Turtle Check Men Navy Blue Shirt`,
        `6394,Women,${start},Inkfruit Women's Chain Reaction, black, size M`,
        `6395,Boys,${start},Kids tee`,
        `40000,Men,${start},No picture of this one`,
        `40001,Men,${start},`,
        "40002,Men,Apparel",
      ].join("\r\n"),
      "images/15970.jpg": "red",
      "images/6394.jpg": "blue",
      "images/6395.jpg": "lime",
      "images/40001.jpg": "lime",
    });
    const set = await load(folder);
    assert.equal(set.format, "kaggle-fashion");
    assert.deepEqual(set.records.map(({ id, captions }) => [id, captions[0]]), [
      ["images/15970.jpg", "Turtle Check Men Navy Blue Shirt"],
      ["images/6394.jpg", "Inkfruit Women's Chain Reaction, black, size M"],
      ["images/6395.jpg", "Kids tee"],
    ]);
    assert.equal(set.records[0]?.attributes.articleType, "Shirts");
    assert.deepEqual(skipped(set), { "no picture": 1, "no caption": 1, "too few fields": 1 });
    assert.match(set.skipped[0]!.where, /styles\.csv:5$/);
    assert.equal((await load(folder, { part: "fashion-man" })).records.length, 1);
    const more = [
      `${header},image`,
      `15970,Men,${start},Shirt, blue,15970.jpg`,
      `6394,Men,${start},Tee,6394.jpg`,
      `6395,Men,${start},Cap,6395.jpg`,
    ];
    await write(folder, { "styles.csv": more.join("\n") });
    assert.deepEqual((await load(folder)).records.map(({ captions }) => captions[0]), [
      "Shirt, blue",
      "Tee",
      "Cap",
    ]);
    await write(folder, { "styles.csv": `${header.replace("gender", "sex")}\n1,Men,${start},x\n` });
    await assert.rejects(load(folder), /expected the columns id,gender,.*, found id,sex,/);
  }),
);

Deno.test(
  "hm: article numbers of ten digits, colours of one product_code together",
  within(async (folder) => {
    const names = [
      "article_id",
      "product_code",
      "prod_name",
      "product_type_no",
      "product_type_name",
    ]
      .concat(["index_group_name", "colour_group_name", "detail_desc"]);
    const rows = [
      [
        "0108775015",
        "0108775",
        "Strap top",
        "253",
        "Vest top",
        "Ladieswear",
        "Black",
        "Jersey top.",
      ],
      [
        "108775044",
        "0108775",
        "Strap top",
        "253",
        "Vest top",
        "Ladieswear",
        "White",
        "Jersey top.",
      ],
      ["0110065001", "0110065", "Shirt", "252", "Shirt", "Menswear", "Blue", ""],
      ["0110065099", "0110066", "Shirt", "252", "Shirt", "Menswear", "Blue", 'A shirt, "slim".'],
      ["0110065098", "0110067", "Shirt", "252", "Shirt", "Menswear", "Blue", "No picture."],
    ];
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    await write(folder, {
      "articles.csv": [names, ...rows].map((row) => row.map(quoted).join()).join("\n"),
      "images/010/0108775015.jpg": "black",
      "images/010/0108775044.jpg": "white",
      "images/011/0110065001.jpg": "blue",
      "images/011/0110065099.jpg": "blue",
    });
    const set = await load(folder);
    assert.deepEqual(set.records.map(({ product }) => product), [
      "0108775",
      "0108775",
      "0110065",
      "0110066",
    ]);
    assert.deepEqual(set.records[3]?.captions, ['Shirt: A shirt, "slim".', "Shirt"]);
    assert.deepEqual(set.records[2]?.captions, ["Shirt"]);
    assert.equal(set.records[0]?.attributes.gender, "women");
    assert.deepEqual(skipped(set), { "no picture": 1 });
    await write(folder, { "articles.csv": "article_id,prod_name\n1,x\n" });
    await assert.rejects(
      load(folder),
      /product_code, index_group_name, detail_desc are missing, found article_id, prod_name/,
    );
  }),
);

Deno.test(
  "abo: English names, listings that share pictures in one split, phone cases capped",
  within(async (folder) => {
    const text = (value: string, language_tag = "en_US") => [{ language_tag, value }];
    const listing = (item_id: string, main: string, more: Record<string, unknown> = {}) => ({
      item_id,
      main_image_id: main,
      item_name: [...text("Stuhl", "de_DE"), ...text(`Chair ${item_id}`, "en_GB")],
      product_type: [{ value: "CHAIR" }],
      ...more,
    });
    const cases = Array.from(
      { length: 20 },
      (_, i) =>
        listing(`C${10 + i}`, `m${10 + i}`, { product_type: [{ value: "CELLULAR_PHONE_CASE" }] }),
    );
    const listings = [
      listing("A1", "m1", { other_image_id: ["m2"], color: text("Red"), material: text("Oak") }),
      listing("A2", "m2"),
      listing("A3", "m1", { item_name: text("Oak chair", "en_IN") }),
      listing("B1", "m4"),
      listing("B2", "m5"),
      listing("D1", "m6", { item_name: text("Stuhl", "de_DE") }),
      listing("D2", "m7"),
      { ...listing("D3", "m8"), main_image_id: undefined },
      ...cases,
    ];
    const ids = ["m1", "m2", "m4", "m5", "m6", ...cases.map((c) => c.main_image_id)];
    const table = ids.map((id) => `${id},10,10,0/${id}.jpg`);
    const lines = (some: unknown[]) => some.map((one) => JSON.stringify(one)).join("\n");
    const files: Record<string, string | Uint8Array> = {
      "listings/metadata/listings_0.json.gz": await gzip(lines(listings.slice(0, 4)) + "\n{oops"),
      "listings/metadata/listings_f.json.gz": await gzip(lines(listings.slice(4))),
      "images/metadata/images.csv.gz": await gzip(
        ["image_id,height,width,path", ...table].join("\n"),
      ),
    };
    const pictures = await Promise.all(
      ids.map(async (id, i) =>
        [`images/small/0/${id}.jpg`, await plainPicture(`rgb(${8 * i},0,0)`, "jpeg")] as const
      ),
    );
    await write(folder, { ...files, ...Object.fromEntries(pictures) });
    const set = await load(folder);
    assert.deepEqual([set.format, set.records.length], ["abo", 4 + 5]);
    const first = set.records.find(({ id }) => id === "images/small/0/m1.jpg");
    assert.deepEqual(first?.captions, ["Chair A1", "Oak chair", "Chair A1, Red, Oak"]);
    assert.equal(first?.product, "A1");
    const shared = set.records.find(({ id }) => id === "images/small/0/m2.jpg");
    assert.equal(shared?.split, first?.split);
    assert.deepEqual(skipped(set), {
      "malformed line": 1,
      "no English name": 1,
      "no picture": 2,
      "phone case over the cap": 15,
    });
    // The same in the archives as they are downloaded.
    const archived = `${folder}-archives`;
    await Deno.mkdir(archived);
    await writeTar(
      join(archived, "abo-listings.tar"),
      Object.fromEntries(
        Object.entries(files).filter(([path]) => path.startsWith("listings")),
      ),
    );
    await writeTar(
      join(archived, "abo-images-small.tar"),
      Object.fromEntries([
        ...Object.entries(files).filter(([path]) => path.startsWith("images")),
        ...pictures,
      ]),
    );
    const same = await load(archived);
    assert.equal(same.fingerprint, set.fingerprint);
    near(await colourOf(same, "images/small/0/m5.jpg"), [24, 0, 0]);
    // Made to fill memories.
    const tableFile = join(folder, "images", "metadata", "images.csv.gz");
    await Deno.writeFile(tableFile, await gzip(new Uint8Array(2 ** 27)));
    await assert.rejects(load(folder), /images\.csv\.gz: it grows beyond \d+ bytes, from \d+/);
    await Deno.remove(tableFile);
    await assert.rejects(
      load(folder),
      /expected listings_0\.json\.gz … and images\.csv\.gz, found no im/,
    );
  }),
);

Deno.test(
  "fashion-gen: pictures and texts of HDF5 files, validation for testing",
  within(async (folder) => {
    await Deno.mkdir(folder);
    const texts = (i: number) => ({
      input_description: ["A red<br>dress.", "A café dress.", ""][i % 3]!,
      input_category: "DRESSES",
      input_gender: "Women",
      input_pose: `id_gridfs_${i}`,
    });
    await writeH5(join(folder, "fashiongen_256_256_train.h5"), [0, 1, 2, 3], (i) => i >> 1, texts);
    await writeH5(join(folder, "fashiongen_256_256_validation.h5"), [4], (i) => i + 50, texts);
    const set = await load(folder);
    assert.deepEqual([set.format, set.records.length], ["fashion-gen", 4]);
    assert.deepEqual(set.records.map(({ product, split }) => [product, split]), [
      ["0", "train"],
      ["0", "train"],
      ["1", "train"],
      ["54", "test"],
    ]);
    assert.deepEqual(set.records.slice(0, 2).map(({ captions }) => captions[0]), [
      "A red dress.",
      "A café dress.",
    ]);
    assert.deepEqual(skipped(set), { "no caption": 1 });
    assert.equal(set.records[0]?.attributes.gender, "women");
    near(await colourOf(set, "fashiongen_256_256_train.h5:3"), [120, 30, 0]);
    await Deno.writeTextFile(join(folder, "fashiongen_256_256_train.h5"), "no HDF5");
    await assert.rejects(load(folder), /train\.h5: expected an HDF5 file, found one that is none/);
    await writeH5(join(folder, "fashiongen_256_256_train.h5"), [0], () => 1, () => ({}));
    await assert.rejects(
      load(folder),
      /train\.h5: expected input_description, found only input_im/,
    );
  }),
);

Deno.test(
  "product1m: five fields between #####, pictures by item id",
  within(async (folder) => {
    const line = (id: string, title: string, labels = "口红#;#香水") =>
      [id, title, `https://img/${id}.jpg`, `https://oss/${id}.jpg`, labels].join("#####");
    await write(folder, {
      "product1m_train_ossurl_v2.txt": [
        line("1", "口红 套装"),
        line("2", "香水"),
        line("3", "面霜"),
        "4#####x",
      ]
        .join("\n"),
      "product1m_dev_ossurl_v2.txt": line("5", "精华"),
      "product1m_test_ossurl_v2.txt": line("6", "眼霜", ""),
      "images/1.jpg": "red",
      "images/2.jpg": "lime",
      "images/5.jpg": "blue",
      "product1m_test_ossurl_v2/6.jpg": "white",
    });
    const set = await load(folder);
    assert.deepEqual(set.records.map(({ captions, split }) => [captions[0], split]), [
      ["口红 套装", "train"],
      ["香水", "train"],
      ["精华", "validation"],
      ["眼霜", "test"],
    ]);
    assert.deepEqual(set.records[0]?.attributes.label, ["口红", "香水"]);
    assert.deepEqual(skipped(set), { "malformed line": 1, "no picture": 1 });
    await write(folder, { "product1m_dev_ossurl_v2.txt": "<html>404</html>" });
    await assert.rejects(
      load(folder),
      /dev_ossurl_v2\.txt: expected five fields a line separated by/,
    );
  }),
);

Deno.test(
  "m5product: meta_info as array, object and lines",
  within(async (folder) => {
    const record = (item_id: string, more = {}) => ({
      item_id,
      caption: `Storage box ${item_id}`,
      image: `${item_id}.jpg`,
      video: `${item_id}.mp4`,
      audio: `${item_id}.mp3`,
      tabular: { material: "acrylic", colour: "clear" },
      label: "box",
      ...more,
    });
    const records = ["1", "2", "3"].map((id) => record(id));
    await write(folder, {
      "images/1.jpg": "red",
      "images/2.jpg": "lime",
      "images/3.jpg": "blue",
      "meta_info.json": JSON.stringify([...records, record("4"), record("5", { caption: "" })]),
    });
    const set = await load(folder);
    assert.deepEqual([set.format, set.records.length], ["m5product", 3]);
    assert.deepEqual(set.records[0]?.attributes, {
      material: "acrylic",
      colour: "clear",
      label: "box",
    });
    assert.deepEqual(skipped(set), { "no picture": 1, "bad caption": 1 });
    const layouts = {
      "meta_info.json": JSON.stringify({
        meta_info: Object.fromEntries(records.map((r) => [r.item_id, r])),
      }),
      "meta_info.jsonl": records.map((r) => JSON.stringify({ meta_info: r })).join("\n"),
    };
    for (const [file, content] of Object.entries(layouts)) {
      await Deno.remove(join(folder, "meta_info.json")).catch(() => {});
      await write(folder, { [file]: content });
      assert.equal((await load(folder)).fingerprint, set.fingerprint, file);
    }
    await write(folder, { "meta_info.jsonl": "no\njson" });
    await assert.rejects(load(folder), /meta_info\.jsonl: expected JSON records with item_id and/);
  }),
);

Deno.test(
  "a folder of no known layout, and a layout that does not exist, list those there are",
  within(async (folder) => {
    await write(folder, { "notes.md": "Nothing here." });
    await assert.rejects(load(folder), /one of\n {2}imagefolder: [^]*found 1 files \(notes\.md/);
    await assert.rejects(
      load(folder, { format: "zip" }),
      /format "zip" is not known; expected one of imagefolder, abo, /,
    );
    await assert.rejects(
      load(folder, { format: "webdataset" }),
      /expected tar shards, found none/,
    );
  }),
);
