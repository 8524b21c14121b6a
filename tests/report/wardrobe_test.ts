import assert from "node:assert/strict";
import sharp from "sharp";
import { wardrobeSheet } from "unidiff/report/wardrobe.ts";

Deno.test("wardrobeSheet() has a row for each kind of garment", async () => {
  const plain = await sharp(
    await wardrobeSheet("man", { columns: 2, size: 16, scale: 1, captions: false }),
  ).metadata();
  assert.deepEqual([plain.width, plain.height], [4 + 2 * 20, 4 + 17 * 20]);
  const named = await sharp(await wardrobeSheet("man", { columns: 2, size: 16, scale: 1 }))
    .metadata();
  assert.ok(named.width > plain.width + 40, "names stand on the left");
});
