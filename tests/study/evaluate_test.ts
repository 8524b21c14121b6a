import assert from "node:assert/strict";
import { join } from "@std/path";
import { graphExtractor } from "unidiff/eval/extractor.ts";
import { measuresDone, readEvaluations } from "unidiff/report/evaluations.ts";
import { readRun } from "unidiff/report/record.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { Evaluator, finishedRuns } from "unidiff/study/evaluate.ts";
import { runStudy } from "unidiff/study/study.ts";
import { inFolder } from "../data/folder.ts";
import { tinyGraph } from "../eval/tiny_graph.ts";
import { silent, snapshot, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };
const extractor = () =>
  graphExtractor(tinyGraph(), { name: "tiny", node: "twice", inputSize: 4, range: [0, 1] }, []);

Deno.test({
  name:
    "Evaluator measures finished runs once, with more samples anew, and loses nothing to faults",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const data = await tinyDataSet(folder), study = join(folder, "study");
      await runStudy(tinyStudy(data, { rows: ["A0", "A2"] }), study, { progress: silent });
      const runs = await finishedRuns(study);
      assert.deepEqual(runs.map(({ config }) => config.row), ["A0", "A2"]);
      const measured = await readRun(runs[1]!.folder);
      assert.deepEqual(Object.keys(measured.queries).sort(), [
        "forgetting.i2t.rank",
        "forgetting.t2i.rank",
        "is.test",
        "product",
        "retrieval.i2t.rank",
        "retrieval.t2i.rank",
      ]);
      const ranks = measured.queries["retrieval.i2t.rank"]!;
      const mean = ranks.reduce((a, b) => a + b, 0) / ranks.length;
      assert.equal(mean, measured.evaluation.metrics["retrieval.i2t.meanRank"]);
      const before = await snapshot(study);

      const options = {
        measures: ["retrieval", "noise", "kid", "coverage"],
        split: "test" as const,
        samples: 10,
        data,
        extractor,
      };
      const evaluator = new Evaluator(options);
      for (const run of runs) {
        const { hash, missing } = await evaluator.missing(run);
        assert.deepEqual(missing.map(({ name }) => name), options.measures);
        await evaluator.take(run, hash, missing);
        assert.deepEqual((await evaluator.missing(run)).missing, []);
      }
      // What the run measured by itself is untouched; the later numbers lie beside it.
      const after = await snapshot(study);
      for (const [path, state] of Object.entries(before)) assert.equal(after[path], state);
      const [own, later] = [await readRun(runs[1]!.folder), await readEvaluations(runs[1]!.folder)];
      assert.deepEqual(own.later, later);
      assert.equal(later.length, 1);
      assert.equal(later[0]!.metrics["generation.samples"], 10);
      // Trained weights came back from their file: the same numbers as the run's own.
      const { metrics } = own.evaluation;
      assert.equal(later[0]!.metrics["retrieval.i2t.meanRank"], metrics["retrieval.i2t.meanRank"]);
      assert.ok(Math.abs(later[0]!.metrics["is.test"]! - metrics["is.test"]!) < 1e-5);

      // The same again has nothing to do; more samples, or another split, are another folder.
      assert.deepEqual((await new Evaluator(options).missing(runs[0]!)).missing, []);
      const more = await new Evaluator({ ...options, samples: 12 }).missing(runs[0]!);
      assert.equal(more.missing.length, 4);
      const { hash } = await evaluator.missing(runs[0]!);
      assert.notEqual(more.hash, hash);
      assert.notEqual(
        (await new Evaluator({ ...options, split: "validation" }).missing(runs[0]!)).hash,
        hash,
      );

      // A fault in one measure costs no other one its work.
      const faults: string[] = [];
      const broken = {
        name: "cka",
        title: "",
        ofDrawn: false,
        compute: () => Promise.reject(new Error("broken")),
      };
      const [good] = (await new Evaluator({ ...options, measures: ["counting"] })
        .missing(runs[1]!)).missing;
      const tensors = tf.memory().numTensors;
      await evaluator.take(runs[1]!, hash, [broken, good!], {
        onFault: ({ name }, { message }) => faults.push(`${name}: ${message}`),
      });
      assert.deepEqual(faults, ["cka: broken"]);
      const done = await measuresDone(runs[1]!.folder, hash);
      assert.ok(done.includes("counting") && !done.includes("cka"));
      assert.equal(tf.memory().numTensors, tensors);

      // Other pictures under the same name are refused.
      await Deno.writeTextFile(
        join(data, "metadata.jsonl"),
        (await Deno.readTextFile(join(data, "metadata.jsonl"))).replace("A red cup.", "A cup."),
      );
      const late = new Evaluator({ ...options, measures: ["gap"] });
      const { missing } = await late.missing(runs[0]!);
      await assert.rejects(late.take(runs[0]!, hash, missing), /fingerprint \w+, expected \w+ of/);
      await assert.rejects(finishedRuns(folder), /no finished run, expected/);
    }),
});

Deno.test({
  name: "Evaluator measures a run of adapters with them",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const data = await tinyDataSet(folder), study = join(folder, "study");
      const changes = { "train.lora": 2, "evaluate.samples": 0, "evaluate.outside": 8 };
      await runStudy(tinyStudy(data, { rows: ["A3"], changes }), study, { progress: silent });
      const [run] = await finishedRuns(study);
      const options = { measures: ["retrieval", "noise"], split: "test" as const, extractor };
      const evaluator = new Evaluator(options, { datasets: [data] });
      const { hash, missing } = await evaluator.missing(run!);
      await evaluator.take(run!, hash, missing);
      const { evaluation: { metrics }, later } = await readRun(run!.folder);
      for (const key of ["is.test", "retrieval.i2t.meanRank", "retrieval.t2i.map"]) {
        assert.ok(Math.abs(later[0]!.metrics[key]! - metrics[key]!) < 1e-5, key);
      }
    }),
});

Deno.test({
  name: "gradients and teachers are measured of a run: losses pull where they should",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const data = await tinyDataSet(folder), study = join(folder, "study");
      await runStudy(tinyStudy(data, { rows: ["A3"] }), study, { progress: silent });
      const [run] = await finishedRuns(study);
      const options = {
        measures: ["gradients", "teachers"],
        split: "test" as const,
        data,
        extractor,
      };
      const evaluator = new Evaluator(options), { hash, missing } = await evaluator.missing(run!);
      await evaluator.take(run!, hash, missing);
      const { metrics } = (await readRun(run!.folder)).later[0]!;
      for (const by of ["gradients", "gradients.start"]) {
        const of = (loss: string, tower: string) => metrics[`${by}.${loss}.${tower}`]!;
        assert.ok(of("itc", "vision") > 0 && of("itc", "text") > 0 && of("itc", "unet") === 0);
        assert.ok(of("is", "unet") > 0 && of("is", "text") > 0 && of("is", "vision") === 0);
        // The teacher has no gradient, and the captions of a reading none either.
        assert.ok(of("rsc-c2d", "unet") > 0 && of("rsc-c2d", "vision") === 0);
        assert.ok(of("rsc-d2c", "vision") > 0 && of("rsc-d2c", "unet") === 0);
      }
      assert.notEqual(metrics["gradients.itc.vision"], metrics["gradients.start.itc.vision"]);
      // Warm and cold alternate: attributes of the tiny set.
      for (const teacher of ["clip", "unet", "unet-caption", "caption-alone"]) {
        const map = metrics[`teachers.${teacher}.tone`]!;
        assert.ok(map > 0 && map <= 1, `${teacher}: ${map}`);
      }
    }),
});
