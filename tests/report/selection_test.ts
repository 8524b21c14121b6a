import assert from "node:assert/strict";
import { join } from "@std/path";
import type { SkippedRun } from "unidiff/report/record.ts";
import { reportedRuns } from "unidiff/report/selection.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "./synthetic_study.ts";

Deno.test("reportedRuns() leaves out runs that measured the validation split, and says so", () =>
  inFolder(async (study) => {
    for (const row of ["A1", "A3"] as const) await writeRun(study, row, 0);
    const runs = await reportedRuns(study), path = join(runs[0]!.folder, "config.json");
    assert.equal(runs.length, 2);
    const config = JSON.parse(await Deno.readTextFile(path));
    config.evaluate.split = "validation";
    await Deno.writeTextFile(path, JSON.stringify(config));
    const skipped: SkippedRun[] = [];
    const left = await reportedRuns(study, { skipped });
    assert.deepEqual(left.map(({ name }) => name), [runs[1]!.name]);
    assert.match(skipped[0]!.reason, /measured on the validation split, expected test/);
  }));
