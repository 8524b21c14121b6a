import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadFolder } from "unidiff/data/load.ts";
import { refuseKnownProducts } from "unidiff/workshop/pretrain/leaks.ts";
import { goodLine, halfPicture, inFolder, writeFolder } from "../../data/folder.ts";

Deno.test("refuseKnownProducts() refuses a product of any part, and a picture that looks like one", () =>
  inFolder(async (folder) => {
    const load = async (name: string, products: string[], pictures: Uint8Array[]) => {
      const lines = products.map((product) => goodLine(product));
      const files = Object.fromEntries(products.map((p, i) => [`images/${p}.png`, pictures[i]!]));
      await writeFolder(join(folder, name), lines, files);
      return await loadFolder(join(folder, name), { cache: join(folder, "cache") });
    };
    const [left, right, top] = await Promise.all(["left", "right", "top"].map(halfPicture));
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
