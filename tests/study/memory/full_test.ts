import assert from "node:assert/strict";
import { startBackend } from "unidiff/runtime/backend.ts";
import { isMemoryFull, memoryFull } from "unidiff/study/memory/full.ts";
import { presetOf } from "unidiff/study/presets.ts";

const SAID = [
  "OOM when allocating tensor with shape[4,8,4096,4096] and type float on /job:localhost/device:GPU:0",
  "2 root error(s) found. (0) RESOURCE_EXHAUSTED: Out of memory while trying to allocate 1073741824 bytes.",
  "ResourceExhaustedError: failed to allocate memory",
  "CUDA_ERROR_OUT_OF_MEMORY: out of memory",
];

Deno.test("isMemoryFull() knows how libraries say it, and nothing else", () => {
  for (const said of SAID) assert.ok(isMemoryFull(new Error(said)), said);
  for (const said of ["Invalid argument: shapes", "the disk or the quota is full", "ROOM"]) {
    assert.ok(!isMemoryFull(new Error(said)), said);
  }
  assert.ok(!isMemoryFull("OOM when allocating"));
});

Deno.test("memoryFull() says what a step needs and which settings need less", async () => {
  await startBackend("wasm");
  const preset = presetOf("sd15", { "train.batch": 4 });
  const cause = new Error(`${SAID[0]}\nand more lines`);
  const { message } = await memoryFull("results/x/runs/y", preset, "A6", cause);
  assert.match(message, /^results\/x\/runs\/y: the device's memory is full \(OOM when allocating/);
  assert.match(message, /row A6 with batches of 4 is estimated at \d+\.\d GiB: weights \d/);
  assert.match(message, /Finished runs and the last checkpoint are kept\./);
  assert.doesNotMatch(message, /and more lines/);
  const needed = Number(/estimated at (\S+) GiB/.exec(message)![1]);
  const ways = [...message.matchAll(/^ {2}--set (\S+=.*?) {3}\((\S+) GiB\)$/gm)];
  assert.ok(ways.length >= 2, message);
  for (const [, way, less] of ways) assert.ok(Number(less) <= 0.81 * needed, `${way}: ${less}`);
});
