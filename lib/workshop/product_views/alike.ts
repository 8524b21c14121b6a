/** That no picture of one part of a set looks like one of another. */
import { looksOf, nearDuplicates, type ProductRecord, SPLITS } from "../../data/mod.ts";

/**
 * The ids of records that look like a record of another split (lib/data/near_duplicates.ts): of such a
 * pair the one that is trained on, or else validated on.
 */
export async function leaking(records: readonly ProductRecord[]): Promise<Set<string>> {
  const found = new Set<string>();
  for (const [i, j] of nearDuplicates(await looksOf(records))) {
    const [first, second] = [records[i]!, records[j]!]
      .sort((a, b) => SPLITS.indexOf(a.split) - SPLITS.indexOf(b.split));
    if (first!.split !== second!.split) found.add(first!.id);
  }
  return found;
}
