/** Where a tokenizer's vocabulary comes from: a hub folder, or the published one in `data/`. */
import { gunzipSync } from "node:zlib";
import { join } from "@std/path";
import { exists, projectFolder } from "../../runtime/mod.ts";
import { END_TOKEN, parseMerges, START_TOKEN, Tokenizer, tokenizerFrom } from "./tokenizer.ts";

type Json = Record<string, unknown>;

/** CLIP's published tokenizer of 49,408 tokens, from the merges that the project embeds. */
export async function embeddedTokenizer(): Promise<Tokenizer> {
  const file = join(projectFolder, "data", "clip-bpe", "merges.txt.gz");
  return tokenizerFrom(parseMerges(gunzipSync(await Deno.readFile(file)).toString("utf8")));
}

/**
 * The tokenizer of a hub folder: `vocab.json` and `merges.txt`, or `tokenizer.json` alone, with the
 * padding that `tokenizer_config.json` or `special_tokens_map.json` names.
 *
 * Throws where a file is missing, and on start, end or added tokens other than CLIP's, by name.
 */
export async function loadTokenizer(folder: string): Promise<Tokenizer> {
  const json = async (name: string): Promise<Json | undefined> => {
    const path = join(folder, name);
    return await exists(path) ? JSON.parse(await Deno.readTextFile(path)) as Json : undefined;
  };
  const whole = await json("tokenizer.json"), vocabulary = await json("vocab.json");
  const merges = join(folder, "merges.txt"),
    settings: Json = {
      ...await json("special_tokens_map.json"),
      ...await json("tokenizer_config.json"),
    };
  checkSpecials(settings, folder);
  const pad = contentOf(settings.pad_token) ?? END_TOKEN;
  if (vocabulary !== undefined && await exists(merges)) {
    const ids = vocabulary as Record<string, number>;
    checkAdded(Object.keys(await json("added_tokens.json") ?? {}), ids, folder);
    return new Tokenizer(ids, parseMerges(await Deno.readTextFile(merges)), pad);
  }
  if (whole === undefined) {
    const missing = vocabulary === undefined ? "vocab.json" : "merges.txt";
    throw new Error(
      `tokenizer: expected ${missing} (or tokenizer.json) in ${folder}, found none; ` +
        "`deno run -A lib/workshop/vocabulary.ts` makes the small vocabulary",
    );
  }
  const { type, vocab, merges: pairs } = (whole.model ?? {}) as Json;
  if (type !== "BPE" || !vocab || !Array.isArray(pairs)) {
    throw new Error(
      `tokenizer: ${join(folder, "tokenizer.json")} holds a model of type ${
        JSON.stringify(type)
      }, ` +
        "expected BPE with vocab and merges, as CLIP has",
    );
  }
  const ids = vocab as Record<string, number>, added = whole.added_tokens as Json[] | undefined;
  checkAdded((added ?? []).map(({ content }) => String(content)), ids, folder);
  // Older files write a merge as "a b", newer ones as ["a", "b"].
  const lines = pairs.map((pair) => Array.isArray(pair) ? pair.join(" ") : String(pair));
  return new Tokenizer(ids, parseMerges(lines.join("\n")), pad);
}

/** A token in a settings file: its text, or an object around it. */
function contentOf(token: unknown): string | undefined {
  if (typeof token === "string") return token;
  const content = (token as Json | undefined)?.content;
  return typeof content === "string" ? content : undefined;
}

function checkSpecials(settings: Json, folder: string): void {
  for (const [key, expected] of [["bos_token", START_TOKEN], ["eos_token", END_TOKEN]] as const) {
    const found = contentOf(settings[key]) ?? expected;
    if (found === expected) continue;
    throw new Error(`tokenizer: ${folder} says ${key} ${found}, expected ${expected}: not CLIP's`);
  }
}

function checkAdded(tokens: readonly string[], vocabulary: Json, folder: string): void {
  const unknown = tokens.filter((token) => !Object.hasOwn(vocabulary, token));
  if (unknown.length === 0) return;
  throw new Error(
    `tokenizer: ${folder} adds ${unknown.slice(0, 5).join(", ")} to the vocabulary, expected ` +
      "CLIP's own tokens: added tokens are not supported",
  );
}
