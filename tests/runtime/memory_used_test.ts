import assert from "node:assert/strict";

Deno.test({
  name: "memoryUsed() sees what was held for a moment, resetPeak() begins anew",
  ignore: Deno.build.os !== "linux",
  async fn() {
    // A process of its own: one that has worked before may hold as much already.
    const module = new URL("../../lib/runtime/memory_used.ts", import.meta.url);
    const code = `
      import { memoryUsed, resetPeak } from "${module}";
      const before = memoryUsed().peak;
      const held = new Uint8Array(2 ** 27).fill(1);
      const high = memoryUsed().peak;
      held.buffer.transfer(0); // frees it
      const reset = resetPeak();
      console.log(JSON.stringify({ before, high, reset, after: memoryUsed().peak }));`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
    }).output();
    const text = new TextDecoder().decode(stdout);
    assert.notEqual(text, "", new TextDecoder().decode(stderr));
    const { before, high, reset, after } = JSON.parse(text);
    assert.ok(high - before > 0.9 * 2 ** 27, text);
    if (reset) assert.ok(after < high - 0.9 * 2 ** 27, text);
  },
});
