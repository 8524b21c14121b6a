/** Rows train under the options that a small GPU needs: one row of each kind of loss. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import type { Changes } from "unidiff/study/changes.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { type Preset, presetOf } from "unidiff/study/presets.ts";
import type { RowId } from "unidiff/study/rows.ts";
import { doRun, resolveRun, runName } from "unidiff/study/run.ts";
import { isAdapter } from "unidiff/train/lora.ts";
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
    changes: { "train.lora": 2, "train.freeze": "attn1|^text_model" },
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
  const evaluate = { ...preset.evaluate, timesteps: [500], samples: 0, outside: 8 };
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
          if ("train.freeze" in changes) {
            assert.ok(!written.some((name) => /^text_model/.test(name)), row);
          }
        }
        tf.dispose(params);
      }),
  });
}

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
