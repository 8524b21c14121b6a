import { z } from "zod";
import { exists } from "../../runtime/mod.ts";
import { join } from "@std/path";
import { embeddedTokenizer, loadTokenizer } from "../../model/mod.ts";
import { compare, type Comparison } from "./compare.ts";
import type { Reference } from "./reference.ts";
import { settings } from "./settings.ts";

const ids = z.array(z.number().int());
const json = z.strictObject({
  source: z.string().optional(),
  cases: z.array(z.object({ text: z.string(), ids }).catchall(ids)),
});

/** The JSON file of a folder that lists texts with their ids, if there is one. */
export function tokenCases(reference: Reference): [string, unknown] | undefined {
  return Object.entries(reference.others).find(([, value]) =>
    typeof value === "object" && value !== null && "cases" in value
  );
}

/**
 * Token ids of texts, alone and padded (`padded77`) to so many; exact. The vocabulary is that of the
 * folder where it has a vocab.json, the published one otherwise.
 */
export async function checkTokenizer(reference: Reference): Promise<Comparison[]> {
  const [file, value] = tokenCases(reference) as [string, unknown];
  const { cases } = settings(json, value, `${file}.json`);
  const own = await exists(join(reference.folder, "vocab.json"));
  const tokenizer = await (own ? loadTokenizer(reference.folder) : embeddedTokenizer());
  return cases.flatMap(({ text, ids, ...padded }) => {
    const shown = JSON.stringify(text.length > 24 ? `${text.slice(0, 24)}…` : text);
    return [
      exact(`ids of ${shown}`, tokenizer.ids(text), ids),
      ...Object.entries(padded).map(([name, expected]) => {
        const length = /^padded(\d+)$/.exec(name)?.[1];
        if (length === undefined) {
          throw new Error(`${file}.json: "${name}" is not known, expected ids or padded<length>`);
        }
        const found = tokenizer.encode([text], Number(length)).ids;
        return exact(`${name} of ${shown}`, found, expected as number[]);
      }),
    ];
  });
}

/** Ids are the same or not; another number of them is a difference too. */
function exact(name: string, found: ArrayLike<number>, expected: readonly number[]): Comparison {
  if (found.length === expected.length) return compare(name, found, expected, 0);
  const note = `${found.length} ids, the reference has ${expected.length}`;
  return { tensor: name, error: Infinity, tolerance: 0, passed: false, note };
}
