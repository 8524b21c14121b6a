import assert from "node:assert/strict";
import { foldsByProduct } from "unidiff/data/folds.ts";
import { components } from "unidiff/data/splits.ts";
import { stream } from "unidiff/runtime/random.ts";

const item = (product: string, ...links: string[]) => ({ product, links });
const draws = (seed = 0) => stream(seed, "folds");

Deno.test("foldsByProduct() tests every product once, in folds of near equal size", () => {
  const items = Array.from({ length: 600 }, (_, i) => item(`p${i >> 1}`, `x${(i >> 1) % 250}`));
  const folds = foldsByProduct(items, 5, draws()), of = components(items);
  for (const at of Map.groupBy(items.keys(), (i) => of[i]!).values()) {
    assert.equal(new Set(at.map((i) => folds[i])).size, 1);
  }
  const counts = [0, 1, 2, 3, 4].map((fold) => folds.filter((one) => one === fold).length);
  assert.equal(counts.reduce((a, b) => a + b), 600);
  for (const count of counts) assert.ok(Math.abs(count - 120) <= 4, `${counts}`);
});

Deno.test("foldsByProduct() is the same in any order of items, and another for another seed", () => {
  const items = Array.from({ length: 60 }, (_, i) => item(`p${i >> 1}`));
  const folds = foldsByProduct(items, 5, draws());
  const order = [...stream(1, "order").permutation(items.length)];
  assert.deepEqual(
    foldsByProduct(order.map((i) => items[i]!), 5, draws()),
    order.map((i) => folds[i]!),
  );
  assert.notDeepEqual(foldsByProduct(items, 5, draws(1)), folds);
});

Deno.test("foldsByProduct() refuses too few folds and too few products", () => {
  const items = [item("a", "1"), item("b", "1"), item("c")];
  assert.throws(() => foldsByProduct(items, 1, draws()), /2 or more, found 1/);
  assert.throws(() => foldsByProduct(items, 3, draws()), /at least 3 products .* found 2/);
});
