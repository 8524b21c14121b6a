import assert from "node:assert/strict";
import { verdictOf } from "unidiff/eval/equivalence.ts";

const between = (low: number, high: number, p: number) => ({
  difference: (low + high) / 2,
  low,
  high,
  p,
});

Deno.test("verdictOf() says shown, smaller than the bound, or open", () => {
  assert.equal(verdictOf(between(-4, -1, 0.01), 2), "shown");
  assert.equal(verdictOf(between(0.1, 0.9, 0.01), 2), "shown");
  assert.equal(verdictOf(between(-1.5, 1, 0.6), 2), "smaller than");
  assert.equal(verdictOf(between(-2.5, 1, 0.4), 2), "open");
  assert.equal(verdictOf(between(-1, 2.5, 0.4), 2), "open");
});

Deno.test("verdictOf() does not call shown what Holm lets not through", () => {
  assert.equal(verdictOf(between(0.1, 0.9, 0.08), 2), "smaller than");
  assert.equal(verdictOf(between(0.1, 3, 0.08), 2), "open");
});

Deno.test("verdictOf() leaves what is not a number open, and refuses a bound of none", () => {
  assert.equal(verdictOf(between(NaN, NaN, NaN), 2), "open");
  for (const bound of [0, -1, NaN, Infinity]) {
    assert.throws(() => verdictOf(between(0, 1, 1), bound), /a bound above 0, found/);
  }
});
