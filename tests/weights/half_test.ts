import assert from "node:assert/strict";
import { narrowToHalf, widenBfloat16, widenHalf } from "unidiff/weights/half.ts";

/** Value of a half by the definition of IEEE 754. */
function definition(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

Deno.test("widenHalf() follows the definition for every half, narrowToHalf() goes back", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const wide = widenHalf(bits), back = narrowToHalf(wide);
  for (let i = 0; i < 65536; i++) {
    assert.ok(Object.is(wide[i], definition(i)), `half ${i}: ${wide[i]}`);
    if (!Number.isNaN(wide[i])) assert.equal(back[i], i);
  }
});

Deno.test("narrowToHalf() takes the even neighbour of a number exactly half-way", () => {
  const wide = (value: number) => widenHalf(narrowToHalf(Float32Array.of(value)))[0];
  assert.equal(wide(1 + 2 ** -11), 1);
  assert.equal(wide(1 + 3 * 2 ** -11), 1 + 2 ** -9);
  assert.equal(wide(1 + 2 ** -11 + 2 ** -20), 1 + 2 ** -10);
  assert.throws(() => narrowToHalf(Float32Array.of(0, -65520), "w"), /w\[1\] is -65520.*F32/);
});

Deno.test("widenBfloat16() keeps sign, exponent and seven bits", () => {
  assert.deepEqual(
    widenBfloat16(Uint16Array.of(0x3f80, 0xc2f7, 0x7f80, 0x0001)),
    Float32Array.of(1, -123.5, Infinity, 2 ** -133),
  );
});
