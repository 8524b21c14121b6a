/**
 * Memory against records: `UNIDIFF_STREAM=fashion-woman-drawn:100000@64 deno test -A
 * tests/data/stream_test.ts` shows it for a set of any size (minutes, and gigabytes of cache).
 */
import assert from "node:assert/strict";
import { batchIndices } from "unidiff/data/batches.ts";
import { openPixels } from "unidiff/data/pixel_cache.ts";
import { drawnDataSet, parseDrawnName } from "unidiff/data/sources/drawn.ts";

const wanted = Deno.env.get("UNIDIFF_STREAM");
const MIB = 2 ** 20, BATCH = 64;

Deno.test("drawn records stream through training's input side with flat memory", async () => {
  const name = parseDrawnName(wanted ?? "fashion-man-drawn:1500@32")!;
  const own = wanted ? undefined : await Deno.makeTempDir();
  const place = own ? { cache: own } : {};
  const rss = () => Deno.memoryUsage().rss / MIB;
  const say = (text: string) => wanted && console.log(`${text}: ${rss().toFixed(0)} MiB`);
  try {
    say("at the start");
    const set = await drawnDataSet(name, { ...place, showProgress: !own });
    const n = set.records.length, { size } = name, each = size ** 2 * 3;
    say(`${n} records known`);
    const file = await openPixels(set, size, place);
    say("their pixels in a file");
    const read = (step: number) => {
      const indices = batchIndices(n, BATCH, step, 0);
      assert.equal(file.pixels(indices).length, indices.length * each);
    };
    // A whole epoch or more, and at least 600 MiB of numbers; memory settles in the first 100 steps.
    const steps = Math.max(Math.ceil(n / BATCH), Math.ceil(600 * MIB / (BATCH * each * 4)));
    const settled = Math.min(100, steps / 4);
    let base = rss(), most = 0;
    for (let step = 0; step < steps; step++) {
      read(step);
      if (step < settled) base = rss();
      else if (step % 10 === 0) most = Math.max(most, rss() - base);
      if (step % Math.ceil(steps / 10) === 0) say(`${(step + 1) * BATCH} records read`);
    }
    say(`${steps * BATCH} records read`);
    assert.ok(most < 150, `memory grew by ${most.toFixed(0)} MiB while ${steps} batches were read`);
  } finally {
    if (own) await Deno.remove(own, { recursive: true });
  }
});
