import assert from "node:assert/strict";
import { wordSpace, wordVectors } from "unidiff/eval/words.ts";
import { assertClose } from "../golden.ts";

Deno.test("wordSpace() keeps words and pairs of several captions, rarer ones heavier", () => {
  const space = wordSpace(["A red shirt.", "a red shirt", "A blue shirt", "a red cup", "A box"]);
  // Captions differ in their letters: five distinct ones.
  assert.deepEqual([...space.columns.keys()], ["a", "a red", "red", "red shirt", "shirt"]);
  const weight = (word: string) => space.weights[space.columns.get(word)!];
  assertClose([weight("a")!], [1], 1e-12);
  assertClose([weight("red shirt")!], [Math.log(5 / 2) + 1], 1e-12);
  assert.throws(() => wordSpace(["one", "two"]), /2 distinct captions share no word/);
});

Deno.test("wordVectors() have length 1, and none of known words is all zero", () => {
  const space = wordSpace(["red cup", "red box"]);
  const [known, unknown] = [wordVectors(space, ["Red, RED!"]), wordVectors(space, ["blue"])];
  assert.deepEqual([[...known], [...unknown]], [[1], [0]]);
});
