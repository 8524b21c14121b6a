import assert from "node:assert/strict";
import { join } from "@std/path";
import { lumaLines } from "unidiff/data/sources/luma_recipe.ts";
import type { Split } from "unidiff/data/record.ts";

const header = "sku,product_type,categories,name,description,base_image,additional_attributes," +
  "additional_images";
const csv = [
  header,
  'MH01-XS-Orange,simple,"x",x,x,/m/h/mh01-orange_main.jpg,"size=XS,color=Orange",' +
  '"/m/h/mh01-orange_back.jpg,/m/h/mh01-orange_alt1.jpg"',
  'MH01-S-Orange,simple,"x",x,x,/m/h/mh01-orange_main.jpg,"size=S,color=Orange",',
  'MH01,configurable,"Default Category/Men/Tops/Hoodies & Sweatshirts,Default Category",' +
  'Chaz HeatTech&trade;  Hoodie ,"<p>Warm &amp; soft. Thick.</p>",/m/h/mh01-gray_main.jpg,' +
  '"material=Wool|Fleece|CoolTech&trade;,pattern=Solid|Striped",',
  'WP07-28-Black,simple,"x",x,x,/w/p/wp07-black_main.jpg,"size=28,color=Black",',
  'WP07,configurable,"Default Category/Women/Bottoms/Pants",Aeon Capri,Light.,' +
  "/w/p/wp07-black_main.jpg,pattern=Solid,",
  'MB01,simple,"Default Category/Gear/Bags",Bag,x,/m/b/mb01-blue-0.jpg,,',
].join("\n");

Deno.test("lumaLines() builds captions from the shop's own words", () => {
  const lines = lumaLines(csv, (product) => product === "MH01" ? "test" : "train");
  assert.deepEqual(lines.map(({ text, split }) => [text, split]), [
    ["A man wearing an orange hoodie with a striped pattern, made of wool and fleece.", "test"],
    [
      "A man wearing an orange hoodie with a striped pattern, made of wool and fleece, seen from " +
      "behind.",
      "test",
    ],
    ["A man wearing an orange hoodie with a striped pattern, made of wool and fleece.", "test"],
    ["A woman wearing black capri pants.", "train"],
  ]);
  assert.deepEqual(lines[1], {
    file_name: "images/mh01-orange_back.jpg",
    text: lines[1]!.text,
    title: "Chaz HeatTech Hoodie",
    description: "Warm & soft.",
    product: "MH01",
    gender: "men",
    category: "hoodie",
    color: "orange",
    pattern: ["solid", "striped"],
    material: ["wool", "fleece", "cooltech"],
    view: "back",
    split: "test",
  });
  assert.equal(lines[0]!.view, "alternate");
});

const whole = Deno.env.get("UNIDIFF_DATA") ?? "", shop = Deno.env.get("UNIDIFF_LUMA_CSV") ?? "";
if (whole === "" || shop === "") {
  console.log("skipped: Luma's recipe against the prepared sets (UNIDIFF_DATA, UNIDIFF_LUMA_CSV)");
}
Deno.test({
  name: "lumaLines() gives the very lines of the prepared sets",
  ignore: whole === "" || shop === "",
  async fn() {
    const expected: unknown[] = [];
    for (const set of ["fashion-man", "fashion-woman"]) {
      const text = await Deno.readTextFile(join(whole, set, "metadata.jsonl"));
      expected.push(...text.trim().split("\n").map((line) => JSON.parse(line)));
    }
    const lines = expected as { product: string; split: Split }[];
    const splits = new Map(lines.map(({ product, split }) => [product, split]));
    const { default: manifest } = await import("unidiff/data/sources/luma.json", {
      with: { type: "json" },
    });
    const byId = (a: unknown, b: unknown) =>
      (a as { file_name: string }).file_name < (b as { file_name: string }).file_name ? -1 : 1;
    const found = lumaLines(await Deno.readTextFile(shop), (p) => splits.get(p) ?? "train");
    assert.deepEqual(found, expected.sort(byId));
    const named: Record<string, string[]> = manifest.splits;
    for (const [product, split] of splits) {
      assert.equal(named[split]?.includes(product) ?? false, split !== "train", product);
    }
    assert.equal(found.length, Object.keys(manifest.pictures).length);
  },
});
