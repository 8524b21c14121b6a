/** Tables of the parts of a full study, from a handful of made-up records. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { writeJson } from "unidiff/runtime/files.ts";
import { costTable } from "unidiff/report/cost_table.ts";
import { ablationTable } from "unidiff/report/ablation.ts";
import { readStudy, type RunRecord } from "unidiff/report/record.ts";
import { formsTable, sizeTable } from "unidiff/report/share_tables.ts";
import { isSummary, type Table, toCsv } from "unidiff/report/table.ts";
import { settingsTable } from "unidiff/report/settings_table.ts";
import { tablesOf } from "unidiff/report/tables.ts";
import { traceCell } from "unidiff/report/trace.ts";
import { inFolder } from "../data/folder.ts";
import { type SyntheticRow, writeRun } from "./synthetic_study.ts";

/** Runs of some rows and three seeds, with queries of which a row hits a known share. */
async function records(study: string, rows: readonly SyntheticRow[]): Promise<RunRecord[]> {
  for (const row of rows) for (const seed of [0, 1, 2]) await writeRun(study, row, seed);
  return (await readStudy(study)).map((run) => {
    const share = { A0: 10, A1: 20, A2: 12, A3: 24, A6: 24 }[run.config.row] as number;
    const ranks = Array.from({ length: 40 }, (_, q) => q < share ? 1 : 30);
    return { ...run, queries: { "retrieval.i2t.rank": ranks, "retrieval.t2i.rank": ranks } };
  });
}

const difference = (table: Table, row: string, to: string) =>
  table.rows.find((cells) => cells.row === row)![`difference.${to}`] as
    | { difference: number; low: number; high: number }
    | undefined;

Deno.test("tables set rows against A3 and the single task, with intervals that hold the difference", () =>
  inFolder(async (study) => {
    const runs = await records(study, ["A0", "A1", "A3", "A6"]),
      table = ablationTable(runs, "shop");
    const a1 = difference(table, "A1", "A3")!;
    assert.ok(Math.abs(a1.difference + 0.1) < 1e-12 && a1.low < -0.1 && a1.high < 0.01);
    assert.ok(Math.abs(difference(table, "A0", "A1")!.difference + 0.25) < 1e-12);
    const same = difference(table, "A6", "A3")!;
    assert.deepEqual([same.difference, same.low, same.high], [0, 0, 0]);
    assert.equal(difference(table, "A3", "A3"), undefined);
    assert.match(toCsv(table), /difference\.A3,difference\.A3\.low,difference\.A3\.high/);
    assert.match(table.note, /an interval that holds zero shows no difference/);
    assert.equal(traceCell(table, "A1,difference.A3")[0]!.sources.length, 12);
    // Two seeds: no such column at all.
    const two = runs.filter(({ config }) => config.seed < 2);
    assert.ok(!ablationTable(two, "shop").columns.some(({ key }) => key.startsWith("difference")));
  }));

Deno.test("settingsTable() sets changed rows against A3 as the preset has it, A3 itself among them", () =>
  inFolder(async (study) => {
    const runs = await records(study, ["A1", "A3"]);
    const changed = (await records(study, ["A1", "A3"])).map((run): RunRecord => ({
      ...run,
      config: { ...run.config, changes: { "train.steps": 25 } },
    }));
    // Twelve queries more than the preset's A3 has.
    for (const { config, queries } of changed) {
      if (config.row !== "A3") continue;
      for (const ranks of Object.values(queries)) ranks.fill(1, 0, 36);
    }
    const { rows } = settingsTable([...runs, ...changed], "shop")!;
    const found = rows.map((row) => [
      row.row,
      row.changes,
      (row["difference.A3"] as { difference: number } | undefined)?.difference.toFixed(2),
    ]);
    assert.deepEqual(found, [
      ["A1", "as the preset", "-0.10"],
      ["A1", "steps = 25", "-0.10"],
      ["A3", "as the preset", undefined],
      ["A3", "steps = 25", "0.30"],
    ]);
  }));

Deno.test("costTable() shows time, memory and parameters of runs that recorded them", () =>
  inFolder(async (study) => {
    for (const seed of [0, 1, 2]) {
      for (const row of ["A1", "A3"] as const) {
        const folder = await writeRun(study, row, seed);
        if (row === "A1") {
          const parameters = { total: 4_200_000, trained: 1_500_000 };
          await writeJson(join(folder, "cost.json"), { parameters, peakMemory: 2 ** 30 });
        }
      }
    }
    const table = costTable(await readStudy(study), "shop"), [a1, a3] = table.rows;
    const mean = (cell: Table["rows"][number][string]) => isSummary(cell) ? cell.mean : undefined;
    assert.deepEqual(
      ["steps", "seconds.train", "peakMemory", "parameters.trained"].map((key) => mean(a1![key])),
      [150, 60, 2 ** 30, 1_500_000],
    );
    assert.deepEqual([mean(a3!["seconds.train"]), a3!["peakMemory"]], [60, undefined]);
    assert.deepEqual(difference(table, "A1", "A3")!.difference, 0);
    const [memory] = traceCell(table, "A1,peakMemory");
    assert.deepEqual(memory!.sources[0]!.path, ["peakMemory"]);
    assert.equal(memory!.sources[0]!.file, "cost.json");
  }));

Deno.test("sizeTable() and formsTable() are there where runs are", () =>
  inFolder(async (study) => {
    const runs = await records(study, ["A1", "A3", "A6"]);
    assert.equal(sizeTable(runs, "shop"), undefined);
    assert.equal(formsTable(runs, "shop"), undefined);
    const half = runs.map((run) => ({ ...run, config: { ...run.config, fraction: 0.5 } }));
    const size = sizeTable([...runs, ...half], "shop")!;
    assert.deepEqual(size.rows.map(({ fraction, row }) => `${row} ${fraction}`), [
      ..."A1 1,A3 1,A6 1,A1 0.5,A3 0.5,A6 0.5".split(","),
    ]);
    const form = runs.filter(({ config }) => config.row === "A6")
      .map((run) => ({ ...run, config: { ...run.config, row: "A7c", rowTitle: "form c" } }));
    const forms = formsTable([...runs, ...half, ...form], "shop")!;
    assert.deepEqual(forms.rows.map(({ row }) => row), ["A3", "A6", "A7c"]);
    assert.ok(difference(forms, "A7c", "A6") !== undefined);
    const names = tablesOf([...runs, ...half, ...form], "shop").map(({ suffix }) => suffix);
    assert.ok(["-size", "-forms", "-cost", "-differences"].every((name) => names.includes(name)));
  }));
