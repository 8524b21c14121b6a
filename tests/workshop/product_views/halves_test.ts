import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadFolder } from "unidiff/data/load.ts";
import { leaking } from "unidiff/workshop/product_views/alike.ts";
import { finetuned, productOf } from "unidiff/workshop/product_views/halves.ts";
import { goodLine, inFolder, writeFolder } from "../../data/folder.ts";

Deno.test("finetuned() keeps every product in the split it has", () => {
  const splits = finetuned([{ product: "chair", split: "test" }, {
    product: "bed",
    split: "train",
  }]);
  assert.equal(splits.get(productOf({ title: "Chair" })), "test");
  assert.equal(splits.get(productOf({ title: "Exterior door" })), undefined);
  assert.equal(productOf({ title: "Concept Sedan 02" }), "concept sedan");
});

Deno.test("leaking() names what is trained on and looks like what is held out", () =>
  inFolder(async (folder) => {
    const [left, right] = await Promise.all([half("left"), half("right")]);
    const splits = { chair: "train", bed: "train", door: "test", lamp: "validation" };
    const lines = Object.entries(splits).map(([name, split]) => goodLine(name, { split }));
    await writeFolder(folder, lines, {
      "images/chair.png": left,
      "images/bed.png": right,
      "images/door.png": left,
      "images/lamp.png": await half("top"),
    });
    const { records } = await loadFolder(folder, { cache: join(folder, "cache") });
    assert.deepEqual([...await leaking(records)], ["images/chair.png"]);
  }));

/** A white picture that is red towards one side. */
async function half(side: string): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  const size = 72, bytes = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const along = side === "top" ? y : side === "left" ? x : size - 1 - x;
      bytes.set([255, 3 * along, 3 * along], 3 * (y * size + x));
    }
  }
  return await sharp(bytes, { raw: { width: size, height: size, channels: 3 } }).png().toBuffer();
}
