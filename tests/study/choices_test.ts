/** Choosing learning rates over folds, from runs to a study that takes what was chosen. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { readStudy } from "unidiff/report/record.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import {
  checkChoices,
  choicesTable,
  makeChoices,
  readChoices,
  writeChoices,
} from "unidiff/study/choices.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { planStudy, runStudy } from "unidiff/study/study.ts";
import {
  candidateChanges,
  chooseRates,
  choosingStudies,
  FOLDS,
  RATES,
  scaledRates,
} from "unidiff/study/matched.ts";
import { inFolder } from "../data/folder.ts";
import { silent, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name:
    "makeChoices() keeps every number, chooses over the folds, and a study takes what was chosen",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const set = await tinyDataSet(folder), study = join(folder, "tuning");
      const first = new StudyContext(presetOf("nano"));
      for (const { config } of choosingStudies("nano", [set])) {
        const few = { "train.steps": 1, "train.checkpointSeconds": 1000, "evaluate.outside": 4 };
        const preset = presetOf("nano", { ...few, ...config.changes });
        // Candidates say what they change; that this test is short is none of it.
        const context = first.with({ ...preset, changes: config.changes });
        await runStudy(config, study, { context, progress: silent });
      }
      const records = await readStudy(study);
      assert.equal(records.length, RATES.length * FOLDS);
      // Each fold tests other products; together they are the whole set.
      const tested = records.filter(({ config }) =>
        JSON.stringify(config.changes) === JSON.stringify(candidateChanges("nano", 1))
      ).map(({ config }) => config.dataset);
      assert.equal(tested.reduce((sum, { test }) => sum + test, 0), 32);
      assert.ok(tested.every(({ train, test }) => train + test === 32));

      const choices = makeChoices("nano", ["tiny", "others"], records);
      // Nothing was trained on the other set: nothing is chosen for it.
      assert.deepEqual(choices.choices.map(({ dataset }) => dataset), ["tiny"]);
      const [choice] = choices.choices;
      const measured = choice!.candidates.map(({ factor, mrr, noise }) => (
        { factor, mrr: mrr!, noise: noise! }
      ));
      for (const { factor, mrr, noise } of measured) {
        const wanted = JSON.stringify(candidateChanges("nano", factor));
        const mine = records.filter(({ config }) => JSON.stringify(config.changes) === wanted)
          .map(({ evaluation }) => evaluation.metrics);
        const mean = (of: (m: Record<string, number>) => number) =>
          mine.reduce((sum, m) => sum + of(m), 0) / FOLDS;
        const both = mean((m) => (m["retrieval.i2t.mrr"]! + m["retrieval.t2i.mrr"]!) / 2);
        assert.ok(
          Math.abs(mrr - both) < 1e-9 && Math.abs(noise - mean((m) => m["is.test"]!)) < 1e-9,
        );
      }
      assert.equal(choice!.chosen, RATES[chooseRates(measured)]);
      assert.deepEqual(choice!.changes, scaledRates("nano", choice!.chosen));
      assert.equal(choicesTable(choices).rows.filter(({ chosen }) => chosen).length, 1);
      // A candidate without one of its folds chooses nothing.
      assert.deepEqual(makeChoices("nano", ["tiny"], records.slice(1)).choices, []);

      const path = join(folder, "choices.json");
      assert.equal(await readChoices(path), undefined);
      await writeChoices(path, choices);
      assert.deepEqual(await readChoices(path), choices);

      // Other starting weights, or other pictures under the same name, are refused.
      const context = new StudyContext(presetOf("nano"));
      await checkChoices(choices, context, [set]);
      await assert.rejects(
        checkChoices({ ...choices, start: "others" }, context, [set]),
        /weights others, found random; .*--untuned/,
      );
      const other = { ...choices, choices: [{ ...choice!, fingerprint: "other" }] };
      await assert.rejects(
        checkChoices({ ...choices, settings: "others" }, context, [set]),
        /from other values of preset nano/,
      );
      await assert.rejects(checkChoices(other, context, [set]), /of fingerprint other, found/);
      await Deno.writeTextFile(path, "{}");
      await assert.rejects(readChoices(path), /no choices of settings/);
    }),
});

Deno.test("planStudy() trains all rows of a set with what was chosen for it, under a study's changes", () =>
  inFolder(async (folder) => {
    const set = await tinyDataSet(folder), { unet } = presetOf("nano").train.learningRates;
    const chosen = {
      tiny: { "lambda.is": 3, "train.learningRates.unet": 2 * unet },
      other: { "train.learningRates.text": 1 },
    };
    const plan = (changes = {}) => {
      const config = tinyStudy(set, { rows: ["A1", "A3"], changes, chosen });
      return planStudy(new StudyContext(presetOf("nano", changes)), config, folder);
    };
    for (const { config } of await plan()) {
      assert.deepEqual(config.tuned, chosen.tiny);
      assert.equal((config.train.learningRates as { unet: number }).unet, 2 * unet);
    }
    // What the study itself changes stays as it says.
    for (const { config } of await plan({ "lambda.is": 7 })) {
      assert.equal((config.train.learningRates as { unet: number }).unet, 2 * unet);
      assert.ok(config.weights.is === 0 || config.weights.is === 7);
    }
  }));
