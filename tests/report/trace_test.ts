import assert from "node:assert/strict";
import { join } from "@std/path";
import { writeMeasure } from "unidiff/report/evaluations.ts";
import { reportedRuns } from "unidiff/report/selection.ts";
import { studyTables } from "unidiff/report/tables.ts";
import { rowName, traceCell, traceTable, traceText } from "unidiff/report/trace.ts";
import { cellText, isSummary } from "unidiff/report/table.ts";
import { writeQueries } from "unidiff/report/record.ts";
import { compareSeeds } from "unidiff/eval/significance.ts";
import { stream } from "unidiff/runtime/random.ts";
import { inFolder } from "../data/folder.ts";
import { writeRun } from "./synthetic_study.ts";

const settings = {
  split: "test" as const,
  samples: 8,
  samplingSteps: 2,
  guidance: 3,
  seed: 0,
  extractor: { name: "tiny", hash: "00" },
};

/** Three seeds of two rows with queries, and a measure that was taken later. */
async function study(folder: string): Promise<void> {
  for (const row of ["A1", "A3"] as const) {
    for (const seed of [0, 1, 2]) {
      const run = await writeRun(folder, row, seed);
      await writeQueries(run, {
        "retrieval.i2t.rank": stream(seed, row, "a").uniforms(20).map((u) => Math.ceil(9 * u)),
        "retrieval.t2i.rank": stream(seed, row, "b").uniforms(20).map((u) => Math.ceil(9 * u)),
      });
      await writeMeasure(run, "0123abcd", {
        schema: 1,
        measure: "cka",
        settings,
        metrics: { "cka.image-unet.debiased": 0.1 + 0.01 * seed },
        seconds: 1,
      });
    }
  }
}

/** What the keys of a source lead to in its file. */
async function read(
  folder: string,
  source: { run: string; file: string; path: readonly string[] },
) {
  const text = await Deno.readTextFile(join(folder, "runs", source.run, source.file));
  return source.path.reduce((tree, key) => tree[key], JSON.parse(text));
}

Deno.test("every mean of every table is that of the entries which its trace names", () =>
  inFolder(async (folder) => {
    await study(folder);
    let means = 0, later = 0;
    for (const { table } of studyTables(await reportedRuns(folder))) {
      const figures = traceTable(table);
      assert.ok(figures.length > 0 && figures.every(({ sources }) => sources.length > 0));
      for (const { row, column, text, sources } of figures) {
        const cells = table.rows.find((cells) => rowName(table, cells) === row)!,
          cell = cells[column];
        assert.equal(text, cellText(cell, table.columns.find(({ key }) => key === column)!.format));
        if (!isSummary(cell)) continue;
        const values = await Promise.all(sources.map((source) => read(folder, source)));
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
        assert.ok(Math.abs(mean - cell.mean) < 1e-12, `${row} ${column}`);
        means++;
        if (sources.some(({ file }) => file === "evaluations/0123abcd/cka.json")) later++;
      }
    }
    // Two rows: 12 numbers in the ablation; 3 of collapse and 1 of the later CKA among the embeddings;
    // steps and two times among the costs.
    assert.deepEqual([means, later], [2 * (12 + 3 + 1 + 3), 2]);
  }));

Deno.test("a difference is recomputed from the queries that its trace names", () =>
  inFolder(async (folder) => {
    await study(folder);
    const { table } = studyTables(await reportedRuns(folder))
      .find(({ name }) => name === "shop-differences")!;
    const name = "R@5, mean of both ways (points), A3 − A1";
    const [{ text, sources }] = traceCell(table, `${name},difference`) as [
      ReturnType<typeof traceTable>[number],
    ];
    const runs = [...new Set(sources.map(({ run }) => run))];
    assert.equal(runs.length, 6);
    const hits = new Map<string, number[]>();
    for (const run of runs) {
      const ranks = await Promise.all(
        sources.filter((source) => source.run === run).map((source) => read(folder, source)),
      ) as number[][];
      const both = ranks[0]!.map((rank, q) => (Number(rank <= 5) + Number(ranks[1]![q]! <= 5)) / 2);
      hits.set(run, both);
    }
    const of = (row: string, seed: number) =>
      hits.get(runs.find((run) => run.includes(`--${row}--s${seed}--`))!)!;
    const differences = [0, 1, 2].map((s) => of("A3", s).map((v, q) => v - of("A1", s)[q]!));
    assert.equal(text, cellText(compareSeeds(differences), { digits: 1, scale: 100 }));
  }));

Deno.test("traceCell() finds a figure by key or heading, and names what there is", () =>
  inFolder(async (folder) => {
    await study(folder);
    const { table } = studyTables(await reportedRuns(folder))[0]!;
    const byKey = traceCell(table, "A1,retrieval.i2t.r5");
    assert.deepEqual(traceCell(table, "A1,i→t R@5"), byKey);
    assert.equal(byKey[0]!.sources.length, 3);
    const lines = traceText(table, byKey).split("\n");
    assert.match(lines[2]!, /^A1 · i→t R@5 ↑: \d+\.\d ± \d+\.\d$/);
    assert.match(
      lines[3]!,
      /^ +0\.\d+ {2}runs\/shop--A1--s0--f1--0{8}\/evaluation\.json {2}metrics › retrieval\.i2t\.r5$/,
    );
    assert.throws(
      () => traceCell(table, "A9,r5"),
      /expected "row,column"[^]*rows: A1; A3[^]*seeds/,
    );
  }));
