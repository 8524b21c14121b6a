import assert from "node:assert/strict";
import { foldName, foldsByProduct, inFold, parseFold } from "unidiff/data/folds.ts";
import { findDataSet } from "unidiff/data/find.ts";
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

Deno.test("parseFold() and foldName() are each other's way back", () => {
  assert.deepEqual(parseFold("2of5"), { index: 2, of: 5 });
  assert.equal(foldName({ index: 2, of: 5 }), "2of5");
  for (const wrong of ["0of5", "2/5", "2of", "of5", "-1of5", "2of5x"]) {
    assert.equal(parseFold(wrong), undefined, wrong);
  }
});

Deno.test("a set's folds test each of its products once, and train on all others", async () => {
  const set = await findDataSet("product-views"), tested = new Map<string, number>();
  for (let k = 1; k <= 5; k++) {
    const fold = await findDataSet(`product-views#fold=${k}of5`);
    assert.deepEqual(fold.fold, { index: k, of: 5 });
    assert.equal(fold.fingerprint, set.fingerprint, "the same pictures and captions");
    assert.deepEqual(fold.records.map(({ id }) => id), set.records.map(({ id }) => id));
    const products = (split: string) =>
      new Set(fold.records.filter((r) => r.split === split).map(({ product }) => product));
    const [train, test] = [products("train"), products("test")];
    assert.equal(products("validation").size, 0);
    for (const product of test) {
      assert.ok(!train.has(product), product);
      tested.set(product, (tested.get(product) ?? 0) + 1);
    }
  }
  assert.equal(tested.size, new Set(set.records.map(({ product }) => product)).size);
  assert.ok([...tested.values()].every((times) => times === 1));
});

Deno.test("a fold that there is not is refused, with those there are", async () => {
  const set = await findDataSet("product-views");
  assert.throws(() => inFold(set, { index: 6, of: 5 }), /fold 6of5: expected a number from 1 to 5/);
  await assert.rejects(
    findDataSet("product-views#fold=1/5"),
    /found "#fold=1\/5", expected one of .*1of5/,
  );
});
