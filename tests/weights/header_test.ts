import assert from "node:assert/strict";
import { parseHeader } from "unidiff/weights/header.ts";

Deno.test("parseHeader() refuses gaps, overlaps, repeats and impossible entries", () => {
  const check = (header: unknown, message: RegExp, bytes = 8) =>
    assert.throws(
      () => parseHeader(typeof header === "string" ? header : JSON.stringify(header), bytes, "f"),
      message,
    );
  const x = { dtype: "F32", shape: [2], data_offsets: [0, 8] };
  check([x], /^Error: f: header is \[.*expected a JSON object/);
  check({ x: { ...x, dtype: "F8" } }, /tensor "x": dtype "F8", expected one of F64/);
  check({ x: { ...x, dtype: "toString" } }, /dtype "toString", expected/);
  check({ x: { ...x, shape: [2, -1] } }, /shape \[2,-1\], expected whole numbers/);
  check({ x: { ...x, shape: [3] } }, /8 bytes, expected 12 for F32 of shape \[3\]/);
  check({ x: { ...x, data_offsets: [8] } }, /data_offsets \[8\], expected \[begin, end\]/);
  check({ x: { ...x, data_offsets: [4, 12] } }, /"x" begins at byte 4, expected 0/, 12);
  check({ x, y: { ...x, data_offsets: [4, 12] } }, /"y" begins at byte 4, expected 8/, 12);
  check(`{"x":${JSON.stringify(x)},"\\u0078":${JSON.stringify(x)}}`, /"x" is listed twice/);
  check({ __metadata__: { a: 1 }, x }, /__metadata__ is \{"a":1\}, expected an object of strings/);
  assert.deepEqual([...parseHeader("{}   ", 0, "f").tensors], []);
});
