import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { stream } from "unidiff/runtime/random.ts";
import { findDataSet } from "unidiff/data/find.ts";
import { COLOURS } from "unidiff/drawn/colour.ts";
import { drawSample } from "unidiff/drawn/draw.ts";
import { DRAWING_VERSION } from "unidiff/drawn/corpus.ts";
import {
  DRAWN_SETS,
  drawnDataSet,
  FASHION_VERSION,
  parseDrawnName,
} from "unidiff/data/sources/drawn.ts";
import { drawItem, type Item, rasterise } from "unidiff/drawn/fashion/draw.ts";
import { drawnPictures } from "unidiff/drawn/fashion/pictures.ts";
import { designGarment, WARDROBE } from "unidiff/drawn/fashion/wardrobe.ts";
import { type Gender, PATTERNS, type Sleeve } from "unidiff/drawn/fashion/kind.ts";

const men = [...drawnPictures("man", DRAWN_SETS["fashion-man-drawn"]!.pictures)];
const women = [...drawnPictures("woman", DRAWN_SETS["fashion-woman-drawn"]!.pictures)];
const sets = { man: men, woman: women };

/** Counts the pixels of one picture that satisfy a condition on red, green and blue. */
function countPixels(bytes: Uint8Array, wanted: (r: number, g: number, b: number) => boolean) {
  let count = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    if (wanted(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!)) count++;
  }
  return count;
}

function item(gender: Gender, kind: string, changes: Partial<Item["garment"]> = {}): Item {
  const garment = {
    ...designGarment(stream(0, "a garment"), gender, kind),
    pattern: "solid" as const,
    ...changes,
  };
  return {
    gender,
    garment,
    colour: "blue",
    second: "white",
    shades: [[30, 60, 220], [245, 245, 245]],
  };
}

const draw = ({ svg }: { svg: string }, size = 64) => rasterise(svg, size);
const blue = (r: number, g: number, b: number) => b > 90 && b > 1.6 * r && b > 1.4 * g;

/** The picture of an item on the same person in the same scene. */
const shown = (it: Item, view: "front" | "back" = "front") =>
  draw(drawItem(it, view, stream(4, "scene"), { seed: 0, name: ["cloth"] }));

Deno.test("drawnPictures() depends on the seed alone, and longer sets begin like shorter ones", () => {
  const text = (pictures: Iterable<unknown>) => JSON.stringify([...pictures]);
  assert.equal(text(drawnPictures("man", 30)), text(men.slice(0, 30)));
  assert.notEqual(text(drawnPictures("man", 5, 1)), text(men.slice(0, 5)));
  for (const pictures of Object.values(sets)) {
    assert.equal(new Set(pictures.map(({ id }) => id)).size, pictures.length);
    assert.equal(new Set(pictures.map(({ svg }) => svg)).size, pictures.length);
  }
});

Deno.test("drawnPictures() keeps a product in one split, and every kind of garment in training and test", () => {
  for (const gender of ["man", "woman"] as const) {
    const splits = new Map<string, Set<string>>(), kinds = new Map<string, Set<string>>();
    for (const { product, split, attributes } of sets[gender]) {
      splits.set(product, (splits.get(product) ?? new Set()).add(split));
      const kind = attributes.category as string;
      kinds.set(kind, (kinds.get(kind) ?? new Set()).add(split));
    }
    for (const [product, found] of splits) assert.equal(found.size, 1, product);
    assert.ok(splits.size >= 65 && splits.size <= 95, `${splits.size} products`);
    assert.equal(kinds.size, Object.keys(WARDROBE[gender]).length);
    assert.ok(kinds.size >= 12);
    const missing = [...kinds].filter(([, found]) => !found.has("train") || !found.has("test"));
    assert.ok(missing.length <= 3, `${gender}: ${missing.map(([kind]) => kind)}`);
    const share = sets[gender].filter(({ split }) => split === "train").length /
      sets[gender].length;
    assert.ok(share > 0.6 && share < 0.82, `${share} for training`);
  }
});

Deno.test("drawnPictures() uses the whole range of attributes", () => {
  const all = [...men, ...women];
  const values = (key: string) => new Set(all.flatMap(({ attributes }) => attributes[key] ?? []));
  assert.ok(values("color").size >= 12);
  assert.deepEqual(values("pattern"), new Set(PATTERNS));
  assert.ok(values("sleeve").size === 4 && values("fit").size === 3);
  assert.ok(values("neckline").size >= 9 && values("length").size >= 6);
  const poses = (pictures: typeof men) =>
    new Set(pictures.map(({ attributes }) => attributes.pose));
  assert.notDeepEqual(poses(men), poses(women));
  assert.ok(values("ground").size >= 6);
  const back = all.filter(({ attributes }) => attributes.view === "back").length / all.length;
  assert.ok(back > 0.12 && back < 0.35, `${back} from behind`);
});

Deno.test("captions say what the attributes say", () => {
  const usual =
    /^A (man|woman) wearing (an? )?[a-z]+ [a-z -]+?( with an? [a-z -]+ pattern)?(, made of [a-z ]+)?(, seen from behind)?\.$/;
  for (const { captions, attributes } of [...men, ...women]) {
    const { color, category, view, pattern, fit } = attributes;
    assert.match(captions[0]!, usual);
    assert.ok(captions[0]!.includes(`${color} ${category}`), captions[0]!);
    assert.equal(captions[0]!.includes("seen from behind"), view === "back");
    assert.ok(captions.length >= 2 && new Set(captions).size === captions.length);
    for (const caption of captions) {
      assert.doesNotMatch(caption, /\ba [aeio]|\ban [^aeiou]|undefined|SECOND| {2}| [.,]|photo/i);
      const named = COLOURS.filter((name) => new RegExp(`\\b${name}\\b`, "i").test(caption));
      const allowed = [color, attributes.second_color];
      assert.ok(named.every((name) => allowed.includes(name)), `${caption}: ${allowed}`);
      assert.ok(new RegExp(color as string, "i").test(caption), caption);
      if (/from behind/.test(caption)) assert.equal(view, "back", caption);
      if (/from the front/.test(caption)) assert.equal(view, "front", caption);
      if (/\bloose\b/i.test(caption)) assert.equal(fit, "loose", caption);
      if (/short sleeves/.test(caption)) assert.equal(attributes.sleeve, "short", caption);
      if (/long sleeves/.test(caption)) assert.equal(attributes.sleeve, "long", caption);
      if (/v-neck/.test(caption)) assert.equal(attributes.neckline, "v-neck", caption);
      if (/stripe/.test(caption)) assert.deepEqual(pattern, ["striped"], caption);
      if (/checke?/.test(caption)) assert.deepEqual(pattern, ["checked"], caption);
    }
  }
});

Deno.test("drawItem() writes well-formed SVG of moderate length", () => {
  for (const { svg, id } of [...men, ...women]) {
    assert.ok(svg.length < 140_000, `${id}: ${svg.length} characters`);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/, id);
    const ids = [...svg.matchAll(/ id="(\w+)"/g)].map(([, name]) => name);
    assert.equal(new Set(ids).size, ids.length, id);
    for (const [, name] of svg.matchAll(/url\(#(\w+)\)/g)) {
      assert.ok(ids.includes(name), `${id} ${name}`);
    }
  }
});

Deno.test("drawItem() shows the garment in its colour, more of it with longer sleeves and hems", async () => {
  for (const gender of ["man", "woman"] as const) {
    const sleeves: Sleeve[] = ["short", "long"];
    const [short, long] = await Promise.all(
      sleeves.map(async (sleeve) =>
        countPixels(await shown(item(gender, "t-shirt", { sleeve })), blue)
      ),
    ) as [number, number];
    const none = countPixels(await shown(item(gender, "tank top", { fit: "regular" })), blue);
    assert.ok(none > 250, `${none}`);
    assert.ok(short > none + 30 && long > short + 60, `${none} ${short} ${long}`);
    const slim = countPixels(await shown(item(gender, "pants", { fit: "slim" })), blue);
    const loose = countPixels(await shown(item(gender, "pants", { fit: "loose" })), blue);
    const brief = countPixels(await shown(item(gender, "shorts", { length: "short" })), blue);
    assert.ok(loose > slim * 1.08 && slim > brief * 1.3, `${loose} ${slim} ${brief}`);
  }
  const skirts = ["mini", "knee-length", "midi", "maxi"] as const;
  const areas = await Promise.all(
    skirts.map(async (length) =>
      countPixels(
        await shown(item("woman", "skirt", { length, fit: "regular", style: "plain" })),
        blue,
      )
    ),
  );
  assert.deepEqual(areas, [...areas].sort((a, b) => a - b));
  const front = await shown(item("man", "jacket")),
    behind = await shown(item("man", "jacket"), "back");
  assert.notDeepEqual(front, behind);
});

Deno.test("drawItem() draws every kind and pattern of each set differently on the same person", async () => {
  for (const gender of ["man", "woman"] as const) {
    const seen = new Map<string, string>();
    const add = async (name: string, it: Item) => {
      const hash = createHash("sha256").update(await shown(it)).digest("hex");
      assert.equal(seen.get(hash), undefined, `${name} looks like ${seen.get(hash)}`);
      seen.set(hash, name);
    };
    for (const kind of Object.keys(WARDROBE[gender])) await add(kind, item(gender, kind));
    for (const pattern of PATTERNS) {
      if (pattern !== "solid") await add(pattern, item(gender, "t-shirt", { pattern }));
    }
  }
});

Deno.test("drawItem() shows the second colour of every pattern on every kind that may have it", async () => {
  for (const gender of ["man", "woman"] as const) {
    for (const [kind, { patterns = PATTERNS }] of Object.entries(WARDROBE[gender])) {
      for (const pattern of new Set(patterns)) {
        if (pattern === "solid") continue;
        for (const seed of [0, 5]) {
          const garment = { ...designGarment(stream(seed, "seen"), gender, kind), pattern };
          const it: Item = {
            ...item(gender, kind),
            garment,
            second: "green",
            shades: [[30, 60, 220], [0, 255, 0]],
          };
          const drawing = drawItem(it, "front", stream(seed, "s"), { seed: 0, name: [kind, seed] });
          const green = (r: number, g: number, b: number) => g > 90 && g > 1.4 * r && g > 1.25 * b;
          const count = countPixels(await draw(drawing), green);
          assert.ok(count >= 4, `${gender} ${kind} ${pattern} ${seed}: ${count} pixels`);
        }
      }
    }
  }
});

Deno.test("designGarment() names what a person does not wear", () => {
  assert.throws(
    () => designGarment(stream(0, "x"), "man", "skirt"),
    /a man wears no "skirt", expected one of t-shirt, /,
  );
});

Deno.test("parseDrawnName() reads counts and sizes, and says what is wrong", () => {
  assert.equal(parseDrawnName("fashion-man"), undefined);
  assert.deepEqual(parseDrawnName("fashion-man-drawn"), {
    name: "fashion-man-drawn",
    gender: "man",
    pictures: 320,
    size: 256,
  });
  const named = parseDrawnName("fashion-woman-drawn:5000@64")!;
  assert.deepEqual([named.name, named.pictures, named.size], [
    "fashion-woman-drawn-5000@64",
    5000,
    64,
  ]);
  assert.deepEqual(parseDrawnName(named.name), named);
  for (const wrong of ["fashion-man-drawn:", "fashion-man-drawn:0", "fashion-man-drawn:x@64"]) {
    assert.throws(() => parseDrawnName(wrong), /expected "fashion-man-drawn", .* found ":/);
  }
});

Deno.test("drawnDataSet() renders once, goes on after a kill, and gives the same bytes", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const wanted = parseDrawnName("fashion-man-drawn:12@32")!,
      folder = join(cache, `v${FASHION_VERSION}`);
    const options = { cache, showProgress: false };
    const first = await drawnDataSet(wanted, options);
    assert.equal(first.kind, "drawn");
    assert.equal(first.origin, "drawn");
    assert.equal(first.records.length, 12);
    assert.deepEqual(
      first.records.map(({ captions }) => captions),
      [...men.slice(0, 12)]
        .sort((a, b) => a.id < b.id ? -1 : 1).map(({ captions }) => captions),
    );
    assert.equal(first.records[0]!.attributes.kind, "drawn");

    // A kill after eleven pictures: what was drawn is kept, here one that can be told from its redrawing.
    const done = join(folder, wanted.name), unfinished = `${done}.unfinished`;
    const names = [...Deno.readDirSync(join(done, "images"))].map(({ name }) => name).sort();
    const [kept, lost] = [join("images", names[0]!), join("images", names[1]!)];
    await Deno.rename(done, unfinished);
    await Deno.remove(join(unfinished, "metadata.jsonl"));
    const lostBytes = await Deno.readFile(join(unfinished, lost));
    await Deno.remove(join(unfinished, lost));
    await Deno.copyFile(join(unfinished, "images", names[2]!), join(unfinished, kept));
    const resumed = await drawnDataSet(wanted, options);
    assert.deepEqual(await Deno.readFile(join(done, lost)), lostBytes);
    assert.notEqual(resumed.fingerprint, first.fingerprint, "the kept picture was not drawn again");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), [wanted.name]);

    await Deno.remove(done, { recursive: true });
    assert.equal((await drawnDataSet(wanted, options)).fingerprint, first.fingerprint);
    assert.equal(
      (await drawnDataSet(parseDrawnName("fashion-man-drawn:12@16")!, options)).records.length,
      12,
    );
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("findDataSet() refuses a misspelt drawn set before it draws", async () => {
  await assert.rejects(findDataSet("fashion-man-drawn:many"), /found ":many" behind the name/);
});

Deno.test("drawings change only with their version", () => {
  const hash = (values: unknown) =>
    createHash("sha256").update(JSON.stringify(values)).digest("hex").slice(0, 16);
  const corpus = hash(Array.from({ length: 200 }, (_, i) => drawSample(i, 2)));
  const said = "raise the version and put the new hash here: cached pictures are then drawn anew";
  assert.deepEqual([DRAWING_VERSION, corpus], [4, "d7909d1560ee4b62"], said);
  const fashion = hash([...men.slice(0, 100), ...women.slice(0, 100)]);
  assert.deepEqual([FASHION_VERSION, fashion], [5, "a2b47ff6c12b9f97"], said);
});
