import assert from "node:assert/strict";
import { mini, nano, operationsAtATime, sd15 } from "unidiff/model/config.ts";
import { threadCount, threadSettings } from "unidiff/runtime/threads.ts";

Deno.test("two operations side by side share the threads that there are", () => {
  const divided = (count: number, operations?: number) =>
    Object.values(threadSettings(count, operations)).map(Number);
  assert.deepEqual([1, 2, 3, 8].map((n) => divided(n)), [[1, 1], [2, 1], [2, 1], [2, 4]]);
  assert.deepEqual(divided(0), [1, 1]); // more workers than processors
  assert.deepEqual([1, 8].map((n) => divided(n, 1)), [[1, 1], [1, 8]]);
});

Deno.test("a published model has all threads for each operation, a small one half of them", () => {
  assert.deepEqual([nano, mini, sd15].map(operationsAtATime), [2, 2, 1]);
});

Deno.test("threadCount() is what TensorFlow has been given", () => {
  const names = ["TF_NUM_INTEROP_THREADS", "TF_NUM_INTRAOP_THREADS"];
  const before = names.map((name) => Deno.env.get(name));
  try {
    for (const name of names) Deno.env.delete(name);
    assert.equal(threadCount(6), 6);
    for (const [name, value] of Object.entries(threadSettings(8))) Deno.env.set(name, value);
    assert.equal(threadCount(6), 8);
  } finally {
    for (const [i, name] of names.entries()) {
      if (before[i] === undefined) Deno.env.delete(name);
      else Deno.env.set(name, before[i]);
    }
  }
});
