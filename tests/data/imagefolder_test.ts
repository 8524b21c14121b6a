import assert from "node:assert/strict";
import { join } from "@std/path";
import sharp from "sharp";
import { loadFolder } from "unidiff/data/load.ts";
import { goodLine, inFolder, plainPicture, type TestLine, writeFolder } from "./folder.ts";

Deno.test("loadFolder() reads captions, products, splits and attributes", () =>
  inFolder(async (folder) => {
    await writeFolder(folder, [
      goodLine("shirt", { text: ["A shirt.", "A red shirt."], license: "MIT", price: 3 }),
      "",
      goodLine("chair", { split: "test", license: "CC0-1.0", tags: ["a", "b"], none: null }),
    ], { "images/shirt.png": "red", "images/chair.png": "blue" });
    const set = await loadFolder(folder, { name: "mine", cache: join(folder, "cache") });
    assert.equal(set.name, "mine");
    assert.equal(set.kind, "pictures");
    assert.equal(set.origin, "path");
    assert.equal(set.licence, "CC0-1.0, MIT");
    assert.deepEqual(set.skipped, []);
    assert.match(set.fingerprint, /^[0-9a-f]{64}$/);
    assert.deepEqual(set.records.map(({ id }) => id), ["images/chair.png", "images/shirt.png"]);
    const [chair, shirt] = set.records;
    assert.deepEqual(shirt?.captions, ["A shirt.", "A red shirt."]);
    assert.deepEqual(shirt?.attributes, { license: "MIT", price: "3" });
    assert.deepEqual(chair?.attributes, { license: "CC0-1.0", tags: ["a", "b"] });
    assert.equal(chair?.image.name, join(folder, "images", "chair.png"));
    assert.equal(chair?.split, "test");
    assert.equal(chair?.where, `${join(folder, "metadata.jsonl")}:3`);
  }));

/** Each case: the bad third line, files beside those of the good lines, and what must be said. */
const picture = await plainPicture("green", "jpeg");
const noisy = await sharp(
  Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 7919) % 251),
  { raw: { width: 64, height: 64, channels: 3 } },
).jpeg().toBuffer();
const without = (field: string) => {
  const line: Record<string, unknown> = goodLine("hat");
  delete line[field];
  return line;
};
const broken: [name: string, TestLine, Record<string, string | Uint8Array>, RegExp][] = [
  [
    "a line that is no JSON",
    '{"file_name": ',
    {},
    /expected a JSON object, found "{"file_name": "/,
  ],
  ["a line that is no object", "[1]", {}, /expected a JSON object, found "\[1\]"/],
  ["a missing field", without("product"), {}, /"product" is missing, expected text/],
  [
    "a field of the wrong type",
    goodLine("hat", { product: [7] }),
    {},
    /"product" is \[7\], expected text/,
  ],
  [
    "an unknown split",
    goodLine("hat", { split: "holdout" }),
    {},
    /"holdout", expected one of train, valid/,
  ],
  ["an empty caption", goodLine("hat", { text: " " }), {}, /"text" is " ", expected a caption/],
  ["no caption in a list", goodLine("hat", { text: [] }), {}, /"text" is \[\], expected a caption/],
  [
    "an empty caption in a list",
    goodLine("hat", { text: ["A hat.", ""] }),
    {},
    /"text" is \["A hat.",""\], expected a caption/,
  ],
  ["a missing picture", goodLine("hat"), {}, /expected the picture .*hat\.png, found no such file/],
  [
    "a folder for a picture",
    goodLine("hat", { file_name: "images" }),
    {},
    /expected the picture .*images, found no such file/,
  ],
  [
    "a path outside the folder",
    goodLine("hat", { file_name: "../hat.png" }),
    {},
    /"file_name" is "\.\.\/hat\.png", expected a path inside/,
  ],
  [
    "an absolute path",
    goodLine("hat", { file_name: "/etc/hat.png" }),
    {},
    /"file_name" is "\/etc\/hat\.png", expected a path inside/,
  ],
  [
    "a picture named twice",
    goodLine("hat", { file_name: "./images/../images/chair.png" }),
    {},
    /stands already at .*metadata\.jsonl:1, expected each picture once/,
  ],
  [
    "a product in two splits",
    goodLine("hat", { product: "chair", split: "test" }),
    { "images/hat.png": "red" },
    /"product" "chair" is in "test" here and in "train" at .*metadata\.jsonl:1/,
  ],
  [
    "an empty picture",
    goodLine("hat"),
    { "images/hat.png": new Uint8Array() },
    /hat\.png cannot be decoded: /,
  ],
  [
    "a file that is no picture",
    goodLine("hat"),
    { "images/hat.png": new TextEncoder().encode("<html>not found</html>") },
    /hat\.png cannot be decoded: .*unsupported image format/,
  ],
  [
    "a truncated JPEG",
    goodLine("hat"),
    { "images/hat.png": noisy.subarray(0, noisy.length >> 1) },
    /hat\.png cannot be decoded: /,
  ],
  [
    "a truncated PNG",
    goodLine("hat"),
    { "images/hat.png": (await plainPicture("red")).subarray(0, 90) },
    /hat\.png cannot be decoded: /,
  ],
];

for (const [name, line, files, said] of broken) {
  Deno.test(`loadFolder() names file and line of ${name}, and can leave it out`, () =>
    inFolder(async (folder) => {
      const cache = join(folder, "cache");
      await writeFolder(folder, [goodLine("chair"), goodLine("lamp"), line], {
        "images/chair.png": picture,
        "images/lamp.png": "blue",
        ...files,
      });
      await assert.rejects(loadFolder(folder, { cache }), (error: Error) => {
        assert.match(error.message, said);
        assert.ok(error.message.includes(`${join(folder, "metadata.jsonl")}:3: `));
        assert.match(error.message, /: 1 bad line\.\n/);
        assert.match(error.message, /--skip-bad/);
        return true;
      });
      for (let again = 0; again < 2; again++) {
        const set = await loadFolder(folder, { cache, skipBad: true });
        assert.deepEqual(set.records.map(({ product }) => product), ["chair", "lamp"]);
        assert.equal(set.skipped.length, 1);
        assert.equal(set.skipped[0]?.where, `${join(folder, "metadata.jsonl")}:3`);
        assert.match(set.skipped[0]?.reason ?? "", said);
      }
      const good = join(folder, "good");
      await writeFolder(good, [goodLine("chair"), goodLine("lamp")], {
        "images/chair.png": picture,
        "images/lamp.png": "blue",
      });
      assert.equal(
        (await loadFolder(folder, { cache, skipBad: true })).fingerprint,
        (await loadFolder(good, { cache })).fingerprint,
      );
    }));
}

Deno.test("loadFolder() lists all bad lines at once, in their order, ten at most", () =>
  inFolder(async (folder) => {
    const cache = join(folder, "cache");
    const lines = Array.from({ length: 12 }, (_, i) => goodLine(`thing${i}`));
    await writeFolder(folder, [goodLine("chair"), ...lines.slice(0, 2), "{"], {
      "images/chair.png": "red",
      "images/thing1.png": new Uint8Array(9),
    });
    await assert.rejects(
      loadFolder(folder, { cache }),
      /: 3 bad lines\.\n.*:2: [^\n]*no such file\n.*:3: [^\n]*decoded[^\n]*\n.*:4: [^\n]*JSON/,
    );
    await writeFolder(folder, [goodLine("chair"), ...lines], {});
    await assert.rejects(loadFolder(folder, { cache }), /: 12 bad lines\.[^]*… and 2 more\n/);
  }));

Deno.test("loadFolder() refuses a set without records, and a folder without metadata", () =>
  inFolder(async (folder) => {
    const cache = join(folder, "cache");
    await assert.rejects(
      loadFolder(folder, { cache }),
      /no metadata\.jsonl and no other layout/,
    );
    await writeFolder(folder, [], {});
    await assert.rejects(
      loadFolder(folder, { cache }),
      /at least one good line, found none\./,
    );
    await writeFolder(folder, ["{"], {});
    await assert.rejects(
      loadFolder(folder, { cache, skipBad: true }),
      /at least one good line, found none and 1 bad \(1 × malformed line\), first .*metadata\.jsonl:1: expected a JSON/,
    );
  }));
