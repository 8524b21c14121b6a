import assert from "node:assert/strict";
import { attributeTasks, labelsOf } from "unidiff/eval/attributes.ts";
import { colourGrid, fitClassifier, fitScorer, scoresOf, seen } from "unidiff/eval/judge.ts";
import { labelledPrecision } from "unidiff/eval/labelled_precision.ts";
import { recallAtK, retrieval, sameLabel } from "unidiff/eval/retrieval.ts";
import { applyRidge } from "unidiff/eval/ridge.ts";
import { accuracyOf } from "unidiff/eval/zero_shot.ts";
import { stream } from "unidiff/runtime/random.ts";
import { assertClose } from "../golden.ts";

Deno.test("colourGrid() is the mean colour of each cell", () => {
  // One picture of 4 × 4: left half black (0), right half red.
  const pixels = Float32Array.from({ length: 48 }, (_, i) => {
    const x = Math.floor(i / 3) % 4;
    return x >= 2 && i % 3 === 0 ? 1 : 0;
  });
  assertClose(colourGrid(pixels, 4, 2), [0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0], 1e-7);
  assert.equal(colourGrid(pixels, 4).length, 48);
});

Deno.test("seen() puts features and colours of each picture side by side", () => {
  const { rows, dim } = seen(Float32Array.of(1, 2, 3, 4), 2, Float32Array.of(8, 9));
  assert.deepEqual([[...rows], dim], [[1, 2, 8, 3, 4, 9], 3]);
});

const colours = ["red", "blue", "green"], things = ["cup", "hat", "box", "lamp"];

/** Pictures whose features are their colour and thing, noisily. */
function pictures(seed: number, count: number) {
  const draws = stream(seed, "pictures"), labels: [number, number][] = [];
  const features = new Float32Array(count * 12);
  for (let i = 0; i < count; i++) {
    const colour = draws.int(3), thing = draws.int(4);
    labels.push([colour, thing]);
    features.set(draws.normals(12).map((value) => 0.2 * value), i * 12);
    features[i * 12 + colour]! += 1;
    features[i * 12 + 4 + thing]! += 1;
  }
  const captions = labels.map(([c, t]) => `A ${colours[c]} ${things[t]}.`);
  return { seen: seen(features, 12, new Float32Array(3 * count)), captions, labels };
}

Deno.test("fitScorer() finds the captions of pictures that it was not fitted to", () => {
  const training = pictures(0, 120), validation = pictures(1, 40), test = pictures(2, 50);
  const { seen: s, captions: c } = training;
  const scorer = fitScorer(s, c, validation.seen, validation.captions);
  const candidates = [...new Set(test.captions)];
  const scores = scoresOf(scorer, test.seen, candidates);
  const { ranks } = retrieval(
    scores,
    50,
    candidates.length,
    (i, j) => test.captions[i] === candidates[j],
  );
  assert.ok(recallAtK(ranks, 1) > 0.9, `R@1 ${recallAtK(ranks, 1)}`);
  // Captions of other pictures are not found: it reads the picture, not the list.
  const shuffled = [...test.captions.slice(7), ...test.captions.slice(0, 7)];
  const wrong = retrieval(scoresOf(scorer, test.seen, shuffled), 50, 50, sameLabel(test.captions));
  assert.ok(wrong.recall.r1 < 0.5);
});

Deno.test("fitClassifier() tells classes on pictures that it was not fitted to", () => {
  const training = pictures(0, 120), validation = pictures(1, 40), test = pictures(2, 50);
  const of = ({ labels }: typeof training) => labels.map(([colour]) => [colour]);
  const unlabelled = of(training).map((own, i) => i % 5 === 0 ? [] : own);
  const map = fitClassifier(training.seen, unlabelled, 3, validation.seen, of(validation));
  assert.ok(accuracyOf(applyRidge(map, test.seen.rows), 3, of(test)).accuracy > 0.9);
});

Deno.test("attributeTasks() takes what pictures show, in classes that are in both parts", () => {
  const training = [
    ...new Array(5).fill({ color: "red", title: "a", pattern: ["plain", "soft"] }),
    ...new Array(5).fill({ color: "blue", title: "b", pattern: [] }),
    ...new Array(4).fill({ color: "rare", pattern: ["striped"] }),
  ];
  const test = [{ color: "red" }, { color: "blue" }, { color: "rare" }, { pattern: "plain" }];
  const tasks = attributeTasks(training, test, 5);
  assert.deepEqual(tasks, [{ key: "color", classes: ["blue", "red"] }]);
  assert.deepEqual(labelsOf(tasks[0]!, test), [[1], [0], [], []]);
  const pattern = { key: "pattern", classes: ["plain", "soft"] };
  assert.deepEqual(labelsOf(pattern, training.slice(4, 6)), [[0, 1], []]);
});

Deno.test("labelledPrecision() leaves the picture itself and pictures without a fellow out", () => {
  // On a circle: 0 and 1 near each other, 2 far, 3 without a class.
  const x = Float64Array.of(1, 0, 0.9, 0.1, 0, 1, 0.95, 0.05);
  const found = labelledPrecision(x, 2, [[0], [0], [0], []]);
  // Query 0 finds 3 first (no class), then 1, then 2; query 2 finds 1 first, then 3, then 0.
  assert.equal(found.queries, 3);
  assertClose([found.chance], [2 / 3], 1e-12);
  const query0 = (1 / 2 + 2 / 3) / 2, query1 = (1 / 2 + 2 / 3) / 2, query2 = (1 + 2 / 3) / 2;
  assertClose([found.map], [(query0 + query1 + query2) / 3], 1e-12);
  assert.throws(() => labelledPrecision(x, 2, [[0], [1], [2], []]), /no two pictures share/);
});
