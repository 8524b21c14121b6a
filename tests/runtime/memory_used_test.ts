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

Deno.test("collectGarbage() frees arrays that nobody holds, where V8 was told to let it", async () => {
  const module = new URL("../../lib/runtime/memory_used.ts", import.meta.url);
  const code = `
    import { collectGarbage } from "${module}";
    const held = () => Deno.memoryUsage().rss;
    const fill = () => { for (let i = 0; i < 3; i++) new Uint8Array(2 ** 24).fill(1); };
    fill();
    const full = held();
    collectGarbage();
    await new Promise((go) => setTimeout(go, 300)); // V8 frees on a thread of its own
    console.log(full - held());`;
  const freed = async (flags: string) => {
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      env: { DENO_V8_FLAGS: flags },
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "");
    return Number(new TextDecoder().decode(stdout));
  };
  // As tasks are started (tasks/start.ts), and as V8 is by itself: nothing happens, nothing is thrown.
  assert.ok(await freed("--expose-gc") > 2.5 * 2 ** 24);
  assert.ok(await freed("--no-expose-gc") < 2 ** 24);
});
