import assert from "node:assert/strict";
import { committedPictures, committedTable } from "unidiff/study/committed.ts";
import { toMarkdown } from "unidiff/report/table.ts";

const tables = new URL("../../results/reference/main/tables/", import.meta.url);

Deno.test("committedTable() shows what the report wrote, or some of its rows", async () => {
  const name = "ecommerce-product";
  const text = await Deno.readTextFile(new URL(`${name}.md`, tables));
  assert.equal(toMarkdown(await committedTable("main", name)), text);
  const some = await committedTable("main", name, ({ row }) => row === "A3");
  assert.deepEqual(some.rows.map(({ row }) => row), ["A3"]);
});

Deno.test("committedTable() names the tables that there are", async () => {
  await assert.rejects(
    committedTable("main", "sizes"),
    /one of ecommerce-product, ecommerce-product-classes/,
  );
  await assert.rejects(committedTable("nowhere", "sizes"), /none, for that study is not there/);
});

Deno.test("committedPictures() gives SVG as text and PNG as bytes, and leaves out what is not there", async () => {
  const plot = "plots/product-views-share.svg", drawn = "samples/product-views.png";
  const found = await committedPictures("study", [plot, "plots/nothing.svg", drawn]);
  const study = new URL("../../results/reference/study/", import.meta.url);
  assert.deepEqual(found, [
    await Deno.readTextFile(new URL(plot, study)),
    await Deno.readFile(new URL(drawn, study)),
  ]);
  assert.ok(String(found[0]).startsWith("<svg"), "show() draws it");
});
