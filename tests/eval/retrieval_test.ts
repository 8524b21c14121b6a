import assert from "node:assert/strict";
import {
  averagePrecisions,
  chanceRecall,
  cosineSimilarity,
  ownPair,
  ranks,
  recallAtK,
  retrieval,
  retrievalBothWays,
  retrievalInSet,
  retrievalMetrics,
  sameEither,
  sameLabel,
} from "unidiff/eval/retrieval.ts";
import { transposed } from "unidiff/eval/linalg.ts";
import { loadCase, tensorOf } from "../golden.ts";

Deno.test("ranks() and recallAtK() meet the reference with several matches and ties", async () => {
  type Json = { group: number[]; i2t_rank: number[]; t2i_rank: number[] } & Record<string, number>;
  const { json, io } = await loadCase<unknown, Json>("metrics");
  const sim = tensorOf(io, "sim").data as Float64Array, match = sameLabel(json.group);
  for (const [way, s] of [["i2t", sim], ["t2i", transposed(sim, 14, 14)]] as const) {
    const found = ranks(s, 14, 14, match);
    assert.deepEqual([...found], json[`${way}_rank`]);
    for (const k of [1, 5, 10]) assert.equal(recallAtK(found, k), json[`${way}_r@${k}`]);
  }
});

Deno.test("ranks() counts ties against the query and never among its own matches", () => {
  const similarity = [
    0.9,
    0.1,
    0.5,
    0.2, // the match is first
    0.5,
    0.5,
    0.5,
    0.5, // everything equal: behind every false entry
    0.1,
    0.9,
    0.9,
    0.3, // one false entry ties with the match
  ];
  assert.deepEqual([...ranks(similarity, 3, 4, (q, g) => q === g)], [1, 4, 2]);
  assert.deepEqual([...ranks(similarity, 3, 4, (q, g) => q === g || g === 3)], [1, 3, 2]);
});

Deno.test("ranks() refuses NaN, a query without a match and a wrong size", () => {
  const own = (q: number, g: number) => q === g;
  assert.throws(() => ranks([1, 0, NaN, 1], 2, 2, own), /similarity \[1, 0\] is NaN, expected/);
  assert.throws(() => ranks([1, 0, 0, 1], 2, 2, (q) => q === 0), /query 1 has no true match/);
  assert.throws(() => ranks([1, 0], 2, 2, own), /has 2 numbers, expected 2 × 2/);
});

Deno.test("chanceRecall() is K / n for one match and the hypergeometric share for more", () => {
  assert.ok(Math.abs(chanceRecall([1, 1], 59, 5) - 5 / 59) < 1e-12);
  // Two matches among four, two drawn: both miss with probability 2/4 · 1/3.
  assert.ok(Math.abs(chanceRecall([2], 4, 2) - 5 / 6) < 1e-12);
  assert.equal(chanceRecall([1], 3, 10), 1);
  assert.ok(Math.abs(chanceRecall([1, 3], 4, 2) - (1 / 2 + 1) / 2) < 1e-12);
});

Deno.test("cosineSimilarity() ignores the length of embeddings", () => {
  const s = cosineSimilarity(Float32Array.of(3, 4, 0, 2), Float32Array.of(1, 0), 2);
  assert.deepEqual([...s].map((x) => Math.round(x * 1e12) / 1e12), [0.6, 0]);
});

Deno.test("retrievalBothWays() counts an identical caption as a match, both ways", () => {
  // Pictures 0 and 1 share a caption; picture 2's caption points at picture 0.
  const images = Float32Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3);
  const texts = Float32Array.of(0, 1, 0, 0, 1, 0, 1, 0, 0.5);
  const captions = ["red shirt", "red shirt", "blue shoe"];
  const { i2t, t2i, recallSum } = retrievalBothWays(images, texts, 3, sameLabel(captions));
  // Picture 0: its captions score 0, caption 2 scores higher. Pictures 1 and 2: right at once.
  assert.deepEqual([...i2t.ranks], [2, 1, 1]);
  assert.deepEqual([...t2i.ranks], [1, 1, 2]); // caption 2 is nearer to picture 0 than to its own
  assert.equal(i2t.gallery, 3);
  assert.deepEqual([i2t.recall.r1, i2t.recall.r5, t2i.recall.r1], [2 / 3, 1, 2 / 3]);
  assert.equal(i2t.medianRank, 1);
  assert.equal(i2t.meanRank, 4 / 3);
  assert.ok(Math.abs(i2t.chance.r1 - (2 / 3 + 2 / 3 + 1 / 3) / 3) < 1e-12);
  assert.ok(Math.abs(recallSum - (4 + 4 / 3)) < 1e-12);
  const metrics = retrievalMetrics({ i2t, t2i, recallSum }, "forgetting");
  assert.equal(metrics["forgetting.i2t.r5"], 1);
  assert.equal(metrics["forgetting.t2i.medianRank"], 1);
  assert.equal(metrics["forgetting.gallery"], 3);
  assert.equal(metrics["forgetting.chance.r10"], 1);
  assert.throws(
    () => retrievalBothWays(images, texts.slice(3), 3, sameLabel(captions)),
    /3 pictures and 2 captions/,
  );
});

Deno.test("retrieval() allows a gallery of another size; sameEither() takes either label", () => {
  const one = retrieval([0.1, 0.9, 0.8], 1, 3, (_, item) => item === 2);
  assert.deepEqual([one.gallery, one.medianRank, one.recall.r1], [3, 2, 0]);
  assert.ok(Math.abs(one.chance.r1 - 1 / 3) < 1e-12);
  const match = sameEither(["a", "a", "b"], [1, 2, 2]);
  assert.deepEqual([match(0, 1), match(1, 2), match(0, 2)], [true, true, false]);
});

Deno.test("retrievalBothWays() of a collapsed model is no better than chance", () => {
  const same = new Float32Array(8).fill(1);
  const { i2t } = retrievalBothWays(same, same, 2, (q, g) => q === g);
  assert.deepEqual([...i2t.ranks], [4, 4, 4, 4]);
});

Deno.test("averagePrecisions() by hand, with ties against the query", () => {
  // True matches 0 and 2. Query 0: places 1 and 3; query 1: a false entry ties with the first.
  const similarity = [0.9, 0.8, 0.7, 0.1, 0.9, 0.9, 0.7, 0.1];
  const found = averagePrecisions(similarity, 2, 4, (_, item) => item % 2 === 0);
  const expected = [(1 + 2 / 3) / 2, (1 / 2 + 2 / 3) / 2];
  found.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 1e-12));
});

Deno.test("ownPair counts as open_clip: an equal caption of another picture is a miss", () => {
  const images = Float32Array.of(1, 0, 0.9, 0.1, 0, 1), texts = Float32Array.of(1, 0, 1, 0, 0, 1);
  const captions = ["red", "red", "blue"];
  assert.equal(retrievalBothWays(images, texts, 2, sameLabel(captions)).i2t.recall.r1, 1);
  const { i2t, t2i } = retrievalBothWays(images, texts, 2, ownPair);
  assert.deepEqual([...i2t.ranks], [2, 2, 1]); // both red captions score alike
  assert.deepEqual([...t2i.ranks], [1, 2, 1]);
  assert.deepEqual([i2t.positives, i2t.gallery], [1, 3]);
});

Deno.test("retrievalInSet() looks among all captions and pictures of the set", () => {
  // Pictures and captions on the axes of a plane: a and b are measured, c and a second a are not.
  const [a, b, c] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  const near = [0.9, 0.4, 0];
  const set = {
    images: Float64Array.from([a, b, c, near].flat()),
    texts: Float64Array.from([a, b, c, a].flat()),
    captions: ["a", "b", "c", "a"],
    measured: [true, true, false, false],
  };
  const queries = {
    // The picture of b looks more like c, so that its caption comes second of three.
    images: Float64Array.from([a, [0, 0.6, 0.8]].flat()),
    texts: Float64Array.from([near, b].flat()),
    captions: ["a", "b"],
  };
  const { i2t, t2i } = retrievalInSet(queries, set, 3);
  assert.deepEqual([...i2t.ranks], [1, 2]);
  assert.equal(i2t.gallery, 3, "captions that are equal stand once");
  // The second picture of "a" is nearer, but was trained on: neither a match nor a mistake.
  assert.deepEqual([...t2i.ranks], [1, 1]);
  assert.equal(t2i.gallery, 4);
});
