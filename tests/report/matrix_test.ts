import assert from "node:assert/strict";
import { matrixSvg } from "unidiff/report/matrix.ts";

Deno.test("matrixSvg() colours by sign and share, and writes the numbers", () => {
  const svg = matrixSvg([1, -0.5, 0, -0.004], { title: "a & b", rows: ["x", "y"], digits: 1 });
  assert.match(svg, /a &amp; b/);
  assert.match(svg, /fill="rgb\(0,114,178\)".*>1\.0</);
  assert.match(svg, /fill="rgb\(234,175,128\)".*>−0\.5</);
  assert.equal(svg.match(/>0\.0</g)!.length, 2, "no minus before zero");
  assert.throws(
    () => matrixSvg([1, 2], { title: "", rows: ["x", "y"] }),
    /2 numbers, expected 2 rows/,
  );
});
