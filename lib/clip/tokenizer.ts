/** CLIP's byte-level BPE tokenizer: the same code for the published and for the small vocabulary. */
import { Tokenizer as BpeTokenizer } from "@huggingface/tokenizers";
import { join } from "@std/path";

/** The token that opens every caption. */
export const START_TOKEN = "<|startoftext|>";
/** The token that closes every caption, pads it, and pools it (at its first place). */
export const END_TOKEN = "<|endoftext|>";
/** Marks the last piece of a word in the vocabulary. */
export const WORD_END = "</w>";
/** How CLIP splits lower-cased text into words: contractions, letters, single digits, the rest. */
export const WORD_PATTERN = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** Captions as token ids. */
export interface EncodedCaptions {
  /** Int32Array [n, contextLength]: start, words, end, then the end token again as padding. */
  ids: Int32Array;
  /** How many captions were too long and lost words at their end. */
  truncated: number;
}

/** Turns captions into ids; see {@link loadTokenizer} and {@link tokenizerFrom}. */
export class Tokenizer {
  readonly vocabularySize: number;
  /** Piece to id. */
  readonly vocabulary: Readonly<Record<string, number>>;
  /** Pairs of pieces that are joined, the first first. */
  readonly merges: readonly (readonly [string, string])[];
  readonly startId: number;
  readonly endId: number;
  readonly #bpe: BpeTokenizer;

  /** Wraps a vocabulary (piece to id) and its merges in order of priority. */
  constructor(vocabulary: Record<string, number>, merges: readonly [string, string][]) {
    const id = (token: string): number => {
      const found = vocabulary[token];
      if (found === undefined) {
        throw new Error(
          `tokenizer: expected the token ${token} in the vocabulary, found none among ` +
            `${Object.keys(vocabulary).length} tokens; give CLIP's vocab.json`,
        );
      }
      return found;
    };
    [this.startId, this.endId] = [id(START_TOKEN), id(END_TOKEN)];
    [this.vocabulary, this.merges] = [vocabulary, merges];
    this.vocabularySize = Object.keys(vocabulary).length;
    this.#bpe = new BpeTokenizer(
      description(vocabulary, merges, this.startId, this.endId),
      { bos_token: START_TOKEN, eos_token: END_TOKEN, unk_token: END_TOKEN },
    );
  }

  /** The ids of one caption between start and end token, however long. */
  ids(caption: string): number[] {
    return this.#bpe.encode(caption).ids;
  }

  /**
   * Encodes captions to equal length; a caption too long keeps its first words and the end token.
   *
   * Throws where `contextLength` leaves no room for the two special tokens.
   */
  encode(captions: readonly string[], contextLength: number): EncodedCaptions {
    if (!Number.isInteger(contextLength) || contextLength < 2) {
      throw new Error(
        `encode: expected a context length of at least 2 tokens, found ${contextLength}`,
      );
    }
    const ids = new Int32Array(captions.length * contextLength).fill(this.endId);
    let truncated = 0;
    captions.forEach((caption, row) => {
      const all = this.ids(caption);
      if (all.length > contextLength) truncated++;
      // The end token is already there: it fills every place that the words leave.
      ids.set(all.slice(0, Math.min(all.length, contextLength) - 1), row * contextLength);
    });
    return { ids, truncated };
  }
}

/** The `tokenizer.json` of CLIP around a vocabulary, as transformers' converter writes it. */
function description(
  vocabulary: Record<string, number>,
  merges: readonly [string, string][],
  startId: number,
  endId: number,
) {
  const special = (content: string, id: number) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: content === START_TOKEN,
    special: true,
  });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [special(START_TOKEN, startId), special(END_TOKEN, endId)],
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORD_PATTERN }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [END_TOKEN, endId],
      cls: [START_TOKEN, startId],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: END_TOKEN,
      continuing_subword_prefix: "",
      end_of_word_suffix: WORD_END,
      fuse_unk: false,
      byte_fallback: false,
      vocab: vocabulary,
      merges: merges.map(([a, b]) => `${a} ${b}`),
    },
  };
}

/**
 * The printable character that stands for every byte, in the order of CLIP's vocabulary.
 *
 * Source: `bytes_to_unicode` of OpenAI's CLIP and GPT-2.
 */
export function byteSymbols(): Map<number, string> {
  const symbols = new Map<number, string>();
  for (const [from, to] of [[33, 126], [161, 172], [174, 255]] as const) {
    for (let byte = from; byte <= to; byte++) symbols.set(byte, String.fromCharCode(byte));
  }
  let next = 256;
  for (let byte = 0; byte < 256; byte++) {
    if (!symbols.has(byte)) symbols.set(byte, String.fromCharCode(next++));
  }
  return symbols;
}

/** CLIP's vocabulary from its merges: bytes, bytes that end a word, merges, the two specials. */
export function vocabularyFrom(merges: readonly [string, string][]): Record<string, number> {
  const bytes = [...byteSymbols().values()];
  const pieces = [
    ...bytes,
    ...bytes.map((symbol) => symbol + WORD_END),
    ...merges.map(([a, b]) => a + b),
    START_TOKEN,
    END_TOKEN,
  ];
  return Object.fromEntries(pieces.map((piece, id) => [piece, id]));
}

/** The lines of a `merges.txt` (first line: version) as pairs. */
export function parseMerges(text: string): [string, string][] {
  const lines = text.split("\n").filter((line) => line !== "" && !line.includes("#version"));
  return lines.map((line, i) => {
    const pair = line.trimEnd().split(" ");
    if (pair.length !== 2) {
      throw new Error(`merges, entry ${i + 1}: expected two pieces, found ${JSON.stringify(line)}`);
    }
    return pair as [string, string];
  });
}

/** A tokenizer from merges alone, as OpenAI publishes them. */
export function tokenizerFrom(merges: readonly [string, string][]): Tokenizer {
  return new Tokenizer(vocabularyFrom(merges), merges);
}

/**
 * The tokenizer whose `vocab.json` and `merges.txt` lie in a folder.
 *
 * Throws where a file is missing or a special token is unknown.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const read = async (name: string): Promise<string> => {
    try {
      return await Deno.readTextFile(join(folder, name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      throw new Error(
        `tokenizer: expected ${name} in ${folder}, found none; ` +
          "`deno run -A lib/tasks/vocabulary.ts` makes the small vocabulary",
        { cause: error },
      );
    }
  };
  const vocabulary = JSON.parse(await read("vocab.json")) as Record<string, number>;
  return new Tokenizer(vocabulary, parseMerges(await read("merges.txt")));
}
