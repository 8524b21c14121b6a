import assert from "node:assert/strict";
import { join } from "@std/path";
import {
  byteSymbols,
  countTruncated,
  parseMerges,
  tokenizerFrom,
  vocabularyFrom,
} from "unidiff/model/clip/tokenizer.ts";
import { embeddedTokenizer, loadTokenizer } from "unidiff/model/clip/tokenizer_files.ts";
import {
  CONTEXT_LENGTH,
  embeddableCaptions,
  learnMerges,
  writeTokenizer,
} from "unidiff/workshop/vocabulary.ts";
import { drawSample } from "unidiff/drawn/draw.ts";
import { loadCase } from "../../golden.ts";

interface TokenizerJson {
  cases: { text: string; ids: number[]; padded77: number[] }[];
}

Deno.test("the embedded merges give the ids of transformers' CLIPTokenizer", async () => {
  const tokenizer = await embeddedTokenizer();
  assert.equal(tokenizer.vocabularySize, 49408);
  assert.deepEqual([tokenizer.startId, tokenizer.endId, tokenizer.padId], [49406, 49407, 49407]);
  const { json } = await loadCase<unknown, TokenizerJson>("tokenizer");
  assert.equal(json.cases.length, 14);
  for (const { text, ids, padded77 } of json.cases) {
    assert.deepEqual(tokenizer.ids(text), ids, JSON.stringify(text));
    const { ids: padded, truncated } = tokenizer.encode([text], 77);
    assert.deepEqual([...padded], padded77, JSON.stringify(text));
    assert.equal(truncated, ids.length > 77 ? 1 : 0);
  }
});

Deno.test("awkward strings give the ids of transformers' CLIPTokenizer", async () => {
  // Ids between start and end of CLIPTokenizer, transformers 5.23.0, on the published merges.
  const cases: [string, string][] = [
    ["\u00a0", ""],
    ["\u2003x\u2003y", "343 344"],
    ["\u200bzero\u200bwidth", "9844 5848 9844 23571"],
    ["tab\tnl\nff\fvt\u000b", "14724 7655 1304 10291"],
    ["\ufeffbom", "171 119 379 19469"],
    ["!!!\ufeff!!! a\ufeff'b", "11194 171 119 123 995 320 171 119 123 262 321"],
    ["x\u0085y \u180e.\u180e", "343 344 157 254 236 13 157 254 492"],
    ["caf\u00e9", "15304"],
    ["cafe\u0301", "15304"],
    ["\u0130stanbul I\u0307 \u0131", "328 16384 11231 328 16384 41901"],
    ["\u1e9e STRASSE \u00df", "127 509 1894 8938 127 509"],
    ["<|endoftext|>", "49407"],
    ["<|endoftext|> inside", "49407 2912"],
    ["a<|endoftext|>b", "320 49407 321"],
    ["x <|startoftext|> y", "343 49406 344"],
    ["<|endoftext|><|endoftext|>", "49407 49407"],
    ["<|end", "27 347 806"],
    ["<|endoftext|", "27 347 40786 4160 347"],
    ["'S'T'RE", "568 713 982"],
    ["rock'n'roll", "2172 262 333 262 3341"],
    ["<b>bold</b> <br/>", "283 321 285 8911 34308 321 285 283 7532 14 285"],
    ["ab1cd22e", "3937 272 4480 273 273 324"],
    ["\u00ad soft\u00adhyphen", "22618 3773 22618 1441 745 576"],
    ["\u01c5 \u01c8 titlecase", "131 484 131 487 1991 944 894"],
    ["\u1e97 t\u0308", "157 118 501 157 118 501"],
    ["\r\n windows\r\nlines", "5437 3418"],
    ["women's \u00a3100 \u20ac5 \u00a510", "1507 568 1950 272 271 271 6309 276 20199 272 271"],
    ["T\u00dcRK\u00c7E \u0130I\u0131i", "83 26132 74 10067 324 328 16384 72 18562 328"],
    ["\u24b6\u24d0", "27400 238 27400 494"],
  ];
  const tokenizer = await embeddedTokenizer();
  for (const [text, ids] of cases) {
    assert.equal(tokenizer.ids(text).slice(1, -1).join(" "), ids, JSON.stringify(text));
  }
});

Deno.test("a padding token of its own is special wherever it stands, as in transformers", () => {
  const merges = parseMerges("c a\nca t</w>"), tokenizer = tokenizerFrom(merges, "!");
  assert.equal(tokenizer.padId, 0);
  const { startId: start, endId: end } = tokenizer, cat = tokenizer.ids("cat")[1]!;
  assert.deepEqual(tokenizer.ids("cat!"), [start, cat, 0, end]);
  assert.deepEqual([...tokenizer.encode(["cat", "cat cat cat"], 4).ids], [
    ...[start, cat, end, 0],
    ...[start, cat, cat, end],
  ]);
});

const mini = join(import.meta.dirname!, "..", "..", "..", "data", "mini", "tokenizer");

Deno.test("the small vocabulary encodes drawn captions within the context", async () => {
  const tokenizer = await loadTokenizer(mini);
  assert.equal(tokenizer.vocabularySize, 2048);
  assert.deepEqual([tokenizer.startId, tokenizer.endId], [2046, 2047]);
  const captions = Array.from({ length: 1000 }, (_, i) => drawSample(i, 9).caption);
  const { ids, truncated } = tokenizer.encode(captions, CONTEXT_LENGTH);
  assert.ok(truncated < 10, `${truncated} of 1000 truncated`);
  assert.equal(ids.length, 1000 * CONTEXT_LENGTH);
  assert.ok(ids.every((id) => id >= 0 && id < 2048));
  for (let row = 0; row < 1000; row++) {
    const line = ids.subarray(row * CONTEXT_LENGTH, (row + 1) * CONTEXT_LENGTH);
    assert.equal(line[0], tokenizer.startId);
    assert.ok(line.subarray(line.indexOf(tokenizer.endId)).every((id) => id === tokenizer.endId));
  }
});

Deno.test("the small vocabulary takes any text, words it knows as one token", async () => {
  const tokenizer = await loadTokenizer(mini);
  for (const word of ["hoodie", "woman", "capri", "lavender", "sofa", "LEGGINGS"]) {
    assert.equal(tokenizer.ids(word).length, 3, word);
  }
  assert.deepEqual(tokenizer.ids(""), [2046, 2047]);
  assert.ok(tokenizer.ids("日本のジーンズ 👗").length > 10);
});

Deno.test("encode() keeps the first words and the end token of a long caption", async () => {
  const tokenizer = await loadTokenizer(mini);
  const { ids, truncated } = tokenizer.encode(["red red red red red", "red"], 4);
  assert.equal(truncated, 1);
  const red = tokenizer.ids("red")[1]!;
  assert.deepEqual([...ids], [2046, red, red, 2047, 2046, red, 2047, 2047]);
  assert.equal(countTruncated(tokenizer, ["red", "red red red", "red red red"], 4), 2);
  assert.throws(() => tokenizer.encode(["red"], 1), /at least 2 tokens, found 1/);
});

Deno.test("loadTokenizer() says which file is missing", async () => {
  await assert.rejects(
    loadTokenizer("no/such/folder"),
    /expected vocab.json \(or tokenizer.json\) in no.such.folder/,
  );
});

Deno.test("loadTokenizer() reads tokenizer.json alone, and the padding that settings name", async () => {
  const folder = await Deno.makeTempDir();
  const write = (name: string, value: unknown) =>
    Deno.writeTextFile(join(folder, name), JSON.stringify(value));
  const merges = learnMerges(["a red sofa", "a blue sofa"], 50), direct = tokenizerFrom(merges);
  const vocab = vocabularyFrom(merges), special = (content: string) => ({ content });
  const added = ["<|startoftext|>", "<|endoftext|>"].map(special);
  try {
    for (const pairs of [merges, merges.map((pair) => pair.join(" "))]) {
      const model = { type: "BPE", vocab, merges: pairs };
      await write("tokenizer.json", { model, added_tokens: added });
      const loaded = await loadTokenizer(folder);
      assert.deepEqual(loaded.ids("a red, blue sofa"), direct.ids("a red, blue sofa"));
      assert.equal(loaded.padId, loaded.endId);
    }
    await write("special_tokens_map.json", { pad_token: "!" });
    assert.equal((await loadTokenizer(folder)).padId, 0);
    await write("tokenizer_config.json", { pad_token: special("<|endoftext|>") });
    assert.equal((await loadTokenizer(folder)).padId, direct.endId);
    await write("tokenizer_config.json", { eos_token: "</s>" });
    await assert.rejects(loadTokenizer(folder), /eos_token <\/s>, expected <\|endoftext\|>/);
    await write("tokenizer_config.json", {});
    const model = { type: "BPE", vocab, merges };
    await write("tokenizer.json", { model, added_tokens: [...added, special("<cat-toy>")] });
    await assert.rejects(loadTokenizer(folder), /adds <cat-toy> to the vocabulary/);
    await write("tokenizer.json", { model: { type: "Unigram", vocab: [] } });
    await assert.rejects(loadTokenizer(folder), /model of type "Unigram", expected BPE/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("learnMerges() merges the most frequent pair first, ties in code-unit order", () => {
  assert.deepEqual(learnMerges(["ab ab ab ab cd"], 10), [["a", "b</w>"], ["c", "d</w>"]]);
  assert.deepEqual(learnMerges(["cd ab"], 1), [["a", "b</w>"]]);
  assert.deepEqual(learnMerges(["The the THE"], 2), [["h", "e</w>"], ["t", "he</w>"]]);
});

Deno.test("writeTokenizer() writes files that load as the tokenizer of the merges", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const merges = learnMerges(["a red sofa", "a blue sofa"], 50);
    await writeTokenizer(folder, merges);
    const [loaded, direct] = [await loadTokenizer(folder), tokenizerFrom(merges)];
    assert.deepEqual(loaded.ids("A blue, red café"), direct.ids("A blue, red café"));
    assert.equal(loaded.vocabularySize, 514 + merges.length);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("embeddableCaptions() reads training lines of embeddable sources only", () => {
  const line = (text: string, split: string, source: string) =>
    JSON.stringify({ text, split, source });
  const metadata = [
    line("kept", "train", "sweethome3d-furniture LucaPresidente"),
    line("kept too", "train", "@vendure/create 1.9.7"),
    line("a test line", "test", "sweethome3d-furniture LucaPresidente"),
    line("not ours", "train", "dotnet/eShop"),
    "",
  ].join("\n");
  assert.deepEqual(embeddableCaptions(metadata), ["kept", "kept too"]);
});

Deno.test("byteSymbols() gives 256 different printable characters", () => {
  const symbols = byteSymbols();
  assert.equal(new Set(symbols.values()).size, 256);
  assert.equal(symbols.get(32), "\u0120");
  assert.equal(vocabularyFrom([])["!"], 0);
  assert.equal(vocabularyFrom([])["<|endoftext|>"], 513);
});

Deno.test("parseMerges() names the entry that is no pair", () => {
  assert.deepEqual(parseMerges("#version: 0.2\na b\n"), [["a", "b"]]);
  assert.throws(() => parseMerges("a b\nabc\n"), /entry 2: expected two pieces, found "abc"/);
});
