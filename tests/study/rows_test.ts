/** What each row is: its losses and their weights, who teaches, what it trains, and what it is measured on. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { rowOf, trainingOf, weightsOf } from "unidiff/study/rows.ts";
import { runStudy } from "unidiff/study/study.ts";
import { readSafetensors } from "unidiff/weights/safetensors.ts";
import { inFolder } from "../data/folder.ts";
import { assertClose } from "../golden.ts";
import { quick, silent, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };

Deno.test("rows have the losses that their titles name, each at the preset's λ", () => {
  const preset = { ...quick, lambda: { itc: 2, is: 3, rsc: 5 } };
  const of = (row: string) => {
    const { itc, is, rsc, direction } = weightsOf(preset, rowOf(row));
    return [itc, is, rsc, direction];
  };
  assert.deepEqual(of("A0"), [0, 0, 0, "both"]);
  assert.deepEqual(of("A1"), [2, 0, 0, "both"]);
  assert.deepEqual(of("A2"), [0, 3, 0, "both"]);
  assert.deepEqual(of("A3"), [2, 3, 0, "both"]);
  assert.deepEqual(of("A4"), [2, 3, 5, "c2d"]);
  assert.deepEqual(of("A5"), [2, 3, 5, "d2c"]);
  assert.deepEqual(of("A6"), [2, 3, 5, "both"]);
  assert.deepEqual(of("A9z"), [2, 3, 0, "both"]);
  assert.equal(weightsOf(preset, rowOf("A9z")).watchRsc, true);
  for (const form of ["b", "c", "d", "e", "f"] as const) {
    assert.deepEqual(of(`A7${form}`), [2, 3, 5, "both"]);
    assert.equal(trainingOf(preset, rowOf(`A7${form}`)).rsc.form, form);
  }
});

Deno.test("a row's own settings stand over the preset's, the others stay", () => {
  const { learningRates, ...rest } = trainingOf(quick, rowOf("A9t"));
  assert.deepEqual(learningRates, { ...quick.train.learningRates, text: 0 });
  const { learningRates: _, ...plain } = trainingOf(quick, rowOf("A3"));
  assert.deepEqual(rest, plain);
  assert.deepEqual(trainingOf(quick, rowOf("A6")), quick.train);
});

Deno.test({
  name: "A9w ends half way between the start and what A3 ends in",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const context = new StudyContext(quick), { params } = await context.model();
      const study = tinyStudy(await tinyDataSet(folder), { rows: ["A3", "A9w"] });
      const { runs } = await runStudy(study, folder, { context, progress: silent });
      const [a3, averaged] = await Promise.all(
        runs.map((run) => readSafetensors(join(run.folder, "weights.safetensors"))),
      );
      const name = "text_projection.weight", start = params[name] as tf.Tensor;
      assert.deepEqual([...averaged!.keys()].sort(), [...a3!.keys()].sort());
      const plain = tf.tidy(() => (tf.transpose(start) as tf.Tensor).dataSync());
      const half = a3!.get(name)!.data.map((x, i) => (x + plain[i]!) / 2);
      assertClose(averaged!.get(name)!.data, half, 1e-6);
      assert.ok(a3!.get(name)!.data.some((x, i) => Math.abs(x - plain[i]!) > 1e-6), "A3 moved");
      tf.dispose(params);
    }),
});

Deno.test({
  name:
    "what is measured is the test split, or the split that is asked for; never what is trained on",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const context = new StudyContext(quick), set = await tinyDataSet(folder);
      const { records } = await context.dataSet(set);
      for (const split of ["test", "validation"] as const) {
        const { captions, products } = await context.test(set, split);
        const expected = records.filter((record) => record.split === split);
        assert.deepEqual(captions, expected.map(({ captions }) => captions[0]));
        const trained = new Set((await context.records(set, 1, 0)).map(({ product }) => product));
        assert.ok(products.every((product) => !trained.has(product)));
      }
      tf.dispose((await context.model()).params);
    }),
});
