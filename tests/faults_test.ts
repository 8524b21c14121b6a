/** The list of faults by hand fits the project as it is: see tests/by_hand/mutations.ts. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { exists } from "unidiff/runtime/files.ts";
import { projectFolder } from "unidiff/runtime/project.ts";
import { faults } from "./by_hand/faults.ts";

Deno.test("every fault on the list can still be put in, and its tests are there", async () => {
  assert.ok(faults.length > 40, `${faults.length} faults`);
  for (const { what, file, text, instead, tests } of faults) {
    const source = await Deno.readTextFile(join(projectFolder, file));
    assert.equal(source.split(text).length - 1, 1, `${what}: its text in ${file}, times`);
    assert.notEqual(text, instead, what);
    for (const test of tests) {
      assert.ok(await exists(join(projectFolder, test)), `${what}: ${test}`);
    }
  }
});
