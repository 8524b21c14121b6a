import assert from "node:assert/strict";
import {
  chosenEmoji,
  emojiCaptions,
  named,
} from "unidiff/workshop/pretrain/sources/emoji_labels.ts";
import { codeOf } from "unidiff/workshop/pretrain/sources/emoji.ts";
import { drawnPhrasings, readKey } from "unidiff/workshop/pretrain/sources/drawings.ts";
import { iconNames, iconSvg } from "unidiff/workshop/pretrain/sources/icon_set.ts";
import { wordIcons } from "unidiff/workshop/pretrain/sources/icons.ts";
import { onGround } from "unidiff/workshop/pretrain/sources/on_ground.ts";
import { refuseKnownPictures } from "unidiff/workshop/pretrain/leaks.ts";
import {
  hardBatch,
  meaningOf,
  neighbourhoodOf,
  partsOf,
  phraseOf,
  sourcesOf,
} from "unidiff/workshop/pretrain/mixture.ts";
import { namesColour, productPhrasings } from "unidiff/workshop/pretrain/phrases.ts";
import {
  chosenPictures,
  OWN_COLOURS,
  picturesOf,
  randomView,
} from "unidiff/workshop/pretrain/pictures.ts";
import { RECIPES, sourcesOfRecipe } from "unidiff/workshop/pretrain/recipe.ts";
import { stream } from "unidiff/runtime/random.ts";

Deno.test("partsOf gives whole parts of a batch, largest remainders first", () => {
  assert.deepEqual(partsOf(16, [0.4, 0.4, 0.2]), [7, 6, 3]);
  assert.deepEqual(partsOf(40, [0.775, 0.125, 0.1]), [31, 5, 4]);
  assert.deepEqual(sourcesOf(4, [0.5, 0.5]), [0, 0, 1, 1]);
  assert.throws(() => partsOf(8, [0.5, 0.4]), /add up to 1, found 0.5,0.4/);
  for (const { shares } of Object.values(RECIPES)) {
    for (const of of Object.values(shares)) partsOf(96, Object.values(of));
  }
  assert.deepEqual([...sourcesOfRecipe(RECIPES.nano)], ["garments", "things"]);
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

Deno.test("a picture of a set that is fine-tuned on is refused byte for byte", () => {
  const noise = (seed: number) => stream(seed, "noise").uniforms(48).map((u) => 2 * u - 1);
  const one = picturesOf(noise(1), 4, ["one"]), two = picturesOf(noise(2), 4, ["two"]);
  refuseKnownPictures({ drawn: one }, { products: two });
  assert.throws(
    () => refuseKnownPictures({ drawn: one }, { products: one }),
    /picture 0 of drawn is pretrained on and is picture 0 of products/,
  );
});

Deno.test("a drawing's key is read, and said densely as often as by its own caption", () => {
  assert.deepEqual(readKey("product|apple"), { kind: "apple", meaning: "product|apple" });
  const key = "woman|dress|red|solid";
  assert.deepEqual(readKey(key), { kind: "dress", colour: "red", gender: "woman", meaning: key });
  assert.deepEqual(drawnPhrasings("A woman in a red dress.", key), [
    "A woman in a red dress.",
    "A woman in a red dress.",
    "A woman wearing a red dress.",
    "Red dress for women.",
  ]);
  assert.ok(drawnPhrasings("", "man|jeans|navy|solid").includes("A man wearing navy jeans."));
  assert.ok(drawnPhrasings("", "product|sofa|orange|solid").includes("An orange sofa."));
  assert.ok(drawnPhrasings("", "product|apple").includes("A photo of an apple."));
});

/** Six things in black pixels: two kinds in three colours, and one without a colour. */
const shown = ["red", "blue", "pink"].flatMap((colour) =>
  ["sofa", "lamp"].map((kind) => ({ kind, colour, meaning: `${kind} ${colour}` }))
);
const things = {
  ...picturesOf(new Float32Array(7 * 48), 4, [...shown.map(({ meaning }) => meaning), "apple"]),
  shows: [...shown, { kind: "apple" }],
};

Deno.test("hard negatives are one kind in two colours and one colour of two kinds", () => {
  const near = neighbourhoodOf(things);
  const batch = hardBatch(things, near, 60, 1, stream(3, "hard"));
  assert.equal(batch.length, 60);
  const of = (i: number) => things.shows[batch[i]!.index]!;
  let trios = 0;
  for (let i = 0; i + 2 < batch.length;) {
    if (!batch[i]!.hard) {
      assert.equal(of(i).kind, "apple");
      i++;
      continue;
    }
    const [anchor, kin, alike] = [of(i), of(i + 1), of(i + 2)] as typeof shown;
    assert.ok(anchor!.kind === kin!.kind && anchor!.colour !== kin!.colour, `${i}`);
    assert.ok(anchor!.colour === alike!.colour && anchor!.kind !== alike!.kind, `${i}`);
    trios++;
    i += 3;
  }
  assert.ok(trios > 10);
  assert.ok(hardBatch(things, near, 50, 0, stream(3, "none")).every(({ hard }) => !hard));
  assert.equal(meaningOf(things, 1), "lamp red");
  assert.equal(meaningOf(things, 6), "apple");
});

Deno.test("phraseOf keeps to phrasings that fit, and chosenPictures to those that are chosen", () => {
  const two = { ...things, phrasings: things.captions.map((one) => [one, "no colour"]) };
  for (let i = 0; i < 10; i++) {
    assert.equal(phraseOf(two, 0, stream(i, "p"), namesColour), "sofa red");
    assert.notEqual(phraseOf(two, 6, stream(i, "p"), namesColour), "");
  }
  const some = chosenPictures(two, [6, 1]);
  assert.deepEqual([some.count, some.captions, some.shows![1]!.colour], [
    2,
    ["apple", "lamp red"],
    "red",
  ]);
  assert.equal(some.bytes.length, 2 * 48);
});

Deno.test("icons are found by their words and painted", async () => {
  const set = {
    width: 24,
    height: 24,
    icons: {
      umbrella: { body: '<path fill="currentColor" d="M0 0h24v24H0z"/>' },
      "tennis-ball-fill": { body: "" },
    },
    aliases: { parasol: { parent: "umbrella" }, turned: { parent: "umbrella", rotate: 1 } },
  };
  assert.deepEqual(iconNames(set), ["umbrella", "tennis-ball-fill", "parasol"]);
  const words = new Set(["umbrella", "tennis ball", "seal"]);
  assert.deepEqual(wordIcons(["umbrella", "seal", "parasol"], "", words), [[
    "umbrella",
    "umbrella",
  ]]);
  assert.deepEqual(wordIcons(["tennis-ball-fill", "umbrella"], "-fill", words), [
    ["tennis-ball-fill", "tennis ball"],
  ]);
  assert.equal(iconSvg(set, "none"), undefined);
  const svg = new TextEncoder().encode(iconSvg(set, "parasol", "#ff0000"));
  const picture = await onGround(svg, 16, stream(1, "ground"));
  assert.deepEqual([...picture.subarray(3 * (8 * 16 + 8), 3 * (8 * 16 + 9))], [255, 0, 0]);
  assert.ok(picture[0]! >= 205, "a light ground");
  const pale = await onGround(svg, 16, stream(1, "ground"), true);
  assert.ok(pale[0]! < 180, "a darker ground");
});
