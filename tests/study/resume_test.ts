/** A run that is stopped or killed goes on to the very same numbers. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { startBackend } from "unidiff/runtime/backend.ts";
import { exists } from "unidiff/runtime/files.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { Claims } from "unidiff/runtime/claims.ts";
import { StudyContext } from "unidiff/study/context.ts";
import { runStudy } from "unidiff/study/study.ts";
import type { PlannedRun } from "unidiff/study/plan.ts";
import { inFolder } from "../data/folder.ts";
import { numbersOf, quick, silent, tinyDataSet, tinyStudy } from "./tiny.ts";

const loose = { sanitizeOps: false, sanitizeResources: false };

/** The run of row A6, done without a break in `folder`/whole. */
async function whole(set: string, folder: string): Promise<PlannedRun> {
  await startBackend();
  const study = tinyStudy(set, { rows: ["A6"] });
  const context = new StudyContext(quick);
  const { runs } = await runStudy(study, join(folder, "whole"), { context, progress: silent });
  return runs[0]!;
}

/** Asserts that two runs are equal in every number and weight. */
async function assertSame(folder: string, expected: string): Promise<void> {
  assert.deepEqual(await numbersOf(folder), await numbersOf(expected));
  for (const file of ["weights.safetensors", "samples.png"]) {
    const [a, b] = await Promise.all([folder, expected].map((f) => Deno.readFile(join(f, file))));
    assert.ok(a!.length === b!.length && a!.every((byte, i) => byte === b![i]), `${file} differs`);
  }
}

Deno.test({
  name: "runStudy() stopped in training, then while measuring, ends in the same numbers",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      const set = await tinyDataSet(folder), expected = await whole(set, folder);
      const study = tinyStudy(set, { rows: ["A6"] }), parts = join(folder, "parts");
      let asked = 0;
      const options = { context: new StudyContext(quick), progress: silent };
      // Asked once before a run and after each step, then before each part of the evaluation.
      const once = await runStudy(study, parts, { ...options, shouldStop: () => ++asked > 3 });
      const run = once.runs[0]!;
      assert.deepEqual([once.done, once.left, once.stopped], [[], [run.name], true]);
      const metrics = join(run.folder, "metrics.jsonl");
      assert.equal((await Deno.readTextFile(metrics)).trim().split("\n").length, 3);
      assert.ok(await exists(join(run.folder, "checkpoint", "state.safetensors")));

      asked = 0;
      const twice = await runStudy(study, parts, { ...options, shouldStop: () => ++asked > 6 });
      assert.deepEqual(twice.left, [run.name]);
      assert.equal((await Deno.readTextFile(metrics)).trim().split("\n").length, 6);
      assert.ok(!await exists(join(run.folder, "evaluation.json")));

      const end = await runStudy(study, parts, options);
      assert.deepEqual([end.done, end.left, end.stopped], [[run.name], [], false]);
      await assertSame(run.folder, expected.folder);
      assert.ok(!await exists(join(run.folder, "checkpoint", "state.safetensors")));
    }),
});

Deno.test({
  name: "runStudy() stops at a file STOP, and does not heed one that lay there before",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const study = tinyStudy(await tinyDataSet(folder), { rows: ["A1", "A2"] });
      const stop = join(folder, "STOP");
      const progress = { ...silent, step: () => Deno.writeTextFileSync(stop, "") };
      const options = { context: new StudyContext(quick) };
      const { left, stopped } = await runStudy(study, folder, { ...options, progress });
      assert.deepEqual([left.length, stopped], [2, true]);
      Deno.utimeSync(stop, new Date(), new Date(Date.now() - 10_000));
      const again = await runStudy(study, folder, { ...options, progress: silent });
      assert.deepEqual([again.left, again.done.length], [[], 2]);
    }),
});

Deno.test({
  name: "runStudy() leaves a run that another process works on",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      await startBackend();
      const study = tinyStudy(await tinyDataSet(folder), { rows: ["A0"] });
      const context = new StudyContext(quick), options = { context, progress: silent };
      let asked = 0;
      const [run] = (await runStudy(study, folder, { ...options, shouldStop: () => ++asked > 0 }))
        .runs;
      const holder = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", join(import.meta.dirname!, "hold_run.ts"), run!.folder],
        cwd: projectFolder,
        stdout: "piped",
      }).spawn();
      const reader = holder.stdout.getReader();
      await reader.read();
      const { left, stopped } = await runStudy(study, folder, options);
      assert.deepEqual([left, stopped], [[run!.name], false]);
      holder.kill("SIGKILL");
      await holder.status;
      await reader.cancel();
      using claims = new Claims();
      const claim = await claims.take(run!.folder, "claim");
      assert.ok("release" in claim, "a killed process holds no claim");
      claim.release();
    }),
});

Deno.test({
  name: "runStudy() after kill -9, twice, ends in the same numbers",
  ...loose,
  fn: () =>
    inFolder(async (folder) => {
      const set = await tinyDataSet(folder), expected = await whole(set, folder);
      const killed = join(folder, "killed");
      const run = join(killed, "runs", expected.name);
      for (const step of [2, 5]) {
        await killAt(step, set, killed);
        assert.ok(!await exists(join(run, "evaluation.json")));
        const lines = (await Deno.readTextFile(join(run, "metrics.jsonl"))).trim().split("\n");
        assert.equal(JSON.parse(lines.at(-1)!).step, step);
      }
      // A line that was being written when the power went.
      await Deno.writeTextFile(join(run, "metrics.jsonl"), '{"step":6,"sec', { append: true });
      const { success } = await hangAtStep(0, set, killed).output();
      assert.ok(success);
      await assertSame(run, expected.folder);
    }),
});

function hangAtStep(step: number, set: string, folder: string): Deno.Command {
  const script = join(import.meta.dirname!, "hang_at_step.ts");
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, set, folder, String(step)],
    cwd: projectFolder,
    stdout: "piped",
    stderr: "null",
  });
}

/** Lets a process begin or go on with the run and kills it after a step. */
async function killAt(step: number, set: string, folder: string): Promise<void> {
  const child = hangAtStep(step, set, folder).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("hanging")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the process ended before step ${step}: ${said}`);
    said += value;
  }
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
}
