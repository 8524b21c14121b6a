import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from "unidiff/weights/safetensors.ts";
import { fileOf } from "./raw_file.ts";

/** Runs `body` with the path of a file in a folder that is removed afterwards. */
async function withFile(body: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(join(folder, "x.safetensors"), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("writeSafetensors() then readSafetensors() gives the same F32, I32 and U8", () =>
  withFile(async (path, folder) => {
    const w = Float32Array.of(1, -2.5, NaN, 1e-40, Infinity, 3e38);
    await writeSafetensors(path, {
      mask: { shape: [3], data: Uint8Array.of(0, 1, 255) },
      "a.weight": { shape: [2, 3], data: w },
      scalar: { shape: [], data: Float32Array.of(2.6592) },
      none: { shape: [0, 4], data: new Float32Array(0) },
      ids: { shape: [1, 2], data: Int32Array.of(-1, 2147483647) },
    }, { metadata: { note: 'ä " 漢' } });
    const read = await readSafetensors(path);
    assert.deepEqual(read.get("a.weight"), { dtype: "F32", shape: [2, 3], data: w });
    assert.deepEqual(read.get("scalar")?.shape, []);
    assert.deepEqual(read.get("none"), { dtype: "F32", shape: [0, 4], data: new Float32Array(0) });
    assert.deepEqual(read.get("ids")?.data, Int32Array.of(-1, 2147483647));
    assert.deepEqual(read.get("mask"), {
      dtype: "U8",
      shape: [3],
      data: Uint8Array.of(0, 1, 255),
    });
    const header = await readSafetensorsHeader(path);
    assert.deepEqual(header.metadata, { note: 'ä " 漢' });
    assert.equal(header.dataStart % 8, 0);
    for (const { begin, dtype } of header.tensors.values()) {
      if (dtype !== "U8") assert.equal(begin % 4, 0, "aligned to its own size");
    }
    assert.deepEqual([...Deno.readDirSync(folder)].map((e) => e.name), ["x.safetensors"]);
  }));

Deno.test("writeSafetensors() writes a view into a larger buffer, not the whole buffer", () =>
  withFile(async (path) => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    await writeSafetensors(path, [{ name: "x", shape: [2], data }]);
    assert.deepEqual((await readSafetensors(path)).get("x")?.data, Float32Array.of(1, 2));
  }));

Deno.test("writeSafetensors() rounds to nearest even in F16 and keeps integers whole", () =>
  withFile(async (path) => {
    // Spacing of halves: 2 above 2048; 2^-24 is the smallest; 65519.99 is the last that rounds down.
    const data = Float32Array.of(2049, 2051, 0.1, -(2 ** -24), 2 ** -25, 65519.99, -Infinity);
    await writeSafetensors(path, [
      { name: "x", shape: [7], data },
      { name: "n", shape: [1], data: Int32Array.of(70000) },
    ], { dtype: "F16" });
    const read = await readSafetensors(path);
    assert.equal(read.get("x")?.dtype, "F16");
    assert.deepEqual(
      read.get("x")?.data,
      Float32Array.of(2048, 2052, 0.0999755859375, -(2 ** -24), 0, 65504, -Infinity),
    );
    assert.deepEqual(read.get("n")?.data, Int32Array.of(70000));
  }));

Deno.test("writeSafetensors() refuses bad entries and leaves the old file and no rubbish", () =>
  withFile(async (path, folder) => {
    await writeSafetensors(path, { x: { shape: [1], data: Float32Array.of(1) } });
    const one = { name: "x", shape: [1], data: Float32Array.of(70000) };
    await assert.rejects(writeSafetensors(path, [one], { dtype: "F16" }), /x\[0\] is 70000.*65504/);
    await assert.rejects(writeSafetensors(path, [one, one]), /"x" is given twice/);
    await assert.rejects(
      writeSafetensors(path, [{ ...one, shape: [2, 2] }]),
      /"x" has 1 numbers, expected 4 for \[2,2\]/,
    );
    assert.deepEqual((await readSafetensors(path)).get("x")?.data, Float32Array.of(1));
    assert.deepEqual([...Deno.readDirSync(folder)].map((e) => e.name), ["x.safetensors"]);
  }));

Deno.test("readSafetensors() widens F16 and BF16, keeps F64, narrows I64, reads BOOL", () =>
  withFile(async (path) => {
    const data = new Uint8Array(30), view = new DataView(data.buffer);
    view.setUint16(0, 0x3c01, true); // 1 + 2^-10
    view.setUint16(2, 0x0001, true); // 2^-24
    view.setUint16(4, 0xbfc0, true); // -1.5
    view.setFloat64(6, Math.PI, true);
    view.setBigInt64(14, -7n, true);
    view.setBigInt64(22, 5n, true);
    const header = {
      half: { dtype: "F16", shape: [2], data_offsets: [0, 4] },
      brain: { dtype: "BF16", shape: [1], data_offsets: [4, 6] },
      pi: { dtype: "F64", shape: [], data_offsets: [6, 14] },
      ids: { dtype: "I64", shape: [2], data_offsets: [14, 30] },
    };
    await Deno.writeFile(path, fileOf(header, data));
    const read = await readSafetensors(path);
    assert.deepEqual(read.get("half")?.data, Float32Array.of(1 + 2 ** -10, 2 ** -24));
    assert.deepEqual(read.get("brain")?.data, Float32Array.of(-1.5));
    assert.deepEqual(read.get("pi")?.data, Float64Array.of(Math.PI));
    assert.deepEqual(read.get("ids"), { dtype: "I64", shape: [2], data: Int32Array.of(-7, 5) });
    assert.deepEqual([...(await readSafetensors(path, (name) => name === "pi")).keys()], ["pi"]);

    view.setBigInt64(14, 2n ** 31n, true);
    await Deno.writeFile(path, fileOf(header, data));
    await assert.rejects(readSafetensors(path), /tensor "ids": I64 value 2147483648/);
  }));

Deno.test("readSafetensors() names what is wrong with a damaged file", () =>
  withFile(async (path) => {
    const good = { x: { dtype: "F32", shape: [2], data_offsets: [0, 8] } };
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(3), /3 bytes, expected at least 8/],
      [fileOf(good, new Uint8Array(8)).slice(0, 30), /header length \d+, expected at most 22/],
      [new TextEncoder().encode("<!doctype html>"), /no safetensors file/],
      [fileOf("{nonsense", new Uint8Array(0)), /header is no JSON/],
      [fileOf(good, new Uint8Array(7)), /7 bytes of numbers, expected 8/],
      [fileOf(good, new Uint8Array(9)), /9 bytes of numbers, expected 8/],
    ];
    for (const [bytes, message] of cases) {
      await Deno.writeFile(path, bytes);
      await assert.rejects(readSafetensors(path), (error: Error) => {
        assert.ok(error.message.includes(path), error.message);
        assert.match(error.message, message);
        return true;
      });
    }
  }));
