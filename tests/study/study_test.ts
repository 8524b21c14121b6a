/** A study as a whole: plan, runs that are not repeated, and what rows share. */
import assert from "node:assert/strict";
import { basename, join } from "@std/path";
import { startBackend } from "unidiff/runtime/backend.ts";
import { tf } from "unidiff/runtime/tf.ts";
import { readRun, type RunRecord } from "unidiff/report/record.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { presets } from "unidiff/study/presets.ts";
import { rowOf, rows, trainingOf } from "unidiff/study/rows.ts";
import { resolveRun, runName } from "unidiff/study/run_config.ts";
import { planStudy, runStudy } from "unidiff/study/study.ts";
import { learningRateOf } from "unidiff/train/objective.ts";
import { readSafetensorsHeader } from "unidiff/weights/safetensors.ts";
import { inFolder } from "../data/folder.ts";
import { quick, silent, snapshot, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };

Deno.test("planStudy() orders by set, fraction, seed and row, and names each run once", () =>
  inFolder(async (folder) => {
    const set = await tinyDataSet(folder);
    const config = tinyStudy(set, { rows: ["A0", "A1"], seeds: 2, fractions: [1, 0.5] });
    const runs = await planStudy(new StudyContext(presets.nano), config, folder);
    const start = runs.map(({ name }) => name.replace(/--[0-9a-f]{8}$/, ""));
    assert.deepEqual(start, [
      ...["tiny--A0--s0--f1", "tiny--A1--s0--f1", "tiny--A0--s1--f1", "tiny--A1--s1--f1"],
      ...["tiny--A0--s0--f0.5", "tiny--A1--s0--f0.5", "tiny--A0--s1--f0.5", "tiny--A1--s1--f0.5"],
    ]);
    assert.ok(runs.every(({ name }) => /--[0-9a-f]{8}$/.test(name)));
    assert.equal(runs[0]?.folder, join(folder, "runs", runs[0]!.name));
    assert.equal(runs[0]?.config.dataset.train, 16);
    assert.equal(runs[4]?.config.dataset.train, 8);
    assert.ok(runs.every(({ finished }) => !finished));
  }));

Deno.test("runName() changes with what decides the numbers, not with backend and versions", () =>
  inFolder(async (folder) => {
    const context = new StudyContext(presets.nano);
    const plan = { dataset: await tinyDataSet(folder), row: "A6", seed: 0, fraction: 1 } as const;
    const config = await resolveRun(context, plan), name = await runName(config);
    assert.equal(await runName({ ...config, backend: "wasm", versions: { deno: "9" } }), name);
    const longer = { ...presets.nano, train: { ...presets.nano.train, steps: 7 } };
    const others = [
      await resolveRun(new StudyContext(longer), plan),
      { ...config, model: { ...config.model, start: "other weights" } },
      { ...config, dataset: { ...config.dataset, fingerprint: "other pictures" } },
      { ...config, weights: { ...config.weights, rsc: 0.5 } },
    ];
    for (const other of others) assert.notEqual(await runName(other), name);
  }));

Deno.test("rowOf() names the rows there are, also for names that every object has", () => {
  assert.equal(rowOf("A6").title, rows.A6.title);
  assert.throws(() => rowOf("A9"), /row "A9" is not known; expected one of A0, A1, A2/);
  assert.throws(() => rowOf("constructor"), /not known/);
});

Deno.test({
  name: "runStudy() does every row once, on the same draws, and trains what the losses reach",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const config = tinyStudy(await tinyDataSet(folder), { rows: Object.keys(rows) });
      const context = new StudyContext(quick);
      const { params } = await context.model();
      const before = Object.fromEntries(
        Object.entries(params).map(([name, t]) => [name, t.dataSync().slice()]),
      );

      const first = await runStudy(config, folder, { context, progress: silent });
      assert.equal(first.done.length, Object.keys(rows).length);
      assert.deepEqual(first.left, []);
      const all = await snapshot(folder);

      // Finished runs are not repeated: no file is touched.
      const again = await runStudy(config, folder, { context, progress: silent });
      assert.deepEqual([again.done, again.left], [[], []]);
      assert.deepEqual(await snapshot(folder), all);
      assert.ok(again.runs.every(({ finished }) => finished));

      const runs = Object.fromEntries(
        await Promise.all(first.runs.map(async (run) => [run.plan.row, await readRun(run.folder)])),
      ) as Record<string, RunRecord>;

      // Rows share batches, noise and time steps: the first step's terms are those of the same batch.
      const firstStep = (row: string) => runs[row]!.metrics[0]!;
      for (const row of ["A3", "A4", "A5", "A6"]) {
        near(firstStep(row).itc, firstStep("A1").itc);
        near(firstStep(row).is, firstStep("A2").is);
        assert.deepEqual(runs[row]!.samples?.prompts, runs.A0!.samples?.prompts);
      }
      near(firstStep("A6").total, firstStep("A3").total + firstStep("A6").rsc!);

      // What a run changed is what its losses reach, and nothing else changed.
      const total = Object.values(params).reduce((sum, { size }) => sum + size, 0);
      for (const [row, { folder, evaluation, cost }] of Object.entries(runs)) {
        const { weights } = rowOf(row), { learningRates, rsc } = trainingOf(quick, rowOf(row));
        const expected = Object.keys(params).filter((name) =>
          learningRateOf(name, weights, learningRates, rsc) > 0
        );
        const trained = expected.reduce((sum, name) => sum + params[name]!.size, 0);
        assert.deepEqual(cost!.parameters, { total, trained }, row);
        if (Deno.build.os === "linux") assert.ok(cost!.peakMemory! > 2 ** 26, row);
        assert.equal(evaluation.steps, row === "A0" ? 0 : presets.nano.train.steps);
        if (expected.length === 0) continue;
        const { tensors } = await readSafetensorsHeader(join(folder, "weights.safetensors"));
        assert.deepEqual([...tensors.keys()].sort(), expected.sort(), basename(folder));
      }
      for (const [name, t] of Object.entries(params)) assert.deepEqual(t.dataSync(), before[name]);
      tf.dispose(params);
    }),
});

function near(a: number | undefined, b: number | undefined): void {
  assert.ok(
    a !== undefined && b !== undefined && Math.abs(a - b) <= 1e-5 * Math.abs(b),
    `${a} ${b}`,
  );
}
