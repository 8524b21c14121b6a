import assert from "node:assert/strict";
import {
  batchIndices,
  epochOrder,
  evaluationRecords,
  subsetByProduct,
  trainingRecords,
} from "unidiff/data/batches.ts";
import { filePicture } from "unidiff/data/picture.ts";
import type { DataSet, ProductRecord } from "unidiff/data/record.ts";

const sorted = (values: Iterable<number>) => [...values].sort((a, b) => a - b);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

Deno.test("epochOrder() is a permutation that depends on seed and epoch", () => {
  assert.deepEqual(sorted(epochOrder(50, 1, 0)), range(50));
  assert.deepEqual(epochOrder(50, 1, 0), epochOrder(50, 1, 0));
  assert.notDeepEqual(epochOrder(50, 1, 0), epochOrder(50, 1, 1));
  assert.notDeepEqual(epochOrder(50, 1, 0), epochOrder(50, 2, 0));
});

Deno.test("batchIndices() are slices of the epochs' orders laid end to end", () => {
  for (const [n, batch] of [[10, 4], [12, 4], [7, 5], [5, 5], [3, 1]] as const) {
    const epochs = [0, 1, 2, 3].flatMap((epoch) => [...epochOrder(n, 3, epoch)]);
    const steps = range(Math.floor(epochs.length / batch));
    // Backwards, to show that no step needs the one before.
    for (const step of steps.reverse()) {
      const expected = epochs.slice(step * batch, (step + 1) * batch);
      assert.deepEqual([...batchIndices(n, batch, step, 3)], expected);
    }
  }
});

Deno.test("batchIndices() gives a whole epoch where there are fewer pictures than a batch", () => {
  for (const step of [0, 1, 7]) {
    const indices = batchIndices(6, 64, step, 0);
    assert.deepEqual(sorted(indices), range(6));
    assert.deepEqual(indices, epochOrder(6, 0, step));
  }
});

Deno.test("batchIndices() throws on a wrong count, batch or step", () => {
  assert.throws(() => batchIndices(0, 4, 0, 0), /integer n of at least 1, found 0/);
  assert.throws(() => batchIndices(4, 1.5, 0, 0), /integer batch of at least 1, found 1.5/);
  assert.throws(() => batchIndices(4, 4, -1, 0), /integer step of at least 0, found -1/);
});

const record = (i: number, more: Partial<ProductRecord> = {}): ProductRecord => ({
  id: `${i}`,
  image: filePicture(`/${i}.png`),
  captions: ["A thing."],
  product: `p${i >> 1}`,
  split: "train",
  attributes: {},
  where: `metadata.jsonl:${i + 1}`,
  ...more,
});

Deno.test("subsetByProduct() keeps whole products, nested for one seed", () => {
  const records = range(80).map((i) => record(i)); // 40 products of two pictures
  const products = (subset: ProductRecord[]) => new Set(subset.map(({ product }) => product));
  let smaller = new Set<string>();
  for (const [fraction, count] of [[0.01, 2], [0.1, 4], [0.25, 10], [0.5, 20], [1, 40]] as const) {
    const subset = subsetByProduct(records, fraction, 5), kept = products(subset);
    assert.equal(kept.size, count);
    assert.equal(subset.length, 2 * count);
    assert.ok(smaller.isSubsetOf(kept));
    assert.deepEqual(subset.map(({ id }) => +id), sorted(subset.map(({ id }) => +id)));
    smaller = kept;
  }
  const reversed = subsetByProduct(records.toReversed(), 0.25, 5);
  assert.deepEqual(products(reversed), products(subsetByProduct(records, 0.25, 5)));
  assert.notDeepEqual(products(reversed), products(subsetByProduct(records, 0.25, 6)));
  assert.equal(subsetByProduct(records.slice(0, 2), 0.1, 0).length, 2);
});

Deno.test("subsetByProduct() throws on a fraction outside (0, 1]", () => {
  for (const fraction of [0, -1, 1.1, NaN]) {
    assert.throws(() => subsetByProduct([record(0)], fraction, 0), /fraction in \(0, 1\], found/);
  }
});

Deno.test("trainingRecords() leave out close-ups, evaluationRecords() are fronts of their split", () => {
  const view = (i: number, name: string, split: ProductRecord["split"]) =>
    record(i, { attributes: { view: name }, split });
  const set: DataSet = {
    name: "mine",
    kind: "photographs",
    licence: "MIT",
    origin: "path",
    folder: "/",
    fingerprint: "",
    format: "imagefolder",
    splits: "given",
    skipped: [],
    records: [
      view(0, "front", "train"),
      view(1, "alternate", "train"),
      view(2, "back", "train"),
      view(3, "front", "test"),
      view(4, "back", "test"),
      record(5, { split: "test" }),
      view(6, "front", "validation"),
    ],
  };
  const ids = (records: ProductRecord[]) => records.map(({ id }) => id);
  assert.deepEqual(ids(trainingRecords(set)), ["0", "2"]);
  assert.deepEqual(ids(evaluationRecords(set, "test")), ["3", "5"]);
  assert.deepEqual(ids(evaluationRecords(set, "validation")), ["6"]);
});
