/** What training on real batches must hold to: gradients, memory, and loss values that are no numbers. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { makeSchedule } from "unidiff/model/diffusion/schedule.ts";
import type { Direction } from "unidiff/losses/reciprocal.ts";
import type { LossWeights } from "unidiff/losses/total.ts";
import { towerOf } from "unidiff/model/model.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { exists } from "unidiff/runtime/files.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { presetOf, presets } from "unidiff/study/presets.ts";
import type { Changes, Preset, TrainConfig } from "unidiff/study/preset.ts";
import { type RowId, rowOf, rows, trainingOf, weightsOf } from "unidiff/study/rows.ts";
import { doRun } from "unidiff/study/run.ts";
import { resolveRun } from "unidiff/study/run_config.ts";
import { runStudy } from "unidiff/study/study.ts";
import { type RscConfig, rscSpecs } from "unidiff/train/consistency.ts";
import { disposeBatch, jointBatch } from "unidiff/train/joint_data.ts";
import { jointLoss, learningRateOf } from "unidiff/train/objective.ts";
import { initialParams } from "unidiff/weights/params.ts";
import { readSafetensors, readSafetensorsHeader } from "unidiff/weights/safetensors.ts";
import type { MetricLine } from "unidiff/train/loop.ts";
import { assertClose } from "../golden.ts";
import { inFolder } from "../data/folder.ts";
import { quick, silent, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };

/** The rows, and combinations that no row has but a user may make. */
const objectives = (): { name: string; weights: LossWeights; train: TrainConfig }[] => {
  const { train } = quick;
  const alone = (direction: Direction, rsc: Partial<RscConfig>, itc = 0) => ({
    name: `RSC ${JSON.stringify(rsc)} ${direction}, ITC ${itc}`,
    weights: { itc, is: 0, rsc: 1, direction },
    train: { ...train, rsc: { ...train.rsc, ...rsc } },
  });
  return [
    ...Object.keys(rows).filter((id) => id !== "A0").map((name) => {
      const row = rowOf(name);
      return { name, weights: weightsOf(quick, row), train: trainingOf(quick, row) };
    }),
    alone("c2d", { feature: "up" }),
    alone("d2c", { feature: "up", condition: "null" }, 1),
    alone("both", { form: "b" }),
    alone("c2d", { form: "c", feature: "up" }),
    alone("both", { form: "e" }, 1),
    alone("d2c", { form: "e" }),
    alone("d2c", { form: "f" }),
  ];
};

Deno.test({
  name: "jointLoss() weighs IS by min-SNR and aims at v where the model predicts it",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const { model: config, train } = quick, context = new StudyContext(quick);
      const { params } = await context.model(), schedule = makeSchedule(config.schedule);
      const data = await context.training(await tinyDataSet(folder), 1, 0);
      const drawn = jointBatch(await context.model(), data, [0, 1], 0, { ...train, seed: 0 });
      const is = (gamma?: number, prediction?: "v_prediction", t = 100) =>
        tf.tidy(() => {
          const c = {
            ...config,
            schedule: { ...config.schedule, ...(prediction && { prediction }) },
          };
          const weights = { itc: 0, is: 1, rsc: 0, direction: "both" as const };
          const batch = { ...drawn, timesteps: [t, t] };
          return jointLoss(params, c, schedule, weights, train.rsc, batch, { minSnr: gamma }).total
            .dataSync()[0]!;
        });
      const near = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 1e-5, `${a}, ${b}`);
      const a = schedule.alphasCumprod[100]!, snr = a / (1 - a);
      assert.ok(snr > 5);
      near(is(5), is() * 5 / snr);
      near(is(1e9), is());
      near(is(5, "v_prediction"), is(undefined, "v_prediction") * 5 / (snr + 1));
      // Where nothing is left of the picture, v is the noise; else it is not.
      assert.ok(Math.abs(is(undefined, "v_prediction") / is() - 1) > 0.05);
      disposeBatch(drawn);
    }),
});

Deno.test({
  name: "jointLoss() sends gradients exactly where learningRateOf() trains",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const { model: config } = quick, context = new StudyContext(quick);
      const model = await context.model();
      const data = await context.training(await tinyDataSet(folder), 1, 0);
      const batch = jointBatch(model, data, [0, 1, 2, 3, 4, 5], 0, { ...quick.train, seed: 0 });
      for (const { name, weights, train } of objectives()) {
        const own = { ...model.params, ...initialParams(rscSpecs(config, train.rsc), 0) };
        // The autoencoder is frozen in every row, whatever passes through it.
        const names = Object.keys(own).filter((n) => towerOf(n) !== "vae");
        const variables = names.map((name) => tf.variable(own[name]!));
        const params = {
          ...own,
          ...Object.fromEntries(names.map((name, i) => [name, variables[i]!])),
        };
        const schedule = makeSchedule(config.schedule);
        const { value, grads } = tf.variableGrads(
          () =>
            jointLoss(params, config, schedule, weights, train.rsc, batch, { start: own }).total,
          variables,
        );
        const reached = names.filter((_, i) => {
          const gradient = grads[variables[i]!.name];
          return gradient && gradient.dataSync().some((x) => x !== 0);
        });
        const trains = (n: string) => learningRateOf(n, weights, rates, train.rsc) > 0;
        // A tower that the row freezes is reached all the same: only its learning rate is zero.
        const rates = { text: 1, vision: 1, unet: 1 };
        // A key's bias shifts all scores of a query alike, which softmax undoes: its gradient is zero
        // but for rounding.
        const always = (list: string[]) => list.filter((n) => !n.endsWith("k_proj.bias"));
        assert.deepEqual(always(reached).sort(), always(names.filter(trains)).sort(), name);
        tf.dispose([value, grads, variables]);
        tf.dispose(Object.keys(own).filter((n) => !(n in model.params)).map((n) => own[n]!));
      }
      disposeBatch(batch);
      tf.dispose(model.params);
    }),
});

Deno.test({
  name: "A9z ends in A3's numbers, whatever RSC says beside it",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const context = new StudyContext(presets.nano), dataset = await tinyDataSet(folder);
      const done = async (row: RowId) => {
        const plan = { dataset, row, seed: 0, fraction: 1 }, run = join(folder, row);
        const curve: MetricLine[] = [];
        const config = await resolveRun(context, plan);
        await doRun(context, plan, run, config, { onStep: (line) => void curve.push(line) });
        const weights = await readSafetensors(join(run, "weights.safetensors"));
        return { curve, weights };
      };
      const a3 = await done("A3"), a9z = await done("A9z");
      assert.ok(a9z.curve.every(({ rsc }) => rsc! > 0) && a3.curve.every(({ rsc }) => !rsc));
      assert.deepEqual([...a9z.weights.keys()], [...a3.weights.keys()]);
      for (const [name, { data }] of a9z.weights) {
        assertClose(data, a3.weights.get(name)!.data, 1e-7, name);
      }
      tf.dispose((await context.model()).params);
    }),
});

Deno.test({
  name:
    "A9w averages A3's weights where they are, and ends in the numbers of a training of its own",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const set = await tinyDataSet(folder), found: { steps: number; metrics: unknown }[] = [];
      for (const rows of [["A9w"], ["A3", "A9w"]]) {
        const study = join(folder, rows.join("-"));
        const { runs } = await runStudy(tinyStudy(set, { rows }), study, { progress: silent });
        const run = runs.at(-1)!.folder;
        // What is averaged was trained beside it, and leaves no curve of its own.
        assert.equal(await exists(join(run, "metrics.jsonl")), rows.length === 1);
        found.push(JSON.parse(await Deno.readTextFile(join(run, "evaluation.json"))));
      }
      assert.deepEqual(found[1]!.metrics, found[0]!.metrics);
      assert.equal(found[1]!.steps, found[0]!.steps);
    }),
});

Deno.test({
  name: "train.gradientNorms measures each loss's gradients along training and changes no weight",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const plan = {
        dataset: await tinyDataSet(folder),
        row: "A3",
        seed: 0,
        fraction: 1,
      } as const;
      const done = async (name: string, changes: Changes) => {
        const context = new StudyContext(presetOf("nano", changes)), run = join(folder, name);
        const counts: number[] = [], onStep = () => void counts.push(tf.memory().numTensors);
        await doRun(context, plan, run, await resolveRun(context, plan), { onStep });
        assert.equal(new Set(counts).size, 1, `${counts}`);
        const text = await Deno.readTextFile(join(run, "metrics.jsonl"));
        return {
          lines: text.trim().split("\n").map((line) => JSON.parse(line)),
          weights: await readSafetensors(join(run, "weights.safetensors")),
        };
      };
      const plain = await done("plain", {});
      const probed = await done("probed", { "train.gradientNorms": 4 });
      const at = probed.lines.filter((line) => "grad.itc.vision" in line);
      assert.deepEqual(at.map(({ step }) => step), [1, 5]);
      for (const line of at) {
        // ITC moves CLIP alone; what diffusion teaches moves CLIP, what CLIP teaches the UNet.
        assert.deepEqual([line["grad.itc.unet"], line["grad.is.vision"]], [0, 0]);
        for (const key of ["itc.vision", "itc.text", "is.unet", "rsc-d2c.vision", "rsc-c2d.unet"]) {
          assert.ok(line[`grad.${key}`] > 0, key);
        }
        assert.equal(line["grad.rsc-c2d.vision"], 0);
      }
      for (const [name, { data }] of probed.weights) {
        assert.deepEqual(data, plain.weights.get(name)!.data, name);
      }
    }),
});

Deno.test({
  name: "doRun() keeps the number of tensors constant over steps and leaves none behind",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const context = new StudyContext(presets.nano), dataset = await tinyDataSet(folder);
      const model = await context.model(), count = () => tf.memory().numTensors;
      await context.extractor(); // the frozen network stays with the context, as the model does
      const before = count();
      for (const row of ["A0", "A3", "A6", "A7b", "A7e", "A9w"] as const) {
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
