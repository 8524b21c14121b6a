import assert from "node:assert/strict";
import { fractionCurves } from "unidiff/report/fraction_curves.ts";
import { readStudy } from "unidiff/report/record.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "./synthetic_study.ts";

Deno.test("fractionCurves() draws a line for each row over the shares, none where there is one share", () =>
  inFolder(async (study) => {
    for (const row of ["A0", "A3"] as const) {
      for (const seed of [0, 1]) await writeRun(study, row, seed);
    }
    const whole = await readStudy(study);
    assert.equal(fractionCurves(whole), undefined);
    const half = whole.map((run) => ({ ...run, config: { ...run.config, fraction: 0.5 } }));
    const metrics = [{ key: "forgetting.i2t.r5", title: "outside", scale: 100 }];
    const only = whole.map((run) => ({ ...run, config: { ...run.config, row: "A9t" } }));
    const { data } = fractionCurves([...whole, ...half, ...only], metrics)!;
    assert.deepEqual(data.map(({ name }) => name), ["A0 nothing (zero-shot)", "A3 ITC + IS"]);
    const mean = whole.slice(0, 2).reduce(
      (sum, { evaluation }) => sum + 50 * evaluation.metrics["forgetting.i2t.r5"]!,
      0,
    );
    assert.deepEqual(data[0]!.x, [50, 100]);
    for (const y of data[0]!.y as number[]) assert.ok(Math.abs(y - mean) < 1e-9);
    assert.ok("error_y" in data[0]!);
  }));
