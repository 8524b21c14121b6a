import assert from "node:assert/strict";
import { join } from "@std/path";
import sharp from "sharp";
import { flipPixels, loadPixels } from "unidiff/data/pixels.ts";
import { filePicture, readPicture } from "unidiff/data/picture.ts";
import type { ProductRecord } from "unidiff/data/record.ts";
import { inFolder, plainPicture } from "./folder.ts";

const record = (image: string): ProductRecord => ({
  id: image,
  image: filePicture(image),
  captions: ["A thing."],
  product: image,
  split: "train",
  attributes: {},
  where: "metadata.jsonl:7",
});

/** Pixels of one picture file, as triples row by row. */
async function triples(folder: string, picture: Uint8Array, size: number): Promise<number[][]> {
  const image = join(folder, `${crypto.randomUUID()}.png`);
  await Deno.writeFile(image, picture);
  const pixels = await loadPixels([record(image)], size);
  assert.equal(pixels.length, size * size * 3);
  return Array.from(
    { length: size * size },
    (_, i) => [...pixels.subarray(3 * i, 3 * i + 3)].map((v) => Math.round((v + 1) * 127.5)),
  );
}

const raw = (values: number[], width: number, height: number, channels: 1 | 2 | 3 | 4) =>
  sharp(Uint8Array.from(values), { raw: { width, height, channels } });

Deno.test("loadPixels() gives rows of RGB in [-1, 1] in the order of records", () =>
  inFolder(async (folder) => {
    const colours = ["#ff0000", "#0000ff", "#ffffff"];
    const records = await Promise.all(colours.map(async (colour, i) => {
      const image = join(folder, `${i}.png`);
      await Deno.writeFile(image, await plainPicture(colour));
      return record(image);
    }));
    const pixels = await loadPixels(records, 4);
    assert.equal(pixels.length, 3 * 4 * 4 * 3);
    assert.deepEqual([...pixels.subarray(0, 3)], [1, -1, -1]);
    assert.deepEqual([...pixels.subarray(48, 51)], [-1, -1, 1]);
    assert.deepEqual([...pixels.subarray(96)], Array(48).fill(1));
  }));

Deno.test("loadPixels() lays transparency on white and makes grey and 16-bit pictures RGB", () =>
  inFolder(async (folder) => {
    const clear = await raw([0, 0, 0, 0], 1, 1, 4).png().toBuffer();
    assert.deepEqual(await triples(folder, clear, 1), [[255, 255, 255]]);
    const half = await raw([0, 0, 0, 128], 1, 1, 4).png().toBuffer();
    assert.deepEqual(await triples(folder, half, 1), [[127, 127, 127]]);
    const grey = await raw([90], 1, 1, 1).toColourspace("b-w").png().toBuffer();
    assert.equal((await sharp(grey).metadata()).channels, 1);
    assert.deepEqual(await triples(folder, grey, 1), [[90, 90, 90]]);
    const clearGrey = await raw([90, 0], 1, 1, 2).toColourspace("b-w").png().toBuffer();
    assert.deepEqual(await triples(folder, clearGrey, 1), [[255, 255, 255]]);
    const deep = await raw([200, 100, 0], 1, 1, 3).toColourspace("rgb16").png().toBuffer();
    assert.equal((await sharp(deep).metadata()).depth, "ushort");
    assert.deepEqual(await triples(folder, deep, 1), [[200, 100, 0]]);
  }));

Deno.test("loadPixels() keeps the whole of a long picture, upright, on white", () =>
  inFolder(async (folder) => {
    const black = [0, 0, 0], white = [255, 255, 255], red = [255, 0, 0];
    const wide = raw([...black, ...black, ...red, ...red], 4, 1, 3);
    const lying = await triples(folder, await wide.png().toBuffer(), 4);
    assert.equal(lying.filter((p) => p.join() === white.join()).length, 12);
    assert.deepEqual(lying.filter((p) => p.join() !== white.join()), [black, black, red, red]);
    // EXIF 6: to be turned a quarter clockwise, left becomes top.
    const turned = await wide.withMetadata({ orientation: 6 }).png().toBuffer();
    const standing = await triples(folder, turned, 4);
    const column = standing.filter((p) => p.join() !== white.join());
    assert.deepEqual(column, [black, black, red, red]);
    assert.deepEqual([0, 1, 2, 3].filter((y) => standing[4 * y + 1]!.join() !== "255,255,255"), [
      0,
      1,
      2,
      3,
    ]);
  }));

Deno.test("loadPixels() averages where it shrinks", () =>
  inFolder(async (folder) => {
    const checks = Array.from({ length: 64 * 64 }, (_, i) => 255 * ((i + (i >> 6)) & 1));
    const board = await raw(checks.flatMap((v) => [v, v, v]), 64, 64, 3).png().toBuffer();
    for (const triple of await triples(folder, board, 8)) {
      for (const value of triple) assert.ok(Math.abs(value - 127.5) < 6, `${value}`);
    }
  }));

Deno.test("loadPixels() names file and line of a picture that is broken or gone", () =>
  inFolder(async (folder) => {
    const image = join(folder, "a.png");
    await assert.rejects(
      loadPixels([record(image)], 4),
      /metadata\.jsonl:7: the picture .*a\.png cannot be decoded: .*No such file/,
    );
    await Deno.writeTextFile(image, "no picture");
    await assert.rejects(
      loadPixels([record(image)], 4),
      /metadata\.jsonl:7: the picture .*a\.png cannot be decoded: .*--skip-bad/s,
    );
    await assert.rejects(loadPixels([], 0), /size of at least 1 pixel, found 0/);
  }));

Deno.test("readPicture() takes RGB values as they are, and a picture drawn at the size asked for", async () => {
  const values = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const source = { name: "a row", bytes: () => Promise.resolve(values) };
  const pixels = await readPicture({ ...source, raw: { width: 1, height: 2 } }, 2);
  assert.deepEqual(pixels.length, 12);
  const drawn = (size: number) => Promise.resolve(new Uint8Array(size * size * 3).fill(size));
  assert.deepEqual([...await readPicture({ ...source, pixels: drawn }, 1)], [1, 1, 1]);
  const wrong = () => Promise.resolve(values);
  await assert.rejects(
    readPicture({ ...source, pixels: wrong }, 1),
    /expected 3 bytes of RGB, found 6/,
  );
});

Deno.test("flipPixels() exchanges left and right of each picture, and twice changes nothing", () => {
  const pixels = Float32Array.from({ length: 2 * 2 * 2 * 3 }, (_, i) => i);
  const flipped = flipPixels(pixels, 2);
  assert.deepEqual([...flipped.subarray(0, 12)], [3, 4, 5, 0, 1, 2, 9, 10, 11, 6, 7, 8]);
  assert.deepEqual([...flipped.subarray(12, 18)], [15, 16, 17, 12, 13, 14]);
  assert.deepEqual(flipPixels(flipped, 2), pixels);
  assert.deepEqual([...flipPixels(Float32Array.of(1, 2, 3, 4), 2, 1)], [2, 1, 4, 3]);
  assert.throws(() => flipPixels(new Float32Array(5), 2), /a multiple of 2·2·3 values, found 5/);
});
