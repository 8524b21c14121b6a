import assert from "node:assert/strict";
import { parseAddress } from "unidiff/data/address.ts";
import { components, makeSplits } from "unidiff/data/splits.ts";
import { stream } from "unidiff/runtime/random.ts";

const item = (product: string, ...links: string[]) => ({ product, links });

Deno.test("components() ties products by the links they share, whatever the order", () => {
  const items = [
    item("d", "3"),
    item("b", "1", "2"),
    item("c", "2"),
    item("a", "1"),
    item("d", "4"),
    item("e"),
  ];
  const expected = new Map([["a", "a"], ["b", "a"], ["c", "a"], ["d", "d"], ["e", "e"]]);
  for (let seed = 0; seed < 20; seed++) {
    const order = [...stream(seed, "order").permutation(items.length)].map((i) => items[i]!);
    assert.deepEqual(components(order), order.map(({ product }) => expected.get(product)));
  }
});

Deno.test("makeSplits() gives about 75, 10 and 15 %, whole components, the same in any order", () => {
  const items = Array.from({ length: 600 }, (_, i) => item(`p${i >> 1}`, `x${(i >> 1) % 250}`));
  const splits = makeSplits(items, 4), of = components(items);
  const count = (split: string) => splits.filter((one) => one === split).length;
  assert.equal(count("train") + count("validation") + count("test"), 600);
  assert.ok(Math.abs(count("test") - 90) < 25 && Math.abs(count("validation") - 60) < 25);
  const byComponent = Map.groupBy(splits.keys(), (i) => of[i]!);
  for (const at of byComponent.values()) assert.equal(new Set(at.map((i) => splits[i])).size, 1);
  const order = [...stream(1, "order").permutation(items.length)];
  const shuffled = makeSplits(order.map((i) => items[i]!), 4);
  assert.deepEqual(shuffled, order.map((i) => splits[i]!));
  assert.notDeepEqual(makeSplits(items, 5), splits);
});

Deno.test("makeSplits() trains on a giant component, and refuses fewer than three", () => {
  const items = [
    ...Array.from({ length: 60 }, (_, i) => item(`g${i}`, "logo")),
    ...Array.from({ length: 10 }, (_, i) => item(`s${i}`)),
  ];
  for (let seed = 0; seed < 10; seed++) assert.equal(makeSplits(items, seed)[0], "train");
  assert.throws(() => makeSplits([item("a"), item("b")]), /at least 3 products .* found 2/);
});

Deno.test("parseAddress() reads options behind #, and lists them where one is wrong", () => {
  assert.deepEqual(parseAddress("./a b#fashion-man#format=parquet#caption=title#seed=3#take=50"), {
    place: "./a b",
    part: "fashion-man",
    format: "parquet",
    columns: { caption: "title" },
    splitSeed: 3,
    take: 50,
  });
  assert.deepEqual(parseAddress("name"), { place: "name", columns: {} });
  for (const wrong of ["a#colour=red", "a#seed=x", "a#take=0", "a#format", "a#"]) {
    assert.throws(() => parseAddress(wrong), /expected one of fashion-man, fashion-woman, format=/);
  }
});
