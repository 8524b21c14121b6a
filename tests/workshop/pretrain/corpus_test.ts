import assert from "node:assert/strict";
import { chosenEmoji, emojiCaptions, named } from "unidiff/workshop/pretrain/emoji/labels.ts";
import { codeOf } from "unidiff/workshop/pretrain/emoji/packages.ts";
import { refuseLeakedPictures, refuseLeakedProducts } from "unidiff/workshop/pretrain/leaks.ts";
import { partsOf, phraseOf, sourcesOf } from "unidiff/workshop/pretrain/mixture.ts";
import { namesColour, productPhrasings } from "unidiff/workshop/pretrain/phrases.ts";
import { OWN_COLOURS, picturesOf, randomView } from "unidiff/workshop/pretrain/pictures.ts";
import { miniRecipe } from "unidiff/workshop/pretrain/recipe.ts";
import type { ProductRecord, Split } from "unidiff/data/record.ts";
import { stream } from "unidiff/runtime/random.ts";

Deno.test("partsOf gives whole parts of a batch, largest remainders first", () => {
  assert.deepEqual(partsOf(16, [0.4, 0.4, 0.2]), [7, 6, 3]);
  assert.deepEqual(partsOf(40, [0.775, 0.125, 0.1]), [31, 5, 4]);
  assert.deepEqual(sourcesOf(4, [0.5, 0.5]), [0, 0, 1, 1]);
  assert.throws(() => partsOf(8, [0.5, 0.4]), /add up to 1, found 0.5,0.4/);
  for (const shares of Object.values(miniRecipe.shares)) partsOf(96, Object.values(shares));
});

Deno.test("product captions are told in parts, the whole one as often as the others", () => {
  const caption = "A sofa, couch, seat for the living room.", all = productPhrasings(caption);
  assert.equal(all.filter((one) => one === caption).length, all.length / 2);
  for (
    const part of [
      "A sofa, couch, seat.",
      "A sofa.",
      "A sofa for the living room.",
      "A sofa, seat for the living room.",
      "A photo of a sofa.",
    ]
  ) assert.ok(all.includes(part), part);
  const other = "Wireless Optical Mouse, electronics, computers.";
  assert.deepEqual(productPhrasings(other), [other]);
});

Deno.test("namesColour finds colours as words alone", () => {
  assert.ok(namesColour("A Red chair.") && namesColour("A navy, dark coat."));
  assert.ok(!namesColour("A bed for the bedroom."));
});

Deno.test("emoji that show things are chosen and named", () => {
  const emoji = [
    { label: "red apple", hexcode: "1F34E", subgroup: 42, tags: ["apple", "food", "fruit"] },
    { label: "scissors", hexcode: "2702", subgroup: 76, tags: ["cut", "tool"] },
    { label: "one o’clock", hexcode: "1F550", subgroup: 58, tags: ["clock"] },
    { label: "grinning face", hexcode: "1F600", subgroup: 0, tags: ["face"] },
  ];
  const chosen = chosenEmoji(emoji);
  assert.deepEqual(chosen.map(({ label }) => label), ["red apple", "scissors"]);
  assert.deepEqual(emojiCaptions(chosen)[0], [
    "A red apple, fruit.",
    "A red apple.",
    "A picture of a red apple.",
  ]);
  assert.equal(emojiCaptions(chosen)[1]![0], "Scissors, office.");
  assert.deepEqual(["unicorn", "hourglass", "bread", "compass"].map(named), [
    "a unicorn",
    "an hourglass",
    "bread",
    "a compass",
  ]);
  assert.equal(codeOf("1F576-FE0F"), "1f576");
});

Deno.test("phraseOf draws phrasings, and randomView exchanges colours", () => {
  const pictures = picturesOf(new Float32Array(2 * 48).map((_, i) => i % 3 - 1), 4, ["a", "b"]);
  assert.equal(phraseOf(pictures, 1, stream(0, "p")), "b");
  const many = { ...pictures, phrasings: [["a"], ["x", "y"]] };
  const said = new Set(Array.from({ length: 20 }, (_, i) => phraseOf(many, 1, stream(i, "p"))));
  assert.deepEqual([...said].sort(), ["x", "y"]);
  const view = (colours: ArrayLike<number>) => {
    const out = new Float32Array(48);
    randomView(pictures, 0, stream(1, "view"), out, 0, colours);
    return Array.from({ length: 3 }, (_, c) => out[c] as number);
  };
  const own = view(OWN_COLOURS), turned = view([2, 1, 0]);
  assert.ok(own[0]! < own[2]! && turned[0]! > turned[2]!, `${own} ${turned}`);
});

/** A record whose picture is noise of a seed. */
function record(id: string, product: string, split: Split, seed: number): ProductRecord {
  const make = () =>
    Uint8Array.from(stream(seed, "noise").uniforms(72 * 72 * 3), (u) => u < 0.5 ? 0 : 255);
  const image = {
    name: id,
    raw: { width: 72, height: 72 },
    bytes: () => Promise.resolve(make()),
  };
  return { id, image, product, split, captions: [id], attributes: {}, where: `set:${id}` };
}

Deno.test("a product or a picture of a held-out split is refused", async () => {
  const training = [record("a", "chair", "train", 1)];
  const set = (...records: ProductRecord[]) => [{ name: "products", records }];
  await refuseLeakedProducts("products", training, set(record("b", "sofa", "test", 2)));
  await assert.rejects(
    refuseLeakedProducts("products", training, set(record("b", "chair", "validation", 2))),
    /set:b: product "chair" is of the validation split and in the pretraining corpus/,
  );
  await assert.rejects(
    refuseLeakedProducts("products", training, set(record("b", "sofa", "test", 1))),
    /set:a \(a\) is trained on and looks like set:b \(b\) of the test split/,
  );
});

Deno.test("a held-out picture among the sources is refused byte for byte", () => {
  const noise = (seed: number) => stream(seed, "noise").uniforms(48).map((u) => 2 * u - 1);
  const one = picturesOf(noise(1), 4, ["one"]), two = picturesOf(noise(2), 4, ["two"]);
  refuseLeakedPictures({ drawn: one }, { test: two });
  assert.throws(() => refuseLeakedPictures({ drawn: one }, { test: one }), /picture 0 of drawn/);
});
