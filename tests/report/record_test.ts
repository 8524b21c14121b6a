import assert from "node:assert/strict";
import { join } from "@std/path";
import { readRun, readStudy, type SkippedRun } from "unidiff/report/record.ts";
import { metricLines, PROMPTS, writeRun } from "./synthetic_study.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readRun() reads what a run wrote", () =>
  inFolder(async (study) => {
    const run = await readRun(await writeRun(study, "A3", 1));
    assert.equal(run.config.row, "A3");
    assert.equal(run.name, "shop--A3--s1--f1--00000000");
    assert.deepEqual(run.metrics, metricLines("A3", 1));
    assert.deepEqual(run.samples?.prompts, PROMPTS);
  }));

Deno.test("readRun() keeps the last line of a step that a resumed run repeated", () =>
  inFolder(async (study) => {
    const folder = await writeRun(study, "A1", 0);
    const line = (step: number, total: number) => JSON.stringify({ step, seconds: 1, total });
    const text = [line(2, 1), line(4, 9), line(4, 3), ""].join("\n");
    await Deno.writeTextFile(join(folder, "metrics.jsonl"), text);
    const { metrics } = await readRun(folder);
    assert.deepEqual(metrics.map(({ step, total }) => [step, total]), [[2, 1], [4, 3]]);
  }));

Deno.test("readRun() reads a run without metrics and samples", () =>
  inFolder(async (study) => {
    const folder = await writeRun(study, "A0", 0);
    for (const name of ["metrics.jsonl", "samples.png", "samples.json"]) {
      await Deno.remove(join(folder, name));
    }
    const run = await readRun(folder);
    assert.deepEqual([run.metrics, run.samples], [[], undefined]);
  }));

Deno.test("readStudy() sorts finished runs and passes over unfinished ones", () =>
  inFolder(async (study) => {
    await writeRun(study, "A3", 0);
    await writeRun(study, "A1", 1);
    await writeRun(study, "A1", 0);
    await writeRun(study, "A6", 0, { finished: false });
    const runs = await readStudy(study);
    assert.deepEqual(runs.map(({ config }) => `${config.row}${config.seed}`), [
      "A10",
      "A11",
      "A30",
    ]);
  }));

Deno.test("readStudy() names file, line and field of what is malformed", () =>
  inFolder(async (study) => {
    const folder = await writeRun(study, "A1", 0);
    await Deno.writeTextFile(join(folder, "metrics.jsonl"), '{"step": 1, "seconds": 1}\n');
    await assert.rejects(readStudy(study), /metrics\.jsonl:1: total: /);
    await Deno.writeTextFile(join(folder, "config.json"), "{");
    await assert.rejects(readStudy(study), /config\.json: not JSON/);
    const skipped: SkippedRun[] = [];
    assert.deepEqual(await readStudy(study, { skipped }), []);
    assert.equal(skipped[0]?.folder, folder);
  }));

Deno.test("readStudy() says what is missing", async () => {
  await assert.rejects(readStudy("/nowhere"), /runs: not found, expected the run folders/);
});
