import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { join } from "@std/path";
import {
  byteSymbols,
  loadTokenizer,
  parseMerges,
  tokenizerFrom,
  vocabularyFrom,
} from "unidiff/clip/tokenizer.ts";
import {
  CONTEXT_LENGTH,
  embeddableCaptions,
  learnMerges,
  writeTokenizer,
} from "unidiff/tasks/vocabulary.ts";
import { drawSample } from "unidiff/data/synthetic/draw.ts";

/** The folder beside the data folder, where the published merges and the reference ids lie. */
const shared = Deno.env.has("UNIDIFF_DATA") ? join(Deno.env.get("UNIDIFF_DATA")!, "..") : undefined;

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

Deno.test("published merges give the ids of transformers' CLIPTokenizer", async () => {
  const merges = join(shared ?? "", "weights", "clip-bpe", "bpe_simple_vocab_16e6.txt.gz");
  const cases = join(shared ?? "", "goldens", "tokenizer", "tokenizer.json");
  if (!shared || !await exists(merges) || !await exists(cases)) {
    console.log("skipped: needs the published merges and goldens beside UNIDIFF_DATA");
    return;
  }
  const lines = gunzipSync(await Deno.readFile(merges)).toString("utf8").split("\n");
  const tokenizer = tokenizerFrom(parseMerges(lines.slice(1, 48895).join("\n")));
  assert.equal(tokenizer.vocabularySize, 49408);
  assert.equal(tokenizer.startId, 49406);
  const golden = JSON.parse(await Deno.readTextFile(cases)) as {
    cases: { text: string; ids: number[]; padded77: number[] }[];
  };
  for (const { text, ids, padded77 } of golden.cases) {
    assert.deepEqual(tokenizer.ids(text), ids, JSON.stringify(text));
    const { ids: padded, truncated } = tokenizer.encode([text], 77);
    assert.deepEqual([...padded], padded77, JSON.stringify(text));
    assert.equal(truncated, ids.length > 77 ? 1 : 0);
  }
});

const mini = join(import.meta.dirname!, "..", "..", "data", "mini", "tokenizer");

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
  assert.throws(() => tokenizer.encode(["red"], 1), /at least 2 tokens, found 1/);
});

Deno.test("loadTokenizer() says which file is missing", async () => {
  await assert.rejects(loadTokenizer("no/such/folder"), /expected vocab.json in no.such.folder/);
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
