import assert from "node:assert/strict";
import type { Extractor } from "unidiff/eval/extractor.ts";
import { fitRidge } from "unidiff/eval/ridge.ts";
import { drawSample } from "unidiff/data/synthetic/draw.ts";
import { askable, colourShares, DrawingJudge, rightly, shownBy } from "unidiff/pretrain/judge.ts";
import { assertClose } from "../golden.ts";

Deno.test("keys of drawings say what is shown", () => {
  assert.deepEqual(shownBy("man|tank top|navy|solid"), { category: "tank top", colour: "navy" });
  assert.deepEqual(shownBy("product|banana"), { category: "banana" });
  for (let i = 0; i < 60; i++) {
    const { key, attributes } = drawSample(i, 3), shown = shownBy(key);
    assert.equal(shown.category, attributes.product ?? attributes.category);
    assert.equal(shown.colour, attributes.color);
  }
});

Deno.test("only captions that name the colour are asked for", () => {
  const { at, shown } = askable({
    keys: ["man|shorts|red|solid", "product|banana", "product|sofa|blue|solid"],
    captions: ["A man wearing red shorts.", "A banana for the kitchen.", "A sofa, couch."],
  });
  assert.deepEqual(at, [0]);
  assert.deepEqual(shown, [{ category: "shorts", colour: "red" }]);
});

Deno.test("rightly counts category, colour, and both together", () => {
  const shown = ["red", "blue", "red", "red"].map((colour) => ({ category: "shorts", colour }));
  const judged = [
    { category: "shorts", colour: "red" },
    { category: "shorts", colour: "red" },
    { category: "pants", colour: "red" },
    { category: "pants", colour: "blue" },
  ];
  const counted = rightly(judged, shown);
  assert.deepEqual(counted, { pictures: 4, category: 0.5, colour: 0.5, both: 0.25 });
  assert.throws(() => rightly(judged, shown.slice(1)), /found 4 for 3/);
  assert.throws(() => rightly([], []), /found 0 for 0/);
});

Deno.test("colourShares are roots of the shares of 64 parts of the cube of colours", () => {
  const size = 2, white = [1, 1, 1], red = [1, -1, -1];
  const shares = colourShares(Float32Array.from([white, white, white, red].flat()), size);
  assert.equal(shares.length, 64);
  assertClose([shares[63]!, shares[48]!], [Math.sqrt(0.75), 0.5], 1e-6, "shares");
  assertClose([shares.reduce((sum, s) => sum + s * s, 0)], [1], 1e-6, "sum of squares");
});

Deno.test("a judge tells what its classifiers were fitted to", async () => {
  const size = 8, each = size * size * 3;
  const extractor: Extractor = {
    name: "none",
    hash: "0",
    dim: 1,
    features: (pixels) => Promise.resolve(new Float32Array(pixels.length / each)),
    dispose() {},
  };
  // 1 feature, 8 × 8 mean colours (the pixels themselves here), 64 shares.
  const dim = 1 + each + 64, rows = new Float64Array(2 * dim);
  const pixels = new Float32Array(2 * each).fill(-1, 0, each).fill(1, each);
  for (const i of [0, 1]) {
    rows.set(pixels.subarray(i * each, (i + 1) * each), i * dim + 1);
    rows.set(colourShares(pixels.subarray(i * each, (i + 1) * each), size), i * dim + 1 + each);
  }
  const map = fitRidge(rows, dim, Float64Array.from([1, 0, 0, 1]), 2, 0.1);
  const judge = new DrawingJudge(extractor, { category: map, colour: map }, {
    category: ["coat", "lamp"],
    colour: ["black", "white"],
  });
  assert.deepEqual(await judge.judge(pixels, size), [
    { category: "coat", colour: "black" },
    { category: "lamp", colour: "white" },
  ]);
});
