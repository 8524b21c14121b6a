import assert from "node:assert/strict";
import { stream } from "unidiff/runtime/random.ts";

Deno.test("a stream is a function of its seed and name", () => {
  const draw = (
    seed: number,
    ...name: (string | number)[]
  ) => [...stream(seed, ...name).normals(8)];
  assert.deepEqual(draw(0, "noise", 3), draw(0, "noise", 3));
  assert.notDeepEqual(draw(0, "noise", 3), draw(0, "noise", 4));
  assert.notDeepEqual(draw(0, "noise", 3), draw(1, "noise", 3));
  assert.notDeepEqual(draw(0, "noise", 3), draw(0, "flip", 3));
});

Deno.test("a stream gives the same numbers on every machine", () => {
  const s = stream(0, "pinned");
  assert.deepEqual([s.uint32(), s.uint32(), s.uint32()], [763184226, 4184863319, 3402435364]);
});

Deno.test("uniform and normal numbers have the moments of their distributions", () => {
  const n = 200_000, u = stream(5, "u").uniforms(n), z = stream(5, "z").normals(n);
  const mean = (x: Float32Array) => x.reduce((a, b) => a + b, 0) / n;
  assert.ok(Math.abs(mean(u) - 0.5) < 0.005);
  assert.ok(u.every((v) => v >= 0 && v <= 1));
  assert.ok(Math.abs(mean(z)) < 0.01);
  const m = mean(z);
  assert.ok(Math.abs(mean(z.map((v) => (v - m) ** 2)) - 1) < 0.02);
});

Deno.test("permutation holds every number once and int stays below its bound", () => {
  const order = stream(1, "order").permutation(1000);
  assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: 1000 }, (_, i) => i));
  assert.notEqual(order[0], 0);
  const s = stream(1, "int");
  const seen = new Set(Array.from({ length: 1000 }, () => s.int(7)));
  assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
});

Deno.test("stream() refuses a seed that is no integer", () => {
  assert.throws(() => stream(0.5, "x"), /integer seed, found 0.5/);
  assert.throws(() => stream(0, "x").pick([]), /at least one value/);
});
