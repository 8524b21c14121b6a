import assert from "node:assert/strict";
import { join } from "@std/path";
import { rowFile, type RowMaker } from "unidiff/data/row_file.ts";
import { inFolder } from "./folder.ts";

/** Rows of three bytes that tell their index; remembers which were asked for. */
function countingMaker(count: number, asked: string[] = [], failAt = Infinity): RowMaker {
  return {
    count,
    length: 3,
    piece: 4,
    make: (from, to) => {
      if (from >= failAt) return Promise.reject(new Error("killed"));
      asked.push(`${from}-${to}`);
      return Promise.resolve(
        Uint8Array.from({ length: 3 * (to - from) }, (_, i) => 10 * (from + (i / 3 | 0)) + i % 3),
      );
    },
  };
}

Deno.test("rowFile() is made piece by piece, once, and read by position", () =>
  inFolder(async (folder) => {
    const path = join(folder, "deep", "rows.u8"), asked: string[] = [], told: number[] = [];
    const maker = { ...countingMaker(10, asked), onDone: (n: number) => told.push(n) };
    const file = await rowFile(path, maker);
    assert.deepEqual([...file.read([9, 0, 9])], [90, 91, 92, 0, 1, 2, 90, 91, 92]);
    assert.deepEqual(asked, ["0-4", "4-8", "8-10"]);
    assert.deepEqual(told, [4, 8, 10]);
    assert.deepEqual([...(await rowFile(path, maker)).read([1])], [10, 11, 12]);
    assert.equal(asked.length, 3);
    assert.deepEqual([...file.split(3).read([0, 4])], [0, 11]);
    assert.throws(() => file.read([10]), /expected a row from 0 to 9, found 10/);
    assert.throws(() => file.read([0.5]), /found 0.5/);
    assert.equal((await rowFile(join(folder, "none"), countingMaker(0))).read([]).length, 0);
  }));

Deno.test("rowFile() goes on behind the last whole piece of a killed job", () =>
  inFolder(async (folder) => {
    const path = join(folder, "rows.u8"), asked: string[] = [];
    await assert.rejects(rowFile(path, countingMaker(10, asked, 4)), /killed/);
    // The piece that was being written when the power went.
    await Deno.writeFile(`${path}.partial`, new Uint8Array(5).fill(77), { append: true });
    const file = await rowFile(path, countingMaker(10, asked));
    assert.deepEqual(asked, ["0-4", "4-8", "8-10"]);
    assert.deepEqual([...file.read([4, 5])], [40, 41, 42, 50, 51, 52]);
    await Deno.truncate(path, 7); // a damaged file is made anew
    assert.deepEqual([...(await rowFile(path, countingMaker(10))).read([9])], [90, 91, 92]);
  }));

Deno.test("rowFile() is made by one of two that want it, and refuses rows of another length", () =>
  inFolder(async (folder) => {
    const path = join(folder, "rows.u8"), asked: string[] = [];
    const both = await Promise.all([1, 2].map(() => rowFile(path, countingMaker(10, asked))));
    assert.equal(asked.length, 3);
    for (const file of both) assert.equal(file.read([3])[0], 30);
    await assert.rejects(
      rowFile(join(folder, "b"), { ...countingMaker(4), length: 5 }),
      /expected 4 rows of 5 bytes, found 12 bytes/,
    );
  }));
