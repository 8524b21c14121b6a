/** What training on real batches must hold to: gradients, memory, and loss values that are no numbers. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { makeSchedule } from "unidiff/diffusion/schedule.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { exists } from "unidiff/runtime/files.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { type Preset, presets } from "unidiff/study/presets.ts";
import { rowOf, rows } from "unidiff/study/rows.ts";
import { doRun, resolveRun } from "unidiff/study/run.ts";
import { runStudy } from "unidiff/study/study.ts";
import { disposeBatch, jointBatch } from "unidiff/train/joint_data.ts";
import { jointLoss, learningRateOf } from "unidiff/train/objective.ts";
import { readSafetensorsHeader } from "unidiff/weights/safetensors.ts";
import { inFolder } from "../data/folder.ts";
import { quick, silent, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name: "jointLoss() sends gradients exactly where learningRateOf() trains",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const { model: config, train } = quick, context = new StudyContext(quick);
      const model = await context.model();
      const data = await context.training(await tinyDataSet(folder), 1, 0);
      const batch = jointBatch(model, data, [0, 1, 2, 3, 4, 5], 0, { ...train, seed: 0 });
      const names = Object.keys(model.params);
      const variables = names.map((name) => tf.variable(model.params[name]!));
      const params = Object.fromEntries(names.map((name, i) => [name, variables[i]!]));
      for (const row of Object.keys(rows).filter((id) => id !== "A0")) {
        const { weights } = rowOf(row);
        const { value, grads } = tf.variableGrads(
          () =>
            jointLoss(params, config, makeSchedule(config.schedule), weights, train.rsc, batch)
              .total,
          variables,
        );
        const reached = names.filter((_, i) => {
          const gradient = grads[variables[i]!.name];
          return gradient && gradient.dataSync().some((x) => x !== 0);
        });
        const trained = names.filter((n) => learningRateOf(n, weights, train.learningRates) > 0);
        // A key's bias shifts all scores of a query alike, which softmax undoes: its gradient is zero
        // but for rounding.
        const always = (list: string[]) => list.filter((n) => !n.endsWith("k_proj.bias"));
        assert.deepEqual(always(reached).sort(), always(trained).sort(), row);
        tf.dispose([value, grads]);
      }
      disposeBatch(batch);
      tf.dispose([variables, model.params]);
    }),
});

Deno.test({
  name: "doRun() keeps the number of tensors constant over steps and leaves none behind",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const context = new StudyContext(presets.nano), dataset = await tinyDataSet(folder);
      const model = await context.model(), count = () => tf.memory().numTensors, before = count();
      for (const row of ["A0", "A3", "A6"] as const) {
        const plan = { dataset, row, seed: 0, fraction: 1 }, counts: number[] = [];
        const config = await resolveRun(context, plan), run = join(folder, row);
        await doRun(context, plan, run, config, { onStep: () => void counts.push(count()) });
        assert.equal(new Set(counts).size, row === "A0" ? 0 : 1, `${row}: ${counts}`);
        assert.equal(count(), before, `${row} left tensors behind`);
      }
      tf.dispose(model.params);
    }),
});

Deno.test({
  name: "runStudy() ends with step, terms and batch where the loss is not finite",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const train = {
        ...presets.nano.train,
        warmup: 0,
        learningRates: { text: 1e30, vision: 1e30, unet: 1e30 },
      };
      const wild: Preset = { ...presets.nano, train };
      const study = tinyStudy(await tinyDataSet(folder), { rows: ["A6"] });
      const context = new StudyContext(wild), before = tf.memory().numTensors;
      await assert.rejects(
        runStudy(study, folder, { context, progress: silent }),
        (error: Error) => {
          assert.match(error.message, /the loss is not finite at step 1: \{"itc":/);
          assert.match(error.message, /"is":.*"rsc":.*"total":/);
          assert.match(error.message, /batch images\/\w+-\w+\.png, images/);
          assert.match(error.message, /checkpoint .* is kept/);
          return true;
        },
      );
      const { runs } = await runStudy(study, folder, {
        context,
        progress: silent,
        shouldStop: () => true,
      });
      const checkpoint = join(runs[0]!.folder, "checkpoint", "state.safetensors");
      assert.equal((await readSafetensorsHeader(checkpoint)).metadata.step, "1");
      assert.ok(!await exists(join(runs[0]!.folder, "evaluation.json")));
      tf.dispose((await context.model()).params);
      assert.equal(tf.memory().numTensors, before, "tensors were left behind");
    }),
});
