import assert from "node:assert/strict";
import { type Example, exampleQueries, retrievalExamples } from "unidiff/eval/examples.ts";

Deno.test("exampleQueries() draws distinct captions by the data set alone", () => {
  const captions = Array.from({ length: 60 }, (_, i) => `caption ${i % 20}`);
  const queries = exampleQueries(captions, "00ff");
  assert.equal(queries.length, 12);
  assert.equal(new Set(queries.map((place) => captions[place])).size, 12);
  assert.deepEqual(exampleQueries(captions, "00ff"), queries);
  assert.notDeepEqual(exampleQueries(captions, "00fe"), queries);
  assert.equal(exampleQueries(["a", "a", "b"], "00ff").length, 2);
});

const rounded = ({ query, nearest }: Example) => ({
  query,
  nearest: nearest.map((found) => ({ ...found, score: Number(found.score.toFixed(9)) })),
});

Deno.test("retrievalExamples() by hand: cosine both ways, a shared caption once", () => {
  const captions = ["red", "blue", "red"];
  const images = Float64Array.of(2, 0, 0, 1, 3, 4); // of any length
  const texts = Float64Array.of(1, 0, 0, 5, 1, 0);
  const { i2t, t2i } = retrievalExamples(images, texts, 2, captions, [2, 1], 2);
  assert.deepEqual(rounded(i2t[0]!), {
    query: 2,
    nearest: [{ place: 1, score: 0.8, match: false }, { place: 0, score: 0.6, match: true }],
  });
  assert.deepEqual(rounded(t2i[0]!), {
    query: 2,
    nearest: [{ place: 0, score: 1, match: true }, { place: 2, score: 0.6, match: true }],
  });
  assert.deepEqual(t2i[1]!.nearest.map(({ place, match }) => [place, match]), [[1, true], [
    2,
    false,
  ]]);
  assert.throws(() => retrievalExamples(images, texts, 2, ["red"], [0]), /expected 1 of each/);
});

Deno.test("a collapsed model's neighbours are false ones first", () => {
  const same = Float64Array.of(1, 1, 1, 1, 1, 1);
  const { t2i } = retrievalExamples(same, same, 2, ["a", "b", "c"], [0]);
  assert.deepEqual(t2i[0]!.nearest.map(({ match }) => match), [false, false, true]);
});
