import assert from "node:assert/strict";
import {
  COMPARED,
  compareRows,
  differenceTable,
  intervalText,
} from "unidiff/report/differences.ts";
import { equallyMany, measuredAlike, measuredOnTest } from "unidiff/report/measured.ts";
import type { RunRecord } from "unidiff/report/record.ts";
import { generationTable } from "unidiff/report/generation_table.ts";
import { classTable, embeddingTable, tablesOf } from "unidiff/report/tables.ts";
import { toMarkdown } from "unidiff/report/table.ts";
import { stream } from "unidiff/runtime/random.ts";
import { evaluation, runRecord, type SyntheticRow } from "./synthetic_study.ts";

function record(row: SyntheticRow, seed: number, metrics: Record<string, number> = {}): RunRecord {
  const measured = evaluation(row, seed);
  return {
    ...runRecord(row, seed),
    evaluation: { ...measured, metrics: { ...measured.metrics, ...metrics } },
  };
}

const settings = (samples: number) => ({
  split: "test" as const,
  samples,
  samplingSteps: 20,
  guidance: 3,
  seed: 0,
  extractor: { name: "tiny", hash: "00" },
});

function later(samples: number, metrics: Record<string, number>) {
  const all = { "generation.samples": samples, "generation.real": 132, ...metrics };
  return {
    hash: `h${samples}`,
    settings: settings(samples),
    measures: ["kid"],
    metrics: all,
    queries: {},
    from: {},
  };
}

Deno.test("measuredAlike() never mixes evaluations: the one that the most runs have counts", () => {
  const own = { kid: 5, "generation.samples": 48, "generation.real": 132 };
  const a0 = record("A0", 0, own), a1 = record("A1", 0, own);
  assert.equal(measuredAlike([a0, a1], ["kid", "fid"]).settings, undefined);
  // One run alone has more samples: rows are still compared by what both have.
  a0.later.push(later(256, { kid: 4, fid: 30 }));
  assert.equal(measuredAlike([a0, a1], ["kid", "fid"]).settings, undefined);
  a1.later.push(later(256, { kid: 3, fid: 20 }), later(64, { kid: 3.5 }));
  const found = measuredAlike([a0, a1], ["kid", "fid"]);
  assert.equal(found.settings?.samples, 256);
  assert.equal(found.numbers.get(a1)?.kid, 3);
});

Deno.test("generationTable() refuses rows with other counts of pictures and says so", () => {
  const same = { kid: 5, "kid.floor": 0.1, "generation.samples": 48, "generation.real": 132 };
  const runs = [
    record("A0", 0, same),
    record("A1", 0, { ...same, kid: 4 }),
    record("A2", 0, { ...same, "generation.samples": 32 }),
  ];
  assert.equal(equallyMany(measuredAlike(runs, ["kid"])).kept.length, 2);
  const table = generationTable(runs, "shop")!;
  assert.deepEqual(table.rows.map(({ row }) => row), ["A0", "A1"]);
  assert.match(table.note, /48 drawn, 132 real pictures in every row/);
  assert.match(table.note, /Refused: A2 seed 0, measured on 32 drawn, 132 real pictures/);
  assert.ok(!table.columns.some(({ key }) => key === "fid"), "what nobody measured has no column");
  assert.equal(generationTable([record("A0", 0)], "shop"), undefined);
});

Deno.test("embeddingTable() and classTable() join what was measured on the test split", () => {
  const run = record("A6", 0);
  run.later.push({
    ...later(256, {
      "cka.image-unet.debiased": 0.4,
      "zero-shot.color.accuracy": 0.3,
      "zero-shot.color.majority": 0.2,
      "zero-shot.color.classes": 12,
      "class-map.color.image": 0.5,
    }),
  });
  run.later.push({
    ...later(64, { "cka.image-start.debiased": 0.9 }),
    settings: { ...settings(64), split: "validation" },
  });
  const keys = embeddingTable([run], "shop")!.columns.map(({ key }) => key);
  assert.ok(
    keys.includes("collapse.image.effectiveRank") && keys.includes("cka.image-unet.debiased"),
  );
  assert.ok(!keys.includes("cka.image-start.debiased"), "validation is another split");
  assert.equal(measuredOnTest([run]).numbers.get(run)!["zero-shot.color.accuracy"], 0.3);
  const classes = toMarkdown(classTable([run], "shop")!);
  assert.match(classes, /zero-shot \(%\) color ↑/);
  assert.match(classes, /most frequent class has 20\.0 % \(color, 12 classes\)/);
});

/** Three seeds of two rows, with 60 queries that A1 finds more often by a share. */
function ranked(gain: number): RunRecord[] {
  return [0, 1, 2].flatMap((seed) =>
    (["A0", "A1"] as const).map((row) => {
      const run = record(row, seed);
      const ranks = (way: string) =>
        [...stream(seed, way).uniforms(60)].map((value) => {
          return value < 0.3 + (row === "A1" ? gain : 0) ? 1 : 20;
        });
      run.queries = {
        "retrieval.i2t.rank": ranks("i2t"),
        "retrieval.t2i.rank": ranks("t2i"),
        "is.test": [...stream(0, "noise", seed).uniforms(60)],
      };
      return run;
    })
  );
}

Deno.test("compareRows() takes seeds and queries together, and needs three seeds", () => {
  const runs = ranked(0.3), found = compareRows(runs, "A1", "A0", COMPARED.retrieval)!;
  assert.equal(found.seeds, 3);
  assert.ok(found.low > 0.1 && found.high < 0.5 && found.low < found.difference);
  assert.match(intervalText(found, COMPARED.retrieval), /^\+\d+\.\d \[\d+\.\d, \d+\.\d\]$/);
  assert.equal(compareRows(runs.slice(0, 4), "A1", "A0", COMPARED.retrieval), undefined);
  assert.equal(compareRows(runs, "A1", "A0", COMPARED.outside), undefined);
});

Deno.test("differenceTable() calls a difference one only where its interval excludes zero", () => {
  const table = differenceTable(ranked(0.3), "shop")!;
  const [retrieval, noise] = table.rows as Record<string, unknown>[];
  assert.deepEqual([retrieval!.comparison, retrieval!.differs, retrieval!.better], [
    "A1 − A0",
    true,
    "A1",
  ]);
  // Both rows have the same noise losses: no difference, and no better row.
  assert.deepEqual([noise!.metric, noise!.differs, noise!.better], ["IS loss", false, ""]);
  assert.equal(differenceTable(ranked(0), "shop")!.rows[0]!.differs, false);
  assert.equal(differenceTable(ranked(0.3).slice(0, 4), "shop"), undefined);
  assert.deepEqual(tablesOf(ranked(0.3), "shop").map(({ suffix }) => suffix), [
    "",
    "-differences",
    "-embeddings",
    "-cost",
  ]);
});
