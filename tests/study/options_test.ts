/** Rows train under the options that a small GPU needs: one row of each kind of loss. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { exists } from "unidiff/runtime/files.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import type { Changes } from "unidiff/study/preset.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { modelOfRun } from "unidiff/study/model_folder.ts";
import { presetOf } from "unidiff/study/presets.ts";
import type { Preset } from "unidiff/study/preset.ts";
import type { RowId } from "unidiff/study/rows.ts";
import { doRun } from "unidiff/study/run.ts";
import { resolveRun, runName } from "unidiff/study/run_config.ts";
import { isAdapter } from "unidiff/weights/adapters.ts";
import { readSafetensors } from "unidiff/weights/safetensors.ts";
import { inFolder } from "../data/folder.ts";
import { tinyDataSet } from "./tiny.ts";

const everyKind: RowId[] = ["A1", "A2", "A4", "A7e", "A9w"];
const options: Record<string, { rows: RowId[]; changes: Changes }> = {
  "checkpointing and sgd": {
    rows: everyKind,
    changes: { "train.gradientCheckpointing": true, "train.optimizer": "sgd" },
  },
  "adapters beside frozen parts": {
    rows: everyKind,
    // with checkpointing a step is no graph, which takes longer to make than this test
    changes: {
      "train.lora": 2,
      "train.freeze": "attn1|^text_model",
      "train.gradientCheckpointing": true,
    },
  },
  "a frozen text tower": {
    rows: ["A6"],
    changes: { "train.freeze": "^(text_model|text_projection|vision_model.embeddings)" },
  },
  "adapters, checkpointing, accumulation and sgd": {
    rows: ["A6"],
    changes: {
      "train.lora": 2,
      "train.gradientCheckpointing": true,
      "train.accumulate": 2,
      "train.optimizer": "sgd",
    },
  },
};

/** The preset of tests with changes, one step, and next to no evaluation. */
function short(changes: Changes): Preset {
  const preset = presetOf("nano", {
    ...changes,
    "train.steps": 1,
    "train.checkpointSeconds": 1000,
  });
  const evaluate = { ...preset.evaluate, measures: ["noise"], timesteps: [500], samples: 0 };
  return { ...preset, evaluate };
}

for (const [option, { rows, changes }] of Object.entries(options)) {
  Deno.test({
    name: `rows ${rows.join(", ")} train with ${option}`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () =>
      inFolder(async (folder) => {
        await startBackend();
        const context = new StudyContext(short(changes)), dataset = await tinyDataSet(folder);
        const { params } = await context.model();
        for (const row of rows) {
          const plan = { dataset, row, seed: 0, fraction: 1 }, run = join(folder, row);
          const config = await resolveRun(context, plan), before = tf.memory().numTensors;
          assert.ok(await doRun(context, plan, run, config), row);
          assert.equal(tf.memory().numTensors, before, `${row} left tensors behind`);
          const written = [...(await readSafetensors(join(run, "weights.safetensors"))).keys()];
          assert.ok(written.length > 0, row);
          if ("train.lora" in changes) assert.ok(written.every(isAdapter), row);
          else assert.ok(!written.some(isAdapter), row);
          if ("train.lora" in changes) {
            // A1 trains the vision tower alone here, which is no part of a pipeline.
            const file = row === "A1" ? "clip/adapter_model" : "pytorch_lora_weights";
            assert.ok(await exists(join(run, "adapters", `${file}.safetensors`)), row);
            const start = await context.model(), made = await modelOfRun(start, run);
            assert.deepEqual(Object.keys(made.params).sort(), Object.keys(start.params).sort());
            const own = Object.entries(made.params).filter(([name, t]) => t !== start.params[name]);
            assert.ok(own.length > 0 && own.every(([name]) => /_proj|to_/.test(name)), row);
            tf.dispose(own.map(([, t]) => t));
          }
          if ("train.freeze" in changes) {
            assert.ok(!written.some((name) => /^text_model/.test(name)), row);
          }
        }
        tf.dispose(params);
      }),
  });
}

Deno.test({
  name:
    "a preset that reads its weights anew for each run ends in the same numbers, with nothing left",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const dataset = await tinyDataSet(folder), found: string[] = [];
      for (const rereads of [false, true]) {
        const context = new StudyContext({
          ...short({ "train.gradientCheckpointing": true }),
          rereads,
        });
        const before = tf.memory().numTensors;
        for (const row of ["A6", "A3"] as const) {
          const plan = { dataset, row, seed: 0, fraction: 1 },
            run = join(folder, `${row} ${rereads}`);
          await doRun(context, plan, run, await resolveRun(context, plan));
          const metrics = await Deno.readTextFile(join(run, "metrics.jsonl"));
          found.push(metrics.replace(/"seconds":[^,]*/g, ""));
        }
        tf.dispose((await context.model()).params);
        assert.equal(
          tf.memory().numTensors,
          before,
          `rereads ${rereads}: tensors were left behind`,
        );
      }
      assert.deepEqual(found.slice(2), found.slice(0, 2));
    }),
});

Deno.test("an option makes another run", async () => {
  await inFolder(async (folder) => {
    const dataset = await tinyDataSet(folder);
    const name = async (changes: Changes) => {
      const plan = { dataset, row: "A6", seed: 0, fraction: 1 } as const;
      return await runName(await resolveRun(new StudyContext(short(changes)), plan));
    };
    const names = await Promise.all(
      [{}, ...Object.values(options).map((o) => o.changes)].map(name),
    );
    assert.equal(new Set(names).size, names.length);
  });
});
