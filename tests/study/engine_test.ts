/** Following runs by an engine that does not always answer. */
import assert from "node:assert/strict";
import { type Engine, followRuns } from "unidiff/study/engine.ts";
import { RunWatch } from "unidiff/study/watch.ts";
import { inFolder } from "../data/folder.ts";

/** An engine without processes whose first answers fail. */
function engine(failures: number): Engine & { asked: number } {
  return {
    every: 0,
    asked: 0,
    submit: () => Promise.resolve(),
    stop: () => Promise.resolve(),
    state() {
      if (this.asked++ < failures) return Promise.reject(new Error("squeue: timed out"));
      return Promise.resolve({ running: 0, waiting: 0 });
    },
  };
}

Deno.test("followRuns() asks again where an engine does not answer, and gives up in the end", () =>
  inFolder(async (folder) => {
    const watch = new RunWatch(folder, [{ name: "one", training: 1, whole: 2 }]);
    const said: string[] = [];
    const line = { step: (_: number, words = "") => void said.push(words), done: async () => {} };
    const short = engine(2), look = await followRuns(short, watch, { line });
    assert.deepEqual([short.asked, look.total, look.finished], [3, 1, 0]);
    assert.match(said[0]!, /no answer, asking again: squeue: timed out/);
    const long = engine(100);
    await assert.rejects(followRuns(long, watch, { line }), /squeue: timed out/);
    assert.equal(long.asked, 20);
  }));
