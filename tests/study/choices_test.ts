/** Choosing on the validation split, from runs to a study that takes what was chosen. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { readStudy } from "unidiff/report/record.ts";
import { plainRuns } from "unidiff/report/settings_table.ts";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
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
import { BUDGET, candidatesOf, choose, trialChanges, tuningStudies } from "unidiff/study/tuning.ts";
import { inFolder } from "../data/folder.ts";
import { numbersOf, silent, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name: "a candidate's run reads no test picture or caption: with others its numbers are the same",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const set = await tinyDataSet(folder), metadata = join(set, "metadata.jsonl");
      const changes = { ...trialChanges({ changes: {} }), "train.steps": 2, "evaluate.outside": 4 };
      const splits: string[] = [], found = [];
      for (const study of ["before", "after"]) {
        const context = new StudyContext(presetOf("nano", changes));
        for (const name of ["test", "real"] as const) {
          const made = context[name].bind(context) as (name: string, split: string) => unknown;
          Object.assign(context, {
            [name]: (set: string, split: string) => {
              splits.push(split);
              return made(set, split);
            },
          });
        }
        const config = tinyStudy(set, { rows: ["A3"], firstSeed: 100, changes });
        const { runs } = await runStudy(config, join(folder, study), { context, progress: silent });
        assert.deepEqual(runs.map(({ plan }) => plan.seed), [100]);
        const evaluate = runs[0]!.config.evaluate;
        assert.equal(evaluate.split, "validation");
        found.push({ name: runs[0]!.name, ...await numbersOf(runs[0]!.folder) });
        tf.dispose((await context.model()).params);
        // Every test picture and caption becomes another one; all else stays.
        const lines = (await Deno.readTextFile(metadata)).trim().split("\n").map((line) => {
          const record = JSON.parse(line);
          return record.split === "test" ? { ...record, text: "Something else." } : record;
        });
        const text = lines.map((line) => JSON.stringify(line)).join("\n") + "\n";
        await Deno.writeTextFile(metadata, text);
        const train = join(set, lines.find(({ split }) => split === "train").file_name);
        for (const { split, file_name } of lines) {
          if (split === "test") await Deno.copyFile(train, join(set, file_name));
        }
      }
      const [before, after] = found;
      assert.notEqual(after!.name, before!.name, "the test part did change");
      assert.deepEqual({ ...after, name: "" }, { ...before, name: "" });
      assert.ok(splits.length > 0 && splits.every((split) => split === "validation"), `${splits}`);
    }),
});

Deno.test({
  name: "makeChoices() keeps every number and its rule, and a study takes what was chosen",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const set = await tinyDataSet(folder), study = join(folder, "tuning");
      const asked = [{ dataset: "tiny", row: "A1", comparison: "equal" }] as const;
      const parts = tuningStudies("nano", asked), first = new StudyContext(presetOf("nano"));
      for (const { config } of parts) {
        const few = { "train.steps": 1, "train.checkpointSeconds": 1000, "evaluate.outside": 4 };
        const preset = presetOf("nano", { ...few, ...config.changes });
        // Candidates say what they change; that this test is short is none of it.
        const context = first.with({ ...preset, changes: config.changes });
        const here = { ...config, datasets: [set] };
        await runStudy(here, study, { context, progress: silent });
      }
      const records = await readStudy(study);
      assert.equal(records.length, BUDGET);
      const choices = makeChoices("nano", [
        ...asked,
        { dataset: "tiny", row: "A2", comparison: "equal" },
      ], records);
      // A2 was not trained: nothing is chosen for it.
      assert.deepEqual(choices.choices.map(({ row }) => row), ["A1"]);
      const [choice] = choices.choices, candidates = candidatesOf("nano", "A1", "equal");
      const measured = candidates.map(({ changes }) => {
        const { evaluation: { metrics } } = records.find(({ config }) =>
          JSON.stringify(config.changes) === JSON.stringify(trialChanges({ changes }))
        )!;
        return { recallSum: metrics["retrieval.recallSum"]!, noise: metrics["is.test"]! };
      });
      assert.deepEqual(
        choice!.candidates.map(({ recallSum, noise }) => ({ recallSum, noise })),
        measured,
      );
      const best = candidates[choose("R sum", candidates, measured)]!;
      assert.deepEqual([choice!.rule, choice!.chosen], ["R sum", best.name]);
      assert.equal(choicesTable(choices).rows.filter(({ chosen }) => chosen).length, 1);

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

Deno.test("planStudy() trains rows with what was chosen for them, under a study's changes", () =>
  inFolder(async (folder) => {
    const set = await tinyDataSet(folder), { unet } = presetOf("nano").train.learningRates;
    const settings = {
      tiny: { A3: { "lambda.is": 3, "train.learningRates.unet": 2 * unet } },
      other: { A1: { "train.learningRates.text": 1 } },
    };
    const plan = (apart: boolean, changes = {}) => {
      const study = tinyStudy(set, { rows: ["A1", "A3"], changes, chosen: { apart, settings } });
      return planStudy(new StudyContext(presetOf("nano", changes)), study, folder);
    };
    const [a1, a3] = await plan(false);
    assert.ok(!("tuned" in a1!.config), "nothing was chosen for A1 on this set");
    assert.deepEqual(a3!.config.tuned, settings.tiny.A3);
    assert.equal(a3!.config.weights.is, 3);
    assert.deepEqual(
      (a3!.config.train.learningRates as { unet: number }).unet,
      2 * unet,
    );
    // They stand for the preset's own: the ablation has both rows.
    assert.ok(!("changes" in a3!.config));
    const records = [a1!, a3!].map((run) => ({ ...run, finished: 0 }) as never);
    assert.equal(plainRuns(records).length, 2);

    const [, changed] = await plan(false, { "lambda.is": 0.5 });
    assert.equal(changed!.config.weights.is, 0.5, "what is changed stays so");

    const controls = await plan(true);
    assert.deepEqual(controls.map(({ plan }) => plan.row), ["A3"]);
    assert.deepEqual(controls[0]!.config.changes, settings.tiny.A3);
  }));
