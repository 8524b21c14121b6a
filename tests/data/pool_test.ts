import assert from "node:assert/strict";
import { mapLimited } from "unidiff/data/pool.ts";

Deno.test("mapLimited() keeps the order and the limit, and ends what is under way before it throws", async () => {
  let under = 0, most = 0;
  const slow = async (ms: number) => {
    most = Math.max(most, ++under);
    await new Promise((resolve) => setTimeout(resolve, ms));
    under--;
    return ms;
  };
  assert.deepEqual(await mapLimited([9, 1, 5, 3, 7], 2, slow), [9, 1, 5, 3, 7]);
  assert.equal(most, 2);
  const begun: number[] = [];
  await assert.rejects(
    mapLimited([1, 2, 3, 4, 5, 6], 2, async (i) => {
      begun.push(i);
      await slow(i === 1 ? 1 : 10);
      if (i === 1) throw new Error("the first");
    }),
    /the first/,
  );
  assert.equal(under, 0);
  assert.ok(begun.length <= 3, `${begun}`);
});
