import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadFolder } from "unidiff/data/load.ts";
import { refuseKnownProducts } from "unidiff/workshop/pretrain/leaks.ts";
import { goodLine, inFolder, writeFolder } from "../../data/folder.ts";

Deno.test("refuseKnownProducts() refuses a product of any part, and a picture that looks like one", () =>
  inFolder(async (folder) => {
    const load = async (name: string, products: string[], pictures: Uint8Array[]) => {
      const lines = products.map((product) => goodLine(product));
      const files = Object.fromEntries(products.map((p, i) => [`images/${p}.png`, pictures[i]!]));
      await writeFolder(join(folder, name), lines, files);
      return await loadFolder(join(folder, name), { cache: join(folder, "cache") });
    };
    const [left, right, top] = await Promise.all(["left", "right", "top"].map(half));
    const tuned = await load("tuned", ["chair", "lamp"], [left!, right!]);
    const apart = await load("apart", ["door"], [top!]);
    await refuseKnownProducts(apart.records, [tuned]);
    await assert.rejects(
      refuseKnownProducts((await load("same", ["Chair"], [top!])).records, [apart, tuned]),
      /product "chair" is pretrained on and is of tuned \(.*, train\)/,
    );
    const numbered = { ...apart.records[0]!, attributes: { title: "Lamp" } };
    await assert.rejects(refuseKnownProducts([numbered], [tuned]), /product "lamp" is pretrained/);
    await assert.rejects(
      refuseKnownProducts((await load("copied", ["door"], [right!])).records, [tuned]),
      /\(images\/door\.png\) is pretrained on and looks like .*\(images\/lamp\.png\) of tuned/,
    );
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
