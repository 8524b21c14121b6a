/** CLIP's byte-level BPE tokenizer: the same code for the published and for the small vocabulary. */
import { Tokenizer as BpeTokenizer } from "@huggingface/tokenizers";

/** The token that opens every caption. */
export const START_TOKEN = "<|startoftext|>";
/** The token that closes every caption, pads it, and pools it (at its first place). */
export const END_TOKEN = "<|endoftext|>";
/** Marks the last piece of a word in the vocabulary. */
export const WORD_END = "</w>";
/**
 * How CLIP splits lower-cased text into words: contractions, letters, single digits, the rest.
 *
 * White space is named by its Unicode property: JavaScript's \s holds U+FEFF too and lacks U+0085.
 */
export const WORD_PATTERN =
  "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\p{White_Space}\\p{L}\\p{N}]+";

/** Captions as token ids. */
export interface EncodedCaptions {
  /** Int32Array [n, contextLength]: start, words, end, then padding. */
  ids: Int32Array;
  /** How many captions were too long and lost words at their end. */
  truncated: number;
}

/**
 * Turns captions into ids, exactly as transformers' CLIPTokenizer; see tokenizer_files.ts for where
 * its vocabulary comes from.
 *
 * HTML entities stay as they are, which OpenAI's own first tokenizer unescaped.
 */
export class Tokenizer {
  readonly vocabularySize: number;
  /** Piece to id. */
  readonly vocabulary: Readonly<Record<string, number>>;
  /** Pairs of pieces that are joined, the first first. */
  readonly merges: readonly (readonly [string, string])[];
  readonly startId: number;
  readonly endId: number;
  readonly padId: number;
  readonly padToken: string;
  readonly #bpe: BpeTokenizer;

  /**
   * Wraps a vocabulary (piece to id) and its merges in order of priority.
   *
   * `padToken` fills the places after the end token; "!" in Stable Diffusion v2's files. As in
   * transformers it is special: wherever it stands in a text, it is that one token.
   */
  constructor(
    vocabulary: Record<string, number>,
    merges: readonly [string, string][],
    padToken = END_TOKEN,
  ) {
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
    [this.startId, this.endId, this.padId] = [id(START_TOKEN), id(END_TOKEN), id(padToken)];
    [this.vocabulary, this.merges, this.padToken] = [vocabulary, merges, padToken];
    this.vocabularySize = Object.keys(vocabulary).length;
    this.#bpe = new BpeTokenizer(
      description(vocabulary, merges, padToken),
      { bos_token: START_TOKEN, eos_token: END_TOKEN, unk_token: END_TOKEN },
    );
  }

  /** The ids of one caption between start and end token, however long. */
  ids(caption: string): number[] {
    // JavaScript's toLowerCase() writes ς at the end of a word where the published tokenizer has σ.
    return this.#bpe.encode(caption.replaceAll("Σ", "σ")).ids;
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
    const ids = new Int32Array(captions.length * contextLength).fill(this.padId);
    let truncated = 0;
    captions.forEach((caption, row) => {
      const all = this.ids(caption);
      if (all.length > contextLength) truncated++;
      const kept = all.slice(0, contextLength);
      kept[kept.length - 1] = this.endId;
      ids.set(kept, row * contextLength);
    });
    return { ids, truncated };
  }
}

/** How many captions are longer than a context and lose words; each distinct one is encoded once. */
export function countTruncated(
  tokenizer: Tokenizer,
  captions: readonly string[],
  contextLength: number,
): number {
  const long = new Set(
    [...new Set(captions)].filter((caption) => tokenizer.ids(caption).length > contextLength),
  );
  return captions.filter((caption) => long.has(caption)).length;
}

/** The `tokenizer.json` of CLIP around a vocabulary, as transformers' converter writes it. */
function description(
  vocabulary: Record<string, number>,
  merges: readonly [string, string][],
  padToken: string,
) {
  const special = (content: string) => ({
    id: vocabulary[content] as number,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const specials = [...new Set([START_TOKEN, END_TOKEN, padToken])];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specials.map(special),
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\p{White_Space}+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: WORD_PATTERN }, behavior: "Removed", invert: true },
        // Its own pattern would find nothing more to split.
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [END_TOKEN, vocabulary[END_TOKEN] as number],
      cls: [START_TOKEN, vocabulary[START_TOKEN] as number],
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
export function tokenizerFrom(merges: readonly [string, string][], padToken?: string): Tokenizer {
  return new Tokenizer(vocabularyFrom(merges), merges, padToken);
}
