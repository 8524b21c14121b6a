import assert from "node:assert/strict";
import { openPixels, positionsOf } from "unidiff/data/pixel_cache.ts";
import type { ProductRecord } from "unidiff/data/record.ts";
import { inFolder, plainPicture } from "./folder.ts";

/** A record whose picture has one colour and says when it is read. */
function plain(id: string, shade: number, position: number, read: string[]): ProductRecord {
  return {
    id,
    image: {
      name: id,
      position,
      bytes: () => {
        read.push(id);
        return plainPicture(`rgb(${shade}, 0, 255)`);
      },
    },
    captions: ["A thing."],
    product: id,
    split: "train",
    attributes: {},
    where: `archive:${position}`,
  };
}

Deno.test("openPixels() reads an archive once in its own order and gives pictures by position", () =>
  inFolder(async (cache) => {
    const read: string[] = [];
    const records = [plain("a", 10, 2, read), plain("b", 20, 0, read), plain("c", 30, 1, read)];
    const set = { records, fingerprint: "f".repeat(64) };
    const file = await openPixels(set, 2, { cache });
    assert.deepEqual(read, ["b", "c", "a"]);
    const rows = positionsOf(set, [records[2]!, records[0]!]);
    assert.deepEqual([...rows], [2, 0]);
    const bytes = file.bytes(rows);
    assert.deepEqual([...bytes.subarray(0, 3)], [30, 0, 255]);
    assert.deepEqual([...bytes.subarray(12, 15)], [10, 0, 255]);
    assert.deepEqual([...file.pixels([1]).subarray(1, 3)], [-1, 1]);
    await openPixels(set, 2, { cache });
    assert.equal(read.length, 3);
    await openPixels(set, 3, { cache });
    assert.equal(read.length, 6);
    // The same content stored in another order must not be given in this one's rows.
    const moved = { ...set, records: records.map((r, i) => plain(r.id, 10 * (i + 1), i, read)) };
    assert.deepEqual([...(await openPixels(moved, 2, { cache })).bytes([0]).subarray(0, 1)], [10]);
  }));

Deno.test("openPixels() names the place of a picture that cannot be read", () =>
  inFolder(async (cache) => {
    const record = plain("a", 10, 7, []);
    const image = { ...record.image, bytes: () => Promise.resolve(new Uint8Array()) };
    const set = { records: [{ ...record, image }], fingerprint: "0".repeat(64) };
    await assert.rejects(
      openPixels(set, 2, { cache }),
      /archive:7: the picture a cannot be decoded: the file is empty.*--skip-bad/,
    );
    await assert.rejects(openPixels(set, 0, { cache }), /at least 1 pixel, found 0/);
    assert.throws(() => positionsOf(set, [record]), /archive:7: not a record of this set/);
  }));
