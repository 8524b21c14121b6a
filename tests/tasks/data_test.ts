/** `deno task data` from its command line. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import sharp from "sharp";
import { exists } from "unidiff/runtime/files.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { inFolder } from "../data/folder.ts";
import { tinyDataSet } from "../study/tiny.ts";
import { heard, said, taskCommand } from "./said.ts";

/** What the command said; at that port nobody listens: nothing may leave this machine. */
const data = (...args: string[]) =>
  heard(taskCommand("data", args, { UNIDIFF_MIRROR: "http://127.0.0.1:9" }));

Deno.test("data lists sets, and refuses wrong arguments with status 2 and without a trace", async () => {
  const cases: [string[], number, RegExp][] = [
    [
      ["list"],
      0,
      /ecommerce-product +embedded[^]*luma \(fashion-man, fashion-woman\)[^]*m5product/,
    ],
    [["--help"], 0, /preview[^]*deepfashion-multimodal#fashion-man/],
    [["check", "--help"], 0, /kaggle-fashion +styles\.csv/],
    [[], 2, /Usage: deno task data/],
    [["stats"], 2, /missing required argument 'names'/],
    [["preview", "x", "--count", "0"], 2, /expected an integer of at least 1/],
    [["get", "imagenet"], 2, /"imagenet" cannot be fetched; expected one of luma, fashion-man/],
    [
      ["get", "fashion-gen"],
      1,
      /by its makers only[^]*https:\/\/fashion-gen\.com[^]*check \.\/FOLDER/,
    ],
    [["check", "./no-such-folder"], 2, /no-such-folder: no such folder/],
  ];
  const results = await Promise.all(cases.map(([args]) => data(...args)));
  for (const [i, { code, out, err }] of results.entries()) {
    const [args, status, expected] = cases[i]!;
    assert.equal(code, status, `${args}: ${out}${err}`);
    assert.match(out + err, expected);
    assert.doesNotMatch(err, /\n\s+at /, "a stack trace");
  }
});

Deno.test("data get shows the licence and fetches nothing before it is accepted", () =>
  inFolder(async (to) => {
    const { code, out, err } = await data("get", "abo", "--to", to);
    assert.equal(code, 2);
    assert.match(out, /Licence: CC-BY-4\.0[^]*Credit Amazon\.com/);
    assert.match(err, /not accepted; read it above and add --accept-license/);
    assert.deepEqual([...Deno.readDirSync(to)], []);
  }));

Deno.test("data check, stats and preview on a folder of one's own", () =>
  inFolder(async (folder) => {
    const set = await tinyDataSet(folder), output = join(folder, "out");
    const [good, stats, preview] = await Promise.all([
      data("check", set),
      data("stats", set, "--output", output),
      data("preview", set, "--output", output, "--count", "6", "--columns", "3", "--size", "64"),
    ]);
    assert.equal(good.code, 0, good.err);
    assert.match(
      good.out,
      /imagefolder, 32 pictures of 32 products with captions, splits as given/,
    );
    assert.equal(stats.code, 0, stats.err);
    const [counted] = JSON.parse(await Deno.readTextFile(join(output, "stats.json")));
    assert.deepEqual([counted.pictures, counted.products, counted.distinctCaptions], [32, 32, 32]);
    assert.deepEqual(counted.bySplit, { train: 16, validation: 8, test: 8 });
    assert.deepEqual(counted.words, { mean: 3, max: 3 });
    assert.match(await Deno.readTextFile(join(output, "stats.md")), /\| tiny \| pictures \|/);
    assert.equal(preview.code, 0, preview.err);
    const { width } = await sharp(join(output, "tiny.png")).metadata();
    assert.ok(width! > 3 * 64 && width! < 4 * 64, `${width}`);

    await Deno.writeTextFile(join(set, "metadata.jsonl"), "\nno json\n", { append: true });
    await Deno.remove(join(set, "images", "red-cup.png"));
    const bad = await data("check", set), list = join(projectFolder, "results", "data");
    assert.equal(bad.code, 1);
    assert.match(
      bad.out,
      /2 rows cannot be used:\n +1 × malformed line, e\.g\. .*jsonl:33: expected/,
    );
    assert.match(bad.out, /1 × no picture, e\.g\. .*jsonl:1: expected the picture .*red-cup\.png/);
    const [, file = ""] = /results\/data\/(tiny-[0-9a-f]{6}-left-out\.tsv)/.exec(bad.out) ?? [];
    const path = join(list, file);
    assert.equal((await Deno.readTextFile(path)).trim().split("\n").length, 2);
    await Deno.remove(path);
    assert.ok(!await exists(path));
  }));

Deno.test("data check refuses a set that a study would refuse, in its words", () =>
  inFolder(async (folder) => {
    const set = await tinyDataSet(folder), path = join(set, "metadata.jsonl");
    const lines = (await Deno.readTextFile(path)).replaceAll(/"(test|validation)"/g, '"train"');
    await Deno.writeTextFile(path, lines);
    const [checked, tuned] = await Promise.all([
      data("check", set),
      said("finetune", "--preset", "nano", "--data", set, "--output", `test-unfit-${Deno.pid}`),
    ]);
    assert.deepEqual([checked.code, tuned.code], [1, 1]);
    const [refusal = "none"] = /data set "tiny": expected at least 2 [^\n]*/.exec(tuned.err) ?? [];
    assert.ok(checked.out.includes(refusal), `${refusal}\n${checked.out}`);
  }));
