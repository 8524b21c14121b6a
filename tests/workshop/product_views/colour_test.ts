import assert from "node:assert/strict";
import { BASE_COLOURS, COLOURS, shadeOf, tone } from "unidiff/drawn/colour.ts";
import { stream } from "unidiff/runtime/random.ts";
import { coloursOf, mainColours } from "unidiff/workshop/product_views/colour.ts";

/** A thing of one colour, a third of it each in the light, turned away and in shade. */
function shaded(rgb: readonly [number, number, number], n = 90): number[] {
  return [1, 0.85, 0.7].flatMap((light) =>
    Array.from({ length: n / 3 }, () => tone(rgb, light).map(Math.round)).flat()
  );
}

Deno.test("coloursOf() names what the renderer draws, light and shaded", () => {
  const right = new Map<string, number>();
  for (const name of COLOURS) {
    for (let i = 0; i < 20; i++) {
      const pixels = Uint8Array.from(shaded(shadeOf(name, stream(0, "shade", name, i))));
      if (coloursOf(pixels)[0]![0] === name) right.set(name, (right.get(name) ?? 0) + 1);
    }
  }
  for (const name of BASE_COLOURS) {
    assert.ok((right.get(name) ?? 0) >= 14, `${name}: ${right.get(name) ?? 0} of 20`);
  }
});

Deno.test("mainColours() names one colour, two, or none of many", () => {
  const of = (...parts: [number, [number, number, number]][]) =>
    mainColours(coloursOf(Uint8Array.from(parts.flatMap(([n, rgb]) => shaded(rgb, n)))));
  const red: [number, number, number] = [200, 30, 35],
    blue: [number, number, number] = [40, 90, 200];
  const white: [number, number, number] = [245, 245, 244];
  assert.deepEqual(of([90, red]), ["red"]);
  assert.deepEqual(of([90, red], [30, white]), ["red"]);
  assert.deepEqual(of([90, red], [60, blue]), ["red", "blue"]);
  assert.deepEqual(of([90, red], [90, blue], [90, white]), []);
  assert.throws(() => coloursOf(new Uint8Array(0)), /expected at least one pixel/);
});
