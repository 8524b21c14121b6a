import assert from "node:assert/strict";
import { warmupCosine } from "unidiff/train/schedule.ts";

Deno.test("warmupCosine() rises from zero over the warm-up, then falls half a cosine to zero", () => {
  const at = (step: number) => warmupCosine(step, 4, 12);
  assert.deepEqual([0, 1, 2, 3, 4].map(at), [0, 0.25, 0.5, 0.75, 1]);
  assert.ok(Math.abs(at(8) - 0.5) < 1e-12, "half way down");
  assert.ok(Math.abs(at(10) - 0.5 * (1 + Math.cos(0.75 * Math.PI))) < 1e-12);
  assert.ok(at(11) > 0 && at(12) < 1e-12);
  assert.equal(warmupCosine(0, 0, 5), 1, "without a warm-up the first step is a whole one");
});
