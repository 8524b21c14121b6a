import assert from "node:assert/strict";
import { markdown, mimeBundle } from "unidiff/report/show.ts";
import { inNotebook } from "unidiff/runtime/notebook.ts";
import { duration, progress } from "unidiff/runtime/progress.ts";

Deno.test("progress() writes a plain line at most every ten seconds, with rate and time left", async () => {
  let ms = 0;
  const lines: string[] = [];
  const line = progress(100, "train", {
    where: "lines",
    now: () => ms,
    write: (text) => lines.push(text),
  });
  for (let step = 1; step <= 100; step++) {
    ms += 250;
    line.step(step, "itc 1.2");
  }
  await line.done();
  assert.deepEqual(lines, [
    "train: 40/100 steps, 4.0 steps/s, 15 s left, itc 1.2",
    "train: 80/100 steps, 4.0 steps/s, 5 s left, itc 1.2",
    "train: done: 100/100 steps in 25 s",
  ]);
});

Deno.test("progress() of a resumed job takes its rate from what was done since", () => {
  let ms = 0;
  const lines: string[] = [];
  const line = progress(8, "study", {
    where: "lines",
    unit: "runs",
    start: 5,
    now: () => ms,
    write: (text) => lines.push(text),
  });
  ms = 90_000;
  line.step(6);
  assert.deepEqual(lines, ["study: 6/8 runs, 90.0 s/run, 3 min 0 s left"]);
});

Deno.test("progress() can be silent", async () => {
  const line = progress(3, "x", { where: "silent", write: () => assert.fail() });
  line.step(1);
  await line.done();
});

Deno.test("progress() leaves no timer behind in a terminal", async () => {
  const line = progress(3, "x", { where: "terminal" });
  line.step(2, "note");
  await line.done("end");
});

Deno.test("duration() reads as people say it", () => {
  assert.deepEqual([0, 8.4, 70, 7500].map(duration), ["0 s", "8 s", "1 min 10 s", "2 h 5 min"]);
});

Deno.test("inNotebook() is false in a test", () => assert.equal(inNotebook(), false));

Deno.test("mimeBundle() gives every value a text and its richer forms", async () => {
  const types = async (value: Parameters<typeof mimeBundle>[0]) =>
    Object.keys(await mimeBundle(value)).sort();
  const layout = { width: 200, height: 150, title: { text: "dots" } };
  const figure = { data: [{ y: [1, 2] }], layout };
  assert.deepEqual(await types("text"), ["text/plain"]);
  assert.deepEqual(await types("<svg/>"), ["image/svg+xml", "text/plain"]);
  assert.deepEqual(await types(markdown("*a*")), ["text/markdown", "text/plain"]);
  assert.deepEqual(await types({ title: "", note: "", columns: [], rows: [] }), [
    "text/html",
    "text/markdown",
    "text/plain",
  ]);
  assert.deepEqual(await types(figure), [
    "application/vnd.plotly.v1+json",
    "image/svg+xml",
    "text/plain",
  ]);
  assert.equal((await mimeBundle(figure))["text/plain"], "(a figure: dots)");
  await assert.rejects(mimeBundle(new Uint8Array(30)), /are no PNG/);
});
