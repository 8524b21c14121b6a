import assert from "node:assert/strict";
import { join } from "@std/path";
import { evaluationRecords } from "unidiff/data/batches.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { embeddingSchema, neighboursSchema } from "unidiff/report/shown.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { doRun } from "unidiff/study/run.ts";
import { resolveRun } from "unidiff/study/run_config.ts";
import { inFolder } from "../data/folder.ts";
import { tinyDataSet } from "./tiny.ts";

Deno.test({
  name:
    "a run keeps neighbours and a map of the split it is measured on, of the same records in every row",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const preset = presetOf("nano", { "train.steps": 1, "train.checkpointSeconds": 1000 });
      const evaluate = { ...preset.evaluate, measures: ["retrieval"], samples: 0 };
      const context = new StudyContext({ ...preset, evaluate });
      const dataset = await tinyDataSet(folder);
      const of = async (row: "A0" | "A1", seed: number) => {
        const plan = { dataset, row, seed, fraction: 1 }, run = join(folder, row);
        assert.ok(await doRun(context, plan, run, await resolveRun(context, plan)));
        const read = async (name: string) => JSON.parse(await Deno.readTextFile(join(run, name)));
        const neighbours = neighboursSchema.parse(await read("neighbours.json"));
        const ids = (way: "i2t" | "t2i") =>
          neighbours[way].map(({ query }) => neighbours.records[query]!.id);
        assert.deepEqual(ids("i2t"), ids("t2i"));
        return {
          queries: ids("i2t"),
          embedding: embeddingSchema.parse(await read("embedding.json")),
        };
      };
      const first = await of("A0", 0), second = await of("A1", 1);
      assert.deepEqual(second.queries, first.queries);
      const records = evaluationRecords(await context.dataSet(dataset), "test");
      assert.deepEqual(first.embedding.ids, records.map(({ id }) => id));
      assert.equal(first.embedding.attribute?.name, "tone");
      assert.equal(first.embedding.images.length, records.length);
      assert.equal(first.embedding.texts.length, records.length);
      assert.ok(first.embedding.images.flat().some((x) => x !== 0));
      tf.dispose((await context.model()).params);

      const validation = new StudyContext({
        ...preset,
        evaluate: { ...evaluate, split: "validation" },
      });
      const plan = { dataset, row: "A0" as const, seed: 0, fraction: 1 };
      const run = join(folder, "validation");
      assert.ok(await doRun(validation, plan, run, await resolveRun(validation, plan)));
      const { ids } = embeddingSchema.parse(
        JSON.parse(await Deno.readTextFile(join(run, "embedding.json"))),
      );
      const others = evaluationRecords(await validation.dataSet(dataset), "validation");
      assert.deepEqual(ids, others.map(({ id }) => id));
      tf.dispose((await validation.model()).params);
    }),
});
