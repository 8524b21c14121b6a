import assert from "node:assert/strict";
import {
  accuracyOf,
  classCaptions,
  classEmbeddings,
  TEMPLATES,
  zeroShot,
} from "unidiff/eval/zero_shot.ts";
import { assertClose } from "../golden.ts";

Deno.test("classCaptions() puts every class into every template", () => {
  assert.deepEqual(classCaptions(["lamp", "sofa"], ["{}.", "A {}."]), [
    "lamp.",
    "A lamp.",
    "sofa.",
    "A sofa.",
  ]);
  assert.ok(TEMPLATES.every((template) => template.includes("{}")));
});

Deno.test("classEmbeddings() is the mean direction of a class's captions", () => {
  const found = classEmbeddings(Float64Array.of(2, 0, 0, 5, 0, 3, 0, 1), 2, 2);
  assertClose(found, [Math.SQRT1_2, Math.SQRT1_2, 0, 1], 1e-12);
  assert.throws(() => classEmbeddings(Float64Array.of(1, 0, 1, 1, 0, 1), 2, 2), /3 captions/);
});

Deno.test("zeroShot() counts, balances and states the majority", () => {
  const classes = Float64Array.of(1, 0, 0, 1);
  // Three pictures of class 0 (two right), one of class 1 (right), one without a label.
  const images = Float64Array.of(2, 1, 3, 0, 0, 1, 1, 4, 1, 0);
  const found = zeroShot(images, classes, 2, [[0], [0], [0], [1], []]);
  assert.equal(found.accuracy, 3 / 4);
  assertClose([found.balanced], [(2 / 3 + 1) / 2], 1e-12);
  assert.deepEqual([found.majority, found.pictures], [3 / 4, 4]);
});

Deno.test("accuracyOf() takes any of several classes and counts a tie at the top as wrong", () => {
  const scores = Float64Array.of(1, 2, 3, 1, 1, 0);
  assert.equal(accuracyOf(scores, 3, [[0, 2], [0]]).accuracy, 1 / 2);
  assert.equal(accuracyOf(scores, 3, [[0, 2], [0, 1]]).accuracy, 1);
  assert.throws(() => accuracyOf(scores, 3, [[], []]), /no picture has a label/);
});
