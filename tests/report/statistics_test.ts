import assert from "node:assert/strict";
import { clearlyBest, summarise } from "unidiff/report/statistics.ts";

Deno.test("summarise() gives mean and sample deviation, no deviation for one seed", () => {
  assert.deepEqual(summarise([1, 2, 3]), { mean: 2, std: 1, n: 3 });
  assert.deepEqual(summarise([4]), { mean: 4, std: undefined, n: 1 });
  assert.equal(summarise([]), undefined);
});

Deno.test("clearlyBest() needs three seeds and intervals that keep apart", () => {
  const s = (mean: number, std: number, n = 3) => ({ mean, std, n });
  assert.equal(clearlyBest([s(1, 0.1), s(2, 0.1), undefined], "higher"), 1);
  assert.equal(clearlyBest([s(1, 0.1), s(2, 0.1)], "lower"), 0);
  assert.equal(clearlyBest([s(1, 0.6), s(2, 0.6)], "higher"), undefined);
  assert.equal(clearlyBest([s(1, 0.1, 2), s(2, 0.1)], "higher"), undefined);
  assert.equal(clearlyBest([s(1, 0.1)], "higher"), undefined);
});
