import assert from "node:assert/strict";
import { diversity, memorisation, nearestDistances } from "unidiff/eval/neighbours.ts";
import { stream } from "unidiff/runtime/random.ts";

Deno.test("diversity() is the mean over prompts of distances within each", () => {
  const x = Float64Array.of(0, 0, 3, 4, 0, 0, 0, 1, 9, 9, 0, 3); // six pictures
  const prompts = ["a", "a", "b", "b", "alone", "b"];
  // a: 5; b: 1, 3, 2 → 2; "alone" has one picture.
  assert.equal(diversity(x, 2, prompts), 3.5);
  assert.equal(diversity(Float64Array.of(1, 1, 1), 1, ["a", "a", "a"]), 0);
  assert.throws(() => diversity(x, 2, ["a", "b", "c", "d", "e", "f"]), /with at least two/);
  assert.throws(() => diversity(x, 2, ["a"]), /1 prompts for 6 pictures/);
});

Deno.test("nearestDistances() by hand", () => {
  const found = nearestDistances(Float64Array.of(0, 10), Float64Array.of(2, -1, 7), 1);
  assert.deepEqual([...found], [1, 3]);
});

Deno.test("memorisation() tells copies from new pictures", () => {
  const training = stream(0, "train").normals(100 * 8), test = stream(0, "test").normals(400 * 8);
  const copies = training.slice(0, 20 * 8).map((value) => value + 0.01);
  const copied = memorisation(copies, test, training, 8);
  assert.equal(copied.tooNear, 1);
  assert.ok(copied.distance < 0.1 * copied.real);
  const fresh = memorisation(stream(0, "fresh").normals(400 * 8), test, training, 8);
  assert.ok(fresh.tooNear < 0.1);
  assert.ok(Math.abs(fresh.distance / fresh.real - 1) < 0.1);
});
