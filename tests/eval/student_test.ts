import assert from "node:assert/strict";
import { studentInterval, studentQuantile, studentTails } from "unidiff/eval/student.ts";
import { assertClose } from "../golden.ts";

Deno.test("studentQuantile() has the values of the tables", () => {
  // 97.5 % points, as every table of Student's t prints them.
  const printed = {
    1: 12.706,
    2: 4.303,
    3: 3.182,
    4: 2.776,
    5: 2.571,
    9: 2.262,
    20: 2.086,
    60: 2.0,
  };
  for (const [freedom, t] of Object.entries(printed)) {
    assert.equal(studentQuantile(Number(freedom)).toFixed(3), t.toFixed(3), freedom);
  }
  assert.equal(studentQuantile(10, 0.99).toFixed(3), "3.169");
});

Deno.test("studentTails() in closed form, of either sign, and at the ends", () => {
  const t = 1.7;
  assertClose([studentTails(t, 1)], [1 - 2 * Math.atan(t) / Math.PI], 1e-12); // Cauchy
  assertClose([studentTails(-t, 2)], [1 - t / Math.sqrt(2 + t * t)], 1e-12);
  assert.equal(studentTails(0, 7), 1);
  assert.equal(studentTails(Infinity, 4), 0);
  assert.throws(() => studentTails(1, 0), /0 degrees of freedom, expected a whole number/);
  assert.throws(() => studentTails(1, 2.5), /2.5 degrees/);
});

Deno.test("studentInterval() by hand, and of values without spread", () => {
  const { difference, low, high, p } = studentInterval([1, 2, 3]);
  const half = 4.302653 / Math.sqrt(3); // deviation 1
  assertClose([difference, low, high], [2, 2 - half, 2 + half], 1e-5);
  assertClose([p], [studentTails(2 * Math.sqrt(3), 2)], 1e-12);
  assert.deepEqual(studentInterval([2, 2, 2]), { difference: 2, low: 2, high: 2, p: 0 });
  assert.equal(studentInterval([0, 0]).p, 1);
  assert.throws(() => studentInterval([1]), /from 1 values, expected two or more/);
});
