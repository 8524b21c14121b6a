import assert from "node:assert/strict";
import { startBackend } from "unidiff/runtime/backend.ts";
import { stream } from "unidiff/runtime/random.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { drawSample } from "unidiff/drawn/draw.ts";
import {
  answersOf,
  askable,
  DrawingJudge,
  judgeConfig,
  type JudgeRecipe,
  judgeRecipe,
  judgeTask,
  rightly,
  rPrecision,
  type Shown,
  shownBy,
} from "unidiff/workshop/pretrain/judge.ts";
import { trainLoop } from "unidiff/train/loop.ts";
import { onBackends } from "../../backends.ts";

const size = 16;

Deno.test("keys of drawings say what is shown", () => {
  assert.deepEqual(shownBy("man|tank top|navy|solid"), { category: "tank top", colour: "navy" });
  assert.deepEqual(shownBy("product|banana"), { category: "banana" });
  assert.equal(shownBy("woman|leggings|red|solid").category, "tights");
  for (let i = 0; i < 60; i++) {
    const { key, attributes } = drawSample(i, 3), shown = shownBy(key);
    const kind = attributes.product ?? attributes.category;
    assert.equal(shown.category, kind === "leggings" ? "tights" : kind);
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

/** Pictures of a bar that stands or lies, red or blue, at any place on white. */
function bars(count: number, seed: number) {
  const s = stream(seed, "bars"), bytes = new Uint8Array(count * size * size * 3).fill(255);
  const keys = Array.from({ length: count }, (_, i) => {
    const stands = s.uniform() < 0.5, red = s.uniform() < 0.5, at = 3 + s.int(size - 6);
    for (let along = 2; along < size - 2; along++) {
      for (const across of [at - 1, at, at + 1]) {
        const [x, y] = stands ? [across, along] : [along, across];
        const to = ((i * size + y) * size + x) * 3;
        bytes.set(red ? [200, 30, 30] : [30, 30, 200], to);
      }
    }
    // A third of the standing ones has no colour of its name.
    return `bar|${stands ? "standing" : "lying"}${
      stands && i % 3 === 0 ? "" : red ? "|red" : "|blue"
    }`;
  });
  return { n: count, size, bytes, keys, captions: keys.map(() => "") };
}

onBackends(
  "a judge learns kinds and colours, and says so of pictures that it never saw",
  async () => {
    const recipe: JudgeRecipe = {
      ...judgeRecipe,
      channels: [8, 16],
      groups: 4,
      batch: 16,
      steps: 40,
      warmup: 4,
      learningRate: 1e-2,
    };
    const lessons = bars(120, 1),
      answers = answersOf(lessons.keys),
      work = await Deno.makeTempDir();
    assert.deepEqual(answers, { category: ["lying", "standing"], colour: ["blue", "red"] });
    const task = judgeTask(recipe, lessons, answers);
    const { params } = await trainLoop(task, recipe, { folder: work, identity: "bars" });
    const unseen = bars(60, 2), pixels = Float32Array.from(unseen.bytes, (b) => b / 127.5 - 1);
    const judge = new DrawingJudge(params, judgeConfig(recipe, size, answers), answers);
    const judged = await judge.judge(pixels, 25), shown = unseen.keys.map(shownBy);
    const named = [...shown.keys()].filter((i) => shown[i]!.colour !== undefined);
    const { category, colour } = rightly(
      named.map((i) => judged[i] as Shown),
      named.map((i) => shown[i] as Shown),
    );
    assert.ok(category > 0.9 && colour > 0.9, `right: category ${category}, colour ${colour}`);
    const own = pixels.subarray(0, named.length * size * size * 3);
    const asked = Array.from(named.keys(), () => ({ category: "lying", colour: "red" }));
    // Nothing tells one caption from others that say the same.
    assert.equal(await rPrecision(judge, own, asked, 3, stream(0, "R")), 1);
    const all = Float32Array.from(
      named.flatMap((i) => [...pixels.subarray(i * size * size * 3, (i + 1) * size * size * 3)]),
    );
    const precision = await rPrecision(
      judge,
      all,
      named.map((i) => shown[i] as Shown),
      3,
      stream(0, "R"),
    );
    assert.ok(precision > 0.85, `R-precision ${precision}`);
    const wrong = named.map((i) => ({
      ...shown[i] as Shown,
      colour: shown[i]!.colour === "red" ? "blue" : "red",
    }));
    assert.ok(await rPrecision(judge, all, wrong, 3, stream(0, "R")) < 0.15);
    tf.dispose([task.params, params]);
    await Deno.remove(work, { recursive: true });
  },
);

Deno.test("a picture without a colour's name asks nothing of the judge's colours", async () => {
  await startBackend();
  const lessons = { ...bars(4, 1), keys: ["a|x", "a|y", "a|x", "a|y"] };
  const answers = { ...answersOf(lessons.keys), colour: ["blue", "red"] };
  const task = judgeTask({ ...judgeRecipe, channels: [8], groups: 4, batch: 4 }, lessons, answers);
  const batch = await task.prepare(0, 0);
  const [category, colour] = tf.tidy(() => {
    const { terms } = task.loss(task.params, batch);
    return [terms.category!.dataSync()[0], terms.colour!.dataSync()[0]];
  });
  assert.ok(category! > 0.1);
  assert.equal(Math.abs(colour!), 0);
  task.dispose!(batch);
  tf.dispose(task.params);
});
