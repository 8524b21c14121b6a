import assert from "node:assert/strict";
import { join } from "@std/path";
import { loadFolder } from "unidiff/data/load.ts";
import { goodLine, inFolder, type TestLine, writeFolder } from "./folder.ts";

const files = { "images/chair.png": "red", "images/lamp.png": "blue" };

Deno.test("fingerprint() depends on content, not on the order of lines or on the place", () =>
  inFolder(async (folder) => {
    const cache = join(folder, "cache");
    let count = 0;
    const of = async (given: TestLine[], pictures: Record<string, string> = files) => {
      const place = join(folder, String(count++));
      await writeFolder(place, given, pictures);
      return (await loadFolder(place, { cache })).fingerprint;
    };
    const chair = goodLine("chair"), lamp = goodLine("lamp", { title: "Lamp" });
    const hash = await of([chair, lamp]);
    assert.equal(await of([lamp, chair]), hash);
    assert.equal(await of([chair, goodLine("lamp", { title: "Other" })]), hash);
    const others = [
      await of([chair]),
      await of([chair, goodLine("lamp", { text: "A blue lamp." })]),
      await of([chair, goodLine("lamp", { split: "test" })]),
      await of([chair, goodLine("lamp", { product: "chair" })]),
      await of([chair, goodLine("lamp", { view: "back" })]),
      await of([chair, lamp], { ...files, "images/lamp.png": "navy" }),
      await of([chair, lamp], { "images/chair.png": "blue", "images/lamp.png": "red" }),
    ];
    assert.equal(new Set([hash, ...others]).size, 1 + others.length);
  }));
