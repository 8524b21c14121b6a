import assert from "node:assert/strict";
import sharp from "sharp";
import { findDataSet } from "unidiff/data/find.ts";
import { dataFolder } from "unidiff/data/folders.ts";
import {
  colourDifference,
  hammingDistance,
  type Look,
  lookOf,
  nearDuplicates,
} from "unidiff/data/near_duplicates.ts";
import { readPicture } from "unidiff/data/picture.ts";
import { stream } from "unidiff/runtime/random.ts";

const side = 72;

/** A picture of columns, each as bright as said. */
function columns(brightness: readonly number[]): Uint8Array {
  const pixels = new Uint8Array(side * side * 3), wide = side / brightness.length;
  for (let i = 0; i < side * side; i++) {
    pixels.fill(brightness[Math.floor((i % side) / wide)]!, 3 * i, 3 * i + 3);
  }
  return pixels;
}

Deno.test("lookOf() sets a bit where a block is brighter than its left neighbour", () => {
  const { hash, colours } = lookOf(columns([0, 50, 40, 41, 90, 90, 10, 200, 255]));
  const row = [1, 0, 0, 1, 0, 0, 1, 1]; // 40 → 41 is noise
  const byte = row.reduce((sum, bit, i) => sum + (bit << i), 0);
  assert.deepEqual([...hash], Array(4).fill(byte | (byte << 8)));
  assert.equal(colours.length, 8 * 8 * 3);
  assert.ok(Math.abs(colours[0]! - (255 - (8 * 0 + 1 * 50) / 9)) < 1e-3);
});

Deno.test("hammingDistance() and colourDifference() have their ends", () => {
  const words = (...values: number[]) => Uint16Array.from(values);
  assert.equal(hammingDistance(words(0, 0, 0, 0), words(0xffff, 0, 1, 0x8000)), 18);
  assert.equal(hammingDistance(words(5, 6, 7, 8), words(5, 6, 7, 8)), 0);
  assert.equal(colourDifference(Float32Array.of(10, 0), Float32Array.of(0, 10)), 1);
  assert.equal(colourDifference(Float32Array.of(0, 0), Float32Array.of(0, 0)), 0);
  assert.equal(colourDifference(Float32Array.of(10, 0), Float32Array.of(5, 0)), 0.5);
});

Deno.test("nearDuplicates() finds every pair that comparing all with all finds", () => {
  const draws = stream(3, "looks"), colours = new Float32Array(8 * 8 * 3).fill(9);
  const centres = Array.from(
    { length: 30 },
    () => Uint16Array.from({ length: 4 }, () => draws.int(65536)),
  );
  const looks: Look[] = Array.from({ length: 600 }, () => {
    const hash = draws.pick(centres).slice();
    for (let flip = draws.int(5); flip > 0; flip--) hash[draws.int(4)]! ^= 1 << draws.int(16);
    return { hash, colours };
  });
  const expected: string[] = [];
  for (let i = 0; i < looks.length; i++) {
    for (let j = i + 1; j < looks.length; j++) {
      if (hammingDistance(looks[i]!.hash, looks[j]!.hash) <= 4) expected.push(`${i}-${j}`);
    }
  }
  assert.ok(expected.length > 1000);
  assert.deepEqual(nearDuplicates(looks).map(([i, j]) => `${i}-${j}`), expected);
  const dark = { hash: looks[0]!.hash, colours: colours.map(() => 200) };
  assert.deepEqual(nearDuplicates([looks[0]!, dark]), []);
});

Deno.test("near-duplicates are a picture scaled and compressed anew; not mirrored, not recoloured", async () => {
  const places = [{ origin: "embedded" as const, folder: dataFolder }];
  const set = await findDataSet("ecommerce-product", { places });
  const look = async (bytes: Uint8Array) =>
    lookOf(await readPicture({ name: "a", bytes: () => Promise.resolve(bytes) }, side));
  let found = 0, mirrored = 0, recoloured = 0, asymmetric = 0, colourful = 0;
  const some = set.records.filter((_, i) => i % 25 === 0);
  for (const { image } of some) {
    const bytes = await image.bytes(), own = await look(bytes);
    const copies = [
      sharp(bytes).resize(100, 100).jpeg({ quality: 60 }),
      sharp(bytes).jpeg({ quality: 30 }),
    ];
    for (const copy of copies) {
      found += nearDuplicates([own, await look(await copy.toBuffer())]).length;
    }
    const flipped = await look(await sharp(bytes).flop().toBuffer());
    const turned = await look(
      await sharp(bytes).recomb([[0, 1, 0], [0, 0, 1], [1, 0, 0]]).toBuffer(),
    );
    // A ball is its own mirror image, and a grey thing keeps its colour.
    if (colourDifference(own.colours, flipped.colours) > 0.15) {
      asymmetric++;
      mirrored += nearDuplicates([own, flipped]).length;
    }
    if (colourDifference(own.colours, turned.colours) > 0.15) {
      colourful++;
      recoloured += nearDuplicates([own, turned]).length;
    }
  }
  assert.ok(found >= 0.95 * 2 * some.length, `${found} of ${2 * some.length}`);
  assert.ok(asymmetric > 10 && colourful > 5, `${asymmetric}, ${colourful}`);
  assert.deepEqual([mirrored, recoloured], [0, 0]);
});
