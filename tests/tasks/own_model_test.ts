/** A model of one's own from the command line: fine-tuned, drawn from, searched with. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import sharp from "sharp";
import { exists } from "unidiff/runtime/files.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { loadModel } from "unidiff/study/start.ts";
import { findModelFolder, loadModelFolder, modelFolderOf } from "unidiff/study/model_folder.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { rankBySimilarity } from "unidiff/study/search.ts";
import { studyFolder } from "unidiff/study/setting.ts";
import { inFolder } from "../data/folder.ts";
import { snapshot, tinyDataSet } from "../study/tiny.ts";
import { said } from "./said.ts";

Deno.test("finetune, generate and search make and use a model, and repeat nothing", () =>
  inFolder(async (folder) => {
    const name = `test-own-model-${Deno.pid}`, set = await tinyDataSet(folder);
    try {
      const args = ["--data", set, "--preset", "nano", "--steps", "3", "--output", name];
      const made = await said("finetune", ...args);
      assert.equal(made.code, 0, made.err);
      assert.match(made.out, /model: {2}results\/test-own-model-\d+\/model\n/);
      const files = await snapshot(modelFolderOf(name));
      assert.ok(await exists(join(studyFolder(name), "index.html")));

      const again = await said("finetune", ...args);
      assert.match(again.out, /it is finished already/);
      assert.deepEqual(await snapshot(modelFolderOf(name)), files);
      const other = await said("finetune", ...args, "--row", "A3");
      assert.equal(other.code, 2);
      assert.match(other.err, /holds the model of tiny--A6.*these settings make tiny--A3/);

      // What was trained differs from the start; what no loss reaches is the start.
      await startBackend();
      const tuned = await loadModelFolder(await findModelFolder(name));
      const start = await loadModel(presetOf("nano"));
      const moved = (parameter: string) =>
        tf.tidy(() =>
          tf.max(tf.abs(tf.sub(tuned.params[parameter]!, start.params[parameter]!))).dataSync()[0]!
        );
      assert.ok(moved("conv_in.weight") > 0 && moved("visual_projection.weight") > 0);
      assert.equal(moved("encoder.conv_in.weight"), 0);
      tf.dispose([tuned.params, start.params]);

      const drawing = ["A red cup.", "A blue hat.", "--model", name, "--count", "2"];
      const out = join(folder, "drawn");
      const drawn = await said("generate", ...drawing, "--steps", "2", "--output", out);
      assert.equal(drawn.code, 0, drawn.err);
      const names = [...Deno.readDirSync(out)].map((entry) => entry.name).sort();
      assert.deepEqual(names, [
        "001-a-red-cup.png",
        "002-a-red-cup.png",
        "003-a-blue-hat.png",
        "004-a-blue-hat.png",
        "grid.png",
        "settings.json",
      ]);
      const bytes = await snapshot(out);
      const size = await sharp(join(out, "001-a-red-cup.png")).metadata();
      assert.deepEqual([size.width, size.height], [32, 32]);
      const twice = await said("generate", ...drawing, "--steps", "2", "--output", out);
      assert.match(twice.out, /drawn already/);
      const seed = await said("generate", ...drawing, "--seed", "1", "--output", out);
      assert.equal(seed.code, 2);
      assert.match(seed.err, /tells of other pictures; choose another --output/);
      assert.deepEqual(await snapshot(out), bytes);

      const picture = join(set, "images", "red-cup.png"), found = join(folder, "found");
      const search = ["--data", set, "--model", name, "--top", "3", "--output", found];
      const like = await said("search", picture, ...search);
      assert.equal(like.code, 0, like.err);
      // The picture itself lies in the set.
      const ranks = JSON.parse(await Deno.readTextFile(join(found, "ranks.json")));
      assert.equal(ranks.found.length, 32);
      assert.equal(ranks.found[0].id, "images/red-cup.png");
      assert.ok(Math.abs(ranks.found[0].cosine - 1) < 1e-5);
      assert.ok(like.out.includes("\n   1  1.000  A red cup.  (images/red-cup.png)\n"), like.out);
      assert.ok((await sharp(join(found, "contact.png")).metadata()).height > 256);
    } finally {
      await Deno.remove(studyFolder(name), { recursive: true }).catch(() => {});
    }
  }));

Deno.test("finetune, generate and search refuse what cannot be, before any work", async () => {
  const cases: [string, string[], RegExp][] = [
    ["finetune", [], /required option '--data <folder>' not specified/],
    ["finetune", ["--data", "./nowhere"], /nowhere.*no such/s],
    ["finetune", ["--data", "ecommerce-product", "--row", "A99"], /row "A99" is not known/],
    ["generate", ["A cup.", "--model", "nobody"], /model "nobody": no config\.json at/],
    ["generate", ["A cup.", "--count", "0"], /expected an integer of at least 1/],
    ["search", ["no-such.png", "--data", "ecommerce-product"], /no-such\.png: no such picture/],
  ];
  const results = await Promise.all(cases.map(([name, args]) => said(name, ...args)));
  for (const [i, { code, err }] of results.entries()) {
    const [name, args, expected] = cases[i]!;
    assert.equal(code, 2, `${name} ${args}: ${err}`);
    assert.match(err, expected);
    assert.doesNotMatch(err, /\n\s+at /, "a stack trace");
  }
});

Deno.test("rankBySimilarity() sorts by falling cosine, equal ones by their place", () => {
  const items = Float32Array.of(0, 1, 1, 0, 0.6, 0.8, 1, 0);
  const ranked = rankBySimilarity(Float32Array.of(1, 0), items, 2);
  assert.deepEqual(ranked.map(({ index }) => index), [1, 3, 2, 0]);
  assert.ok(Math.abs(ranked[2]!.cosine - 0.6) < 1e-6);
});
