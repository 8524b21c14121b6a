import assert from "node:assert/strict";
import { join } from "@std/path";
import sharp from "sharp";
import {
  cutTiles,
  pictureGrid,
  plainGrid,
  stackPictures,
  toTiles,
  writeSamples,
} from "unidiff/report/grid.ts";

/** Pictures of one grey each: [values.length, size, size, 3]. */
const greys = (values: number[], size: number) =>
  Float32Array.from(
    { length: values.length * size * size * 3 },
    (_, i) => values[Math.floor(i / (size * size * 3))]!,
  );

async function pixels(png: Uint8Array) {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  const at = (
    x: number,
    y: number,
  ) => [
    ...data.subarray(
      (y * info.width + x) * info.channels,
      (y * info.width + x) * info.channels + 3,
    ),
  ];
  return { at, width: info.width, height: info.height };
}

Deno.test("toTiles() maps [-1, 1] to bytes and clips", () => {
  assert.deepEqual([...toTiles(new Float32Array([-1, 0, 1]), 1).bytes], [0, 128, 255]);
  assert.deepEqual([...toTiles(new Float32Array([-2, 0.5, 7]), 1).bytes], [0, 191, 255]);
  assert.throws(
    () => toTiles(new Float32Array(4), 1),
    /4 numbers, expected a multiple of 1 × 1 × 3/,
  );
});

Deno.test("plainGrid() and cutTiles() are inverse", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const tiles = toTiles(Float32Array.from({ length: 5 * 27 }, (_, i) => Math.sin(i)), 3);
    const path = join(folder, "samples.png");
    await Deno.writeFile(path, await plainGrid(tiles, 2));
    const { width, height } = await sharp(path).metadata();
    assert.deepEqual([width, height], [6, 9]);
    assert.deepEqual(await cutTiles(path, { size: 3, columns: 2, count: 5 }), tiles);
    await assert.rejects(
      cutTiles(path, { size: 4, columns: 2, count: 5 }),
      /samples\.png: 6 × 9 pixels, expected 8 × 12 for 5 pictures of 4/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("writeSamples() wants a picture for each prompt", async () => {
  const samples = { prompts: ["a", "b"], size: 2, columns: 2 };
  await assert.rejects(
    writeSamples("/nowhere", greys([0], 2), samples),
    /1 pictures, expected one/,
  );
});

Deno.test("pictureGrid() puts picture i at row ⌊i / columns⌋, column i mod columns", async () => {
  const png = await pictureGrid(greys([-1, 0, 1], 8), {
    size: 8,
    columns: 2,
    scale: 2,
    kernel: "nearest",
  });
  const { at, width, height } = await pixels(png);
  // Tiles of 16 pixels, gaps of 4 around each.
  assert.deepEqual([width, height], [44, 44]);
  assert.deepEqual(at(4, 4), [0, 0, 0]);
  assert.deepEqual(at(19, 19), [0, 0, 0]);
  assert.deepEqual(at(20, 10), [255, 255, 255]);
  assert.deepEqual(at(24, 4), [128, 128, 128]);
  assert.deepEqual(at(12, 32), [255, 255, 255]);
});

Deno.test("pictureGrid() makes room for labels and draws them", async () => {
  const options = { size: 8, columns: 2, scale: 4 };
  const plain = await pixels(await pictureGrid(greys([0, 0], 8), options));
  const labels = { rowLabels: ["A1 ITC"], columnLabels: ["x", "y"] };
  const { at, width, height } = await pixels(
    await pictureGrid(greys([0, 0], 8), { ...options, ...labels }),
  );
  assert.ok(width > plain.width + 40 && height > plain.height + 12, `${width} × ${height}`);
  const left = width - plain.width, top = height - plain.height;
  let ink = 0;
  for (let y = top; y < height; y++) for (let x = 0; x < left; x++) if (at(x, y)[0]! < 128) ink++;
  assert.ok(ink > 20, `${ink} dark pixels of the row label`);
  assert.deepEqual(at(left + 5, top + 5), [128, 128, 128]);
});

Deno.test("pictureGrid() gives the same bytes each time", async () => {
  const draw = () =>
    pictureGrid(greys([0, 0.3], 8), { size: 8, columns: 2, columnLabels: ["a", "b"] });
  assert.deepEqual(await draw(), await draw());
});

Deno.test("stackPictures() puts pictures below each other", async () => {
  const one = await pictureGrid(greys([0], 8), { size: 8, columns: 1 });
  const { width, height } = await sharp(await stackPictures([one, one], 10)).metadata();
  assert.deepEqual([width, height], [24, 58]);
});
