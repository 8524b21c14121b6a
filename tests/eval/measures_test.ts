import assert from "node:assert/strict";
import { join } from "@std/path";
import { measures, measuresOf, takeMeasures } from "unidiff/eval/measures/registry.ts";
import { NotMeasurable, type Subject } from "unidiff/eval/measures/subject.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { exists } from "unidiff/runtime/files.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { distinctPlaces, drawnRecords, RunSubject } from "unidiff/study/subject.ts";
import { inFolder } from "../data/folder.ts";
import { quick, tinyDataSet } from "../study/tiny.ts";
import { graphExtractor } from "unidiff/eval/extractor.ts";
import { tinyGraph } from "./tiny_graph.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };
const small = { ...quick.evaluate, samples: 16 };
const tinyExtractor = () =>
  graphExtractor(tinyGraph(), { name: "tiny", node: "twice", inputSize: 4, range: [0, 1] }, []);

Deno.test({
  name: "every measure finds finite numbers on a tiny set, the same again, and leaves no tensors",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const dataset = await tinyDataSet(folder);
      // The tuned set is left out of the others, and the second picture of a caption.
      const other = join(folder, "other");
      await Deno.rename(await tinyDataSet(folder), other);
      await tinyDataSet(folder);
      const lines = await Deno.readTextFile(join(other, "metadata.jsonl"));
      await Deno.writeTextFile(
        join(other, "metadata.jsonl"),
        lines.replace("A red hat.", "A red cup."),
      );
      const config = { ...small, others: [dataset, other] };
      const context = new StudyContext(quick, false, tinyExtractor);
      const model = await context.model();
      await context.extractor();
      await context.test(dataset);
      const before = tf.memory().numTensors, kept = join(folder, "kept");
      const subject = () =>
        RunSubject.of(context, { dataset, fraction: 1, seed: 0, model, config, folder: kept });
      const taken = await takeMeasures(await subject(), measures);
      assert.equal(tf.memory().numTensors, before);
      for (const [key, value] of Object.entries(taken.metrics)) {
        assert.ok(Number.isFinite(value), `${key} is ${value}`);
      }
      assert.deepEqual(taken.left, {});
      const has = (key: string) => assert.ok(key in taken.metrics, `no ${key}`);
      for (const way of ["i2t", "t2i"]) {
        for (const kind of ["retrieval", "forgetting", "single", "product", "probe"]) {
          for (const k of ["r1", "r5", "r10", "medianRank", "meanRank", "map"]) {
            has(`${kind}.${way}.${k}`);
          }
          has(`${kind}.gallery`);
          has(`${kind}.positives`);
        }
        assert.equal(taken.queries[`retrieval.${way}.rank`]!.length, 8);
      }
      ["kid", "kid.std", "kid.floor", "fid", "fid.half", "fid.floor", "clip-fid"].forEach(has);
      ["coverage.precision", "coverage.recall", "coverage.density", "coverage.coverage"].forEach(
        has,
      );
      ["scorer.score", "scorer.r1", "scorer.real.r1", "scorer.candidates"].forEach(has);
      ["diversity", "memorisation.distance", "memorisation.tooNear", "gap.i2t.r1"].forEach(has);
      ["attributes.tone.accuracy", "attributes.tone.real", "zero-shot.tone.accuracy"].forEach(has);
      ["class-map.tone.image", "class-map.tone.unet", "class-map.tone.chance"].forEach(has);
      ["collapse.unet.effectiveRank", "collapse.alignment", "cka.image-unet"].forEach(has);

      assert.deepEqual(
        [...new Set(Object.keys(taken.metrics).flatMap((k) => /^others\.\w+/.exec(k) ?? []))],
        ["others.other"],
      );
      assert.equal(taken.metrics["others.other.gallery"], 31);
      for (const key of ["i2t.rank", "t2i.rank", "product"]) {
        assert.equal(taken.queries[`others.other.${key}`]!.length, 31);
      }
      const named = await RunSubject.of(context, {
        dataset,
        fraction: 1,
        seed: 0,
        model,
        config: small,
      });
      const none = await takeMeasures(named, measuresOf(["other-sets"]));
      assert.match(none.left["other-sets"]!, /--others/);

      // An untouched model: nothing forgotten, nothing moved.
      assert.equal(taken.metrics["drop.recallSum"], 0);
      for (const side of ["image", "text", "unet"]) {
        assert.ok(Math.abs(taken.metrics[`cka.${side}-start`]! - 1) < 1e-6);
      }
      assert.equal(taken.metrics["generation.samples"], 16);

      // Once more: pictures come from the folder, numbers are the same.
      assert.ok(await exists(join(kept, "drawn", "samples.png")));
      const phases: string[] = [];
      const again = await RunSubject.of(context, {
        dataset,
        fraction: 1,
        seed: 0,
        model,
        config,
        folder: kept,
        onPhase: (what) => void phases.push(what),
      });
      assert.deepEqual((await takeMeasures(again, measures)).metrics, taken.metrics);
      assert.ok(!phases.some((what) => what.startsWith("drawing")));
    }),
});

Deno.test("measuresOf() keeps the order of the registry and names what there is", () => {
  assert.deepEqual(measuresOf(["kid", "retrieval"]).map(({ name }) => name), ["retrieval", "kid"]);
  assert.throws(() => measuresOf(["inception"]), /"inception" is not known; expected some of retr/);
  assert.equal(new Set(measures.map(({ name }) => name)).size, measures.length);
});

Deno.test("takeMeasures() leaves out what cannot be measured and stops at real faults", async () => {
  const measure = (name: string, error?: Error) => ({
    name,
    title: "",
    ofDrawn: false,
    compute: () => error ? Promise.reject(error) : Promise.resolve({ metrics: { [name]: 1 } }),
  });
  const subject = { note: () => Promise.resolve() } as unknown as Subject;
  const taken = await takeMeasures(subject, [
    measure("a"),
    measure("b", new NotMeasurable("no attributes")),
    measure("c"),
  ]);
  assert.deepEqual(taken, { metrics: { a: 1, c: 1 }, queries: {}, left: { b: "no attributes" } });
  await assert.rejects(takeMeasures(subject, [measure("a", new Error("NaN"))]), /NaN/);
});

Deno.test("drawnRecords() takes every record once a round; more samples begin with the same", () => {
  const few = drawnRecords(5, 3, 0), many = drawnRecords(5, 12, 0);
  assert.deepEqual(many.slice(0, 3), few);
  assert.deepEqual([...many.slice(0, 5)].sort(), [0, 1, 2, 3, 4]);
  assert.deepEqual([...many.slice(5, 10)].sort(), [0, 1, 2, 3, 4]);
  assert.notDeepEqual(many.slice(0, 5), many.slice(5, 10));
  assert.deepEqual(distinctPlaces(["a", "b", "a", "c"], 3), [0, 1, 3]);
});
