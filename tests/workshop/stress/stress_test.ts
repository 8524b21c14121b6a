import assert from "node:assert/strict";
import { stream } from "unidiff/runtime/random.ts";
import { faultOf } from "unidiff/workshop/stress/case_line.ts";
import { failWrites } from "unidiff/workshop/stress/failing_disk.ts";
import { inputKinds } from "unidiff/workshop/stress/inputs.ts";
import { killStudies } from "unidiff/workshop/stress/killing.ts";
import { mutated } from "unidiff/workshop/stress/mutated.ts";
import { readMutated } from "unidiff/workshop/stress/reading.ts";
import { differing } from "unidiff/workshop/stress/study_process.ts";
import { faultsOf, stressTable } from "unidiff/workshop/stress/table.ts";

Deno.test("mutated() is a function of its stream and changes most of what it is given", () => {
  const good = Uint8Array.from({ length: 200 }, (_, i) => i);
  const one = (n: number) => mutated(good, stream(0, "m", n));
  assert.deepEqual(one(1), one(1));
  const changed = Array.from({ length: 200 }, (_, n) => one(n))
    .filter((bytes) => bytes.length !== good.length || bytes.some((b, i) => b !== good[i]));
  assert.ok(changed.length > 150, `${changed.length} of 200`);
  assert.deepEqual(good.subarray(0, 3), Uint8Array.of(0, 1, 2), "what is given stays");
  for (let n = 0; n < 50; n++) mutated(new Uint8Array(0), stream(0, "empty", n));
});

Deno.test("a refusal is an error of the data that names the file", () => {
  assert.equal(faultOf(new Error("/a/b/model.bin: too short"), "/a/b/model.bin"), undefined);
  assert.equal(faultOf(new Error("row 3 of /a/b is empty"), "/a/b/model.bin"), undefined);
  assert.match(faultOf(new Error("too short"), "/a/b/model.bin")!, /names no file/);
  assert.equal(faultOf(new TypeError("/a/b/model.bin"), "/a/b/model.bin"), "TypeError");
  assert.equal(faultOf("text", "/a"), "no Error");
});

Deno.test("damaged files of every kind are refused by name or read", async () => {
  for (const kind of Object.keys(inputKinds)) {
    const limits = { ms: 10_000, bytes: 200e6 };
    const { read, refused, faults } = await readMutated(kind, [0, 25], 7, limits);
    assert.deepEqual(faults, [], kind);
    assert.equal(read + refused, 25, kind);
    assert.ok(refused > 0, kind);
  }
});

Deno.test("a reader that goes over its limits is told, and so is a number that differs", async () => {
  const { faults } = await readMutated("CSV", [0, 2], 7, { ms: -1, bytes: 200e6 });
  assert.deepEqual(faults.map((fault) => fault.case), [0, 1]);
  const numbers = new Map([["a", "1"], ["b", "2"]]);
  assert.deepEqual(differing(numbers, new Map([["a", "1"], ["b", "3"], ["c", "4"]])), ["b", "c"]);
  const read = [{
    ...{ kind: "CSV", cases: 2, read: 0, refused: 2, slowest: 1, largest: 2e6 },
    faults: [{ case: 1, why: "3.0 s" }],
  }];
  const together = { times: 1, faults: ["exit code 1"] };
  assert.deepEqual(faultsOf({ read, together }), [
    "two at once: exit code 1",
    "CSV, case 1: 3.0 s",
  ]);
  assert.equal(stressTable({ read, together }).rows.length, 2);
});

Deno.test("a study whose disk fails, and one that is killed, lose nothing", async () => {
  const disk = await failWrites(1, 1);
  assert.deepEqual(disk.faults, []);
  assert.ok(disk.writes > 50, `${disk.writes} writes`);
  if (Deno.build.os !== "linux") return;
  const { kills, different } = await killStudies(2, 1, 1);
  assert.equal(kills, 2);
  assert.deepEqual(different, []);
});
