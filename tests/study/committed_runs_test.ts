/** The committed study: two rows of it differ by their losses alone, and its tables are its runs'. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { READING } from "unidiff/report/folds/contrasts.ts";
import { settingOf } from "unidiff/report/folds/readings.ts";
import { foldedReport, isCompared } from "unidiff/report/folds/report.ts";
import { readStudy, type RunRecord } from "unidiff/report/record.ts";
import { toMarkdown } from "unidiff/report/table.ts";
import { exists } from "unidiff/runtime/files.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { CHOOSING_SEED } from "unidiff/study/matched.ts";
import { presetOf } from "unidiff/study/presets.ts";
import { rowOf, trainingOf, weightsOf } from "unidiff/study/rows.ts";

const folder = join(projectFolder, "results", "reference", "study");
const runs = await exists(join(folder, "runs")) ? await readStudy(folder) : [];

/** What was changed of the preset beside the losses. */
function changesOf({ config: { changes = {} } }: RunRecord) {
  const losses = /^(lambda|train\.rsc)\./;
  return Object.fromEntries(Object.entries(changes).filter(([path]) => !losses.test(path)));
}

/** All but what a row may differ in: its losses, and what it is called. */
function common(run: RunRecord) {
  const { row: _, rowTitle: __, weights: ___, keep: ____, train, ...rest } = run.config;
  const { rsc: _____, learningRates, ...training } = train;
  return { ...rest, changes: changesOf(run), training, learningRates };
}

Deno.test({
  name: "rows of one fold and seed of the committed study differ by their losses alone",
  ignore: runs.length === 0,
  fn() {
    const groups = Map.groupBy(
      runs,
      (run) => {
        const { dataset, seed, fraction } = run.config;
        return JSON.stringify([dataset, seed, fraction, changesOf(run)]);
      },
    );
    let compared = 0;
    for (const [key, group] of groups) {
      const [first, ...others] = group as [RunRecord, ...RunRecord[]];
      for (const run of others) {
        compared++;
        const [ours, theirs] = [common(run), common(first)];
        // Rows that are about the rates have theirs; all else is of one setting.
        const about = [run, first].some(({ config }) => /^A9[ht]$/.test(config.row));
        if (about) Object.assign(ours, { learningRates: theirs.learningRates });
        assert.deepEqual(ours, theirs, `${key}: ${run.name} and ${first.name}`);
      }
    }
    assert.ok(compared > 0 || groups.size === runs.length);
  },
});

Deno.test({
  name: "what a row's losses are in the committed study is what the rows say",
  ignore: runs.length === 0,
  fn() {
    for (const { name, config } of runs) {
      const { row, preset, changes = {}, tuned = {} } = config;
      const settings = presetOf(preset, { ...tuned, ...changes });
      assert.deepEqual({ ...config.weights }, { ...weightsOf(settings, rowOf(row)) }, name);
      const { rsc } = trainingOf(settings, rowOf(row));
      assert.deepEqual({ ...(config.train.rsc as object) }, { ...rsc }, name);
      assert.ok(config.dataset.fold !== undefined, `${name}: of a fold`);
      if (config.seed >= CHOOSING_SEED) assert.equal(config.seed, CHOOSING_SEED, name);
    }
  },
});

Deno.test({
  name: "tables of the committed study are what its runs give",
  ignore: runs.length === 0,
  async fn() {
    for (const { name, table } of foldedReport(runs).tables) {
      const committed = await Deno.readTextFile(join(folder, "tables", `${name}.md`));
      assert.equal(toMarkdown(table), committed, name);
    }
  },
});

Deno.test({
  name: "the reading of RSC that is compared is the one that the rule has chosen",
  ignore: !runs.some(({ config }) => READING.test(config.row)),
  fn() {
    const { table } = foldedReport(runs).tables.find(({ name }) => name === "readings")!;
    const best = table.rows.find(({ place }) => place === 1)!;
    const compared = runs.filter((run) => isCompared(run) && READING.test(run.config.row));
    assert.ok(compared.length > 0);
    for (const run of compared) {
      assert.deepEqual([run.config.row, settingOf(run)], [best.row, best.setting], run.name);
    }
  },
});
