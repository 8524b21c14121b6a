import assert from "node:assert/strict";
import { meanLogRank, meanReciprocalRank } from "unidiff/eval/retrieval.ts";

Deno.test("meanReciprocalRank() and meanLogRank() are those of integer ranks, by hand", () => {
  const found = Int32Array.of(1, 2, 4);
  assert.equal(meanReciprocalRank(found), (1 + 0.5 + 0.25) / 3);
  assert.ok(Math.abs(meanLogRank(found) - Math.LN2) < 1e-15);
  assert.equal(meanReciprocalRank(Int32Array.of(1, 1)), 1);
  assert.equal(meanLogRank(Int32Array.of(1, 1)), 0);
  assert.throws(() => meanLogRank([]), /mean of no values/);
});
