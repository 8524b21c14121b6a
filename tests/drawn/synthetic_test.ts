import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "@std/path";
import { drawnCorpus } from "unidiff/drawn/corpus.ts";
import { drawPixels, drawSample, PRODUCTS } from "unidiff/drawn/draw.ts";
import { COLOURS, hsv, shadeOf } from "unidiff/drawn/colour.ts";
import { drawnPictures } from "unidiff/drawn/fashion/pictures.ts";
import { GARMENTS } from "unidiff/drawn/figure.ts";
import { stream } from "unidiff/runtime/random.ts";

const many = Array.from({ length: 3000 }, (_, i) => drawSample(i, 1));

Deno.test("drawSample() depends on index and seed alone", () => {
  assert.deepEqual(drawSample(7, 3), drawSample(7, 3));
  assert.notEqual(drawSample(7, 3).svg, drawSample(8, 3).svg);
  assert.notEqual(drawSample(7, 3).svg, drawSample(7, 4).svg);
  assert.equal(drawSample(7, 3, 64).caption, drawSample(7, 3, 128).caption);
});

Deno.test("drawSample() draws about 60 % garments, and every kind of thing", () => {
  const people = many.filter(({ key }) => /^(wo)?man\|/.test(key));
  assert.ok(Math.abs(people.length / many.length - 0.6) < 0.05, `${people.length} of 3000`);
  const kinds = new Set(many.map(({ key }) => key.split("|").slice(0, 2).join("|")));
  for (const gender of ["man", "woman"] as const) {
    for (const kind of [...GARMENTS[gender].upper, ...GARMENTS[gender].lower]) {
      assert.ok(kinds.has(`${gender}|${kind}`), `${gender} ${kind}`);
    }
  }
  assert.ok(Object.keys(PRODUCTS).length >= 60);
  const products = [...kinds].filter((kind) => kind.startsWith("product|")).length;
  assert.ok(products > 0.9 * Object.keys(PRODUCTS).length, `${products} kinds of product`);
});

Deno.test("drawSample() captions speak the grammar of the photographs", () => {
  const full =
    /^A (man|woman) wearing (an? )?[a-z]+ [a-z -]+?( with an? [a-z-]+ pattern)?(, made of [a-z ]+)?(, seen from behind)?\.$/;
  const worn = many.filter(({ caption }) =>
    / wearing /.test(caption) && /^A (wo)?man/.test(caption)
  );
  assert.ok(worn.length > 500);
  for (const { caption, key, attributes } of worn) {
    assert.match(caption, full);
    const [gender, kind, colour] = key.split("|") as [string, string, string];
    assert.ok(caption.includes(gender) && caption.includes(`${colour} ${kind}`), caption);
    assert.equal(caption.includes("seen from behind"), attributes["view"] === "back", caption);
  }
  for (const { caption } of many) {
    assert.doesNotMatch(caption, /\ba [aeio]|\ban [^aeiou]/i, caption);
  }
});

Deno.test("drawSample() names no colour for things that have their own", () => {
  const plants = many.filter(({ key }) => key === "product|hedge");
  assert.ok(plants.length > 0);
  for (const { caption } of plants) assert.doesNotMatch(caption, new RegExp(COLOURS.join("|")));
});

Deno.test("drawSample() writes well-formed, small SVG", () => {
  for (const { svg } of many.slice(0, 500)) {
    assert.ok(svg.length < 60_000, `${svg.length} characters`);
    assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
    for (const [, id] of svg.matchAll(/url\(#(\w+)\)/g)) assert.ok(svg.includes(`id="${id}"`), svg);
  }
});

Deno.test("drawPixels() gives numbers from -1 to 1 with a light ground and a coloured thing", async () => {
  const indices = many.flatMap(({ key }, i) => /\|red\|solid$/.test(key) ? [i] : []).slice(0, 12);
  const { pixels, captions, keys } = await drawPixels(indices, { seed: 1, size: 32 });
  assert.equal(pixels.length, indices.length * 32 * 32 * 3);
  assert.equal(captions.length, indices.length);
  assert.deepEqual(keys, indices.map((i) => (many[i] as { key: string }).key));
  assert.ok(pixels.every((x) => x >= -1 && x <= 1));
  for (let i = 0; i < indices.length; i++) {
    const picture = pixels.subarray(i * 32 * 32 * 3, (i + 1) * 32 * 32 * 3);
    let red = 0;
    for (let p = 0; p < picture.length; p += 3) {
      const [r, g, b] = picture.subarray(p, p + 3) as unknown as [number, number, number];
      if (r - Math.max(g, b) > 0.4) red++;
    }
    assert.ok(red > 20, `${captions[i]}: ${red} red pixels`);
    assert.ok((picture[0] as number) > 0.4, "the corner shows the ground");
  }
});

Deno.test("drawnCorpus() reads back what it drew, and draws anew what is damaged", async () => {
  const cache = await Deno.makeTempDir();
  try {
    let drawn = 0;
    const options = { seed: 5, size: 16, from: 100, cache, onDone: () => drawn++ };
    const first = await drawnCorpus(10, options);
    assert.ok(drawn > 0);
    const before = drawn, second = await drawnCorpus(10, options);
    assert.equal(drawn, before);
    assert.deepEqual(second.bytes, first.bytes);
    assert.deepEqual(second.captions, first.captions);
    const direct = await drawPixels([103], { seed: 5, size: 16 });
    assert.deepEqual(second.pixels([3]), direct.pixels);
    assert.equal(second.captions[3], direct.captions[0]);
    assert.throws(() => second.pixels([10]), /from 0 to 9, found 10/);

    const [folder] = [...Deno.readDirSync(cache)];
    await Deno.writeFile(join(cache, folder!.name, "pixels.u8"), new Uint8Array(3));
    const third = await drawnCorpus(10, options);
    assert.deepEqual(third.bytes, first.bytes);
    assert.equal([...Deno.readDirSync(cache)].length, 1, "nothing unfinished is left");
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("shadeOf() keeps the colour words apart", () => {
  const rng = stream(0, "shades");
  assert.deepEqual(hsv(0, 1, 1), [255, 0, 0]);
  for (let i = 0; i < 50; i++) {
    const [r, g, b] = shadeOf("blue", rng);
    assert.ok(b > r && b >= g, `blue: ${[r, g, b]}`);
    assert.ok(Math.max(...shadeOf("black", rng)) < 60);
    assert.ok(Math.min(...shadeOf("white", rng)) > 215);
  }
});

Deno.test("drawings are what they were: a hash of 500 samples, and of 200 pictures of the sets", () => {
  const hash = createHash("sha256");
  for (let i = 0; i < 500; i++) hash.update(JSON.stringify(drawSample(i, 1)));
  for (const gender of ["man", "woman"] as const) {
    for (const picture of drawnPictures(gender, 100)) hash.update(JSON.stringify(picture));
  }
  // Who changes a drawing raises DRAWING_VERSION or FASHION_VERSION, and this.
  assert.equal(
    hash.digest("hex"),
    "a79f22eecb1e8d53d8f5ac58ec719ee1126cd7b8e5793c97d506ea02b5014814",
  );
});
