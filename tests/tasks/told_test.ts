import assert from "node:assert/strict";
import { join } from "@std/path";
import { isComplaint, Misnamed } from "unidiff/runtime/complaint.ts";
import { tasks } from "unidiff/tasks/rights.ts";
import { asLine } from "unidiff/tasks/told.ts";
import { inFolder } from "../data/folder.ts";
import { said } from "./said.ts";

Deno.test("asLine() makes a line of complaints and of what the system refuses, none of faults", async () => {
  assert.equal(asLine(new Error("3 found, expected 4")), "3 found, expected 4");
  const gone = await Deno.readTextFile("/no/such/file").catch((error) => error);
  assert.match(asLine(gone)!, /No such file.*'\/no\/such\/file'/);
  const full = Object.assign(new Error("No space left on device (os error 28): write 'x'"), {
    code: "ENOSPC",
  });
  assert.match(asLine(full)!, /the disk or the quota is full .*nothing finished is lost/);
  assert.match(
    asLine(new Deno.errors.NotCapable('Requires net access to "a.b", run again with the --allow'))!,
    /^Requires net access to "a.b"\na task may do what its arguments name/,
  );
  assert.equal(asLine(new TypeError("x is not a function")), undefined);
  assert.equal(asLine("a text"), undefined);
});

Deno.test("isComplaint() tells complaints from faults of the program and of the system", async () => {
  class Own extends Error {}
  for (const error of [new Error("a"), new Own("b"), new Misnamed("c")]) {
    assert.ok(isComplaint(error), error.message);
    assert.equal(asLine(error), error.message);
  }
  const gone = await Deno.readTextFile("/no/such/file").catch((error) => error);
  const coded = Object.assign(new Error("x"), { code: "EIO" });
  for (const error of [new TypeError("a"), new RangeError("b"), gone, coded, "text"]) {
    assert.ok(!isComplaint(error), String(error));
  }
});

/** What every task is asked that takes a study, a model, a data set or weights by name or path. */
const MISNAMED: Record<string, string[]> = {
  reproduce: ["--data", "./nowhere"],
  finetune: ["--data", "./nowhere"],
  evaluate: ["nowhere"],
  report: ["nowhere"],
  open: ["nowhere"],
  study: ["status", "nowhere"],
  generate: ["A cup.", "--model", "nowhere"],
  search: ["A cup.", "--data", "./nowhere"],
  tune: ["--datasets", "./nowhere"],
  data: ["check", "./nowhere"],
};

Deno.test("every task ends with 2 for wrong arguments, with 1 for bad data, in one line", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "metadata.jsonl"), "no json\n");
    const spoilt: Record<string, string[]> = {
      reproduce: ["--data", folder],
      finetune: ["--data", folder],
      search: ["A cup.", "--data", folder],
      tune: ["--datasets", folder],
      data: ["check", folder],
      weights: ["verify", folder],
    };
    const inside = ["worker", "cluster_task", "fullsize_row", "bench_worker"];
    const cases = [
      ...Object.keys(tasks).filter((task) => !inside.includes(task) && task !== "test")
        .map((task) => [task, ["--no-such-option"], 2] as const),
      ...Object.entries(MISNAMED).map(([task, words]) => [task, words, 2] as const),
      ...Object.entries(spoilt).map(([task, words]) => [task, words, 1] as const),
    ];
    for (let at = 0; at < cases.length; at += 4) {
      await Promise.all(
        cases.slice(at, at + 4).map(async ([task, words, expected]) => {
          const { code, err, out } = await said(task, ...words);
          const what = `${task} ${words.join(" ")}: ${err}${out}`;
          assert.equal(code, expected, what);
          assert.doesNotMatch(err, /\n\s+at /, what);
          if (task !== "data" || expected === 2) assert.match(err, /error: \S/, what);
        }),
      );
    }
  }));
