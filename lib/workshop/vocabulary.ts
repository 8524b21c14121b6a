/**
 * Learns the miniature's small vocabulary in CLIP's file format and writes `data/mini/tokenizer/`.
 *
 * Corpus: captions of drawn pictures and the training captions of the embedded product set. Run
 * `deno run -A lib/workshop/vocabulary.ts [metadata.jsonl]`; equal input gives equal files.
 */
import { join } from "@std/path";
import {
  byteSymbols,
  END_TOKEN,
  START_TOKEN,
  tokenizerFrom,
  vocabularyFrom,
  WORD_END,
  WORD_PATTERN,
} from "../model/mod.ts";
import { drawSample } from "../drawn/mod.ts";

/** How many merges are learnt: with 512 bytes and 2 specials 2,048 tokens, most words whole. */
export const MERGES = 1534;
/** The context length of the miniature, specials included. */
export const CONTEXT_LENGTH = 32;
/** How many drawn captions are read. */
const DRAWN = 12_000;

/**
 * Byte-pair encoding's training: merges the pair that occurs most often, again and again.
 *
 * A word counts by the root of its frequency, so that a rare product name is worth a merge too.
 * Ties go to the pair that comes first in code-unit order: the result depends on the captions only.
 * Source: Sennrich et al. 2016, with CLIP's word splitting and `</w>`.
 */
export function learnMerges(captions: Iterable<string>, count: number): [string, string][] {
  const frequency = new Map<string, number>();
  for (const caption of captions) {
    const text = caption.normalize("NFC").toLowerCase();
    for (const [word] of text.matchAll(new RegExp(WORD_PATTERN, "gu"))) {
      frequency.set(word, (frequency.get(word) ?? 0) + 1);
    }
  }
  const symbols = byteSymbols(), encoder = new TextEncoder();
  const words = [...frequency].map(([word, n]) => {
    const pieces = [...encoder.encode(word)].map((byte) => symbols.get(byte) as string);
    pieces.push(pieces.pop() + WORD_END);
    return { pieces, weight: Math.ceil(Math.sqrt(n)) };
  });

  const merges: [string, string][] = [];
  while (merges.length < count) {
    const pairs = new Map<string, number>();
    for (const { pieces, weight } of words) {
      for (let i = 1; i < pieces.length; i++) {
        const pair = `${pieces[i - 1]} ${pieces[i]}`;
        pairs.set(pair, (pairs.get(pair) ?? 0) + weight);
      }
    }
    let best = "", most = 0;
    for (const [pair, n] of pairs) {
      if (n > most || (n === most && pair < best)) [best, most] = [pair, n];
    }
    if (most === 0) break; // every word is one piece
    const [a, b] = best.split(" ") as [string, string];
    merges.push([a, b]);
    for (const { pieces } of words) {
      for (let i = 1; i < pieces.length; i++) {
        if (pieces[i - 1] === a && pieces[i] === b) pieces.splice(i - 1, 2, a + b);
      }
    }
  }
  return merges;
}

/** The training captions of a `metadata.jsonl` that may be embedded (see its README). */
export function embeddableCaptions(metadata: string): string[] {
  const lines = metadata.split("\n").filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as { text: string; split: string; source?: string });
  return lines
    .filter(({ split, source = "" }) =>
      split === "train" && /^(sweethome3d-furniture|@vendure\/create)/.test(source)
    )
    .map(({ text }) => text);
}

/** Writes text so that the file is either the old or the new one, never half. */
async function writeAtomically(path: string, text: string): Promise<void> {
  const unfinished = `${path}.${Deno.pid}.tmp`;
  await Deno.writeTextFile(unfinished, text);
  await Deno.rename(unfinished, path);
}

/** Writes `vocab.json`, `merges.txt` and `tokenizer_config.json`, which transformers reads too. */
export async function writeTokenizer(folder: string, merges: [string, string][]): Promise<void> {
  const config = {
    tokenizer_class: "CLIPTokenizer",
    bos_token: START_TOKEN,
    eos_token: END_TOKEN,
    unk_token: END_TOKEN,
    pad_token: END_TOKEN,
    model_max_length: CONTEXT_LENGTH,
    do_lower_case: true,
    add_prefix_space: false,
    errors: "replace",
  };
  const pairs = merges.map(([a, b]) => `${a} ${b}\n`).join("");
  await Deno.mkdir(folder, { recursive: true });
  await writeAtomically(join(folder, "vocab.json"), JSON.stringify(vocabularyFrom(merges)) + "\n");
  await writeAtomically(join(folder, "merges.txt"), `#version: 0.2\n${pairs}`);
  await writeAtomically(
    join(folder, "tokenizer_config.json"),
    JSON.stringify(config, null, 2) + "\n",
  );
}

if (import.meta.main) {
  const root = join(import.meta.dirname as string, "..", "..");
  const metadata = Deno.args[0] ?? join(root, "data", "ecommerce-product", "metadata.jsonl");
  const embedded = embeddableCaptions(await Deno.readTextFile(metadata));
  const drawn = Array.from({ length: DRAWN }, (_, i) => drawSample(i, 0).caption);
  const merges = learnMerges([...drawn, ...embedded], MERGES);
  const folder = join(root, "data", "mini", "tokenizer");
  await writeTokenizer(folder, merges);

  const tokenizer = tokenizerFrom(merges);
  for (const [name, captions] of [["drawn", drawn], ["embedded", embedded]] as const) {
    const { truncated } = tokenizer.encode(captions, CONTEXT_LENGTH);
    const total = captions.reduce((sum, caption) => sum + tokenizer.ids(caption).length, 0);
    console.log(
      `${name}: ${captions.length} captions, ${
        (total / captions.length).toFixed(1)
      } tokens each, ` +
        `${truncated} longer than ${CONTEXT_LENGTH}`,
    );
  }
  console.log(
    `${tokenizer.vocabularySize} tokens, start ${tokenizer.startId}, end ${tokenizer.endId}: ${folder}`,
  );
}
