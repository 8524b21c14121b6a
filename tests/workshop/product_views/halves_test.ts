import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadFolder } from "unidiff/data/load.ts";
import { leaking } from "unidiff/workshop/product_views/alike.ts";
import { finetuned, productOf } from "unidiff/workshop/product_views/halves.ts";
import { goodLine, halfPicture, inFolder, writeFolder } from "../../data/folder.ts";

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
    const [left, right] = await Promise.all([halfPicture("left"), halfPicture("right")]);
    const splits = { chair: "train", bed: "train", door: "test", lamp: "validation" };
    const lines = Object.entries(splits).map(([name, split]) => goodLine(name, { split }));
    await writeFolder(folder, lines, {
      "images/chair.png": left,
      "images/bed.png": right,
      "images/door.png": left,
      "images/lamp.png": await halfPicture("top"),
    });
    const { records } = await loadFolder(folder, { cache: join(folder, "cache") });
    assert.deepEqual([...await leaking(records)], ["images/chair.png"]);
  }));
