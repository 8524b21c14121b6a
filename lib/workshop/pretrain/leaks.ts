/** That what is pretrained on is new to every set that is fine-tuned on, training parts included. */
import {
  type DataSet,
  looksOf,
  nearDuplicates,
  type ProductRecord,
  sha256,
} from "../../data/mod.ts";
import type { Pictures } from "./pictures.ts";

/**
 * Throws where a record of a pretraining corpus shares its product or its title with a record of any
 * part of a set, or where its picture is a near-duplicate of one (lib/data/near_duplicates.ts).
 *
 * Names are compared without regard to case, across sets of whatever name.
 */
export async function refuseKnownProducts(
  corpus: readonly ProductRecord[],
  sets: readonly Pick<DataSet, "name" | "records">[],
): Promise<void> {
  const known = new Map(
    corpus.flatMap((record) => namesOf(record).map((name) => [name, record] as const)),
  );
  const tuned = sets.flatMap(({ name, records }) => records.map((record) => ({ name, record })));
  for (const { name, record } of tuned) {
    const shared = namesOf(record).find((one) => known.has(one));
    if (shared === undefined) continue;
    throw new Error(
      `${known.get(shared)!.where}: product "${shared}" is pretrained on and is of ${name} ` +
        `(${record.where}, ${record.split}), expected in one of them; leave it out of the corpus`,
    );
  }
  const looks = await looksOf([...corpus, ...tuned.map(({ record }) => record)]);
  for (const [a, b] of nearDuplicates(looks)) {
    const one = corpus[a], other = tuned[b - corpus.length];
    if (one === undefined || other === undefined) continue;
    throw new Error(
      `${one.where} (${one.id}) is pretrained on and looks like ${other.record.where} ` +
        `(${other.record.id}) of ${other.name}; leave it out of the corpus`,
    );
  }
}

/** What a record's thing is called; sets differ in what they make of a title. */
function namesOf({ product, attributes: { title } }: ProductRecord): string[] {
  return [product, ...(typeof title === "string" && title !== "" ? [title] : [])]
    .map((name) => name.toLowerCase());
}

/** Throws where a source holds a picture of a set that is fine-tuned on, byte for byte. */
export function refuseKnownPictures(
  sources: Readonly<Record<string, Pictures>>,
  tuned: Readonly<Record<string, Pictures>>,
): void {
  const known = new Map<string, string>();
  for (const [name, pictures] of Object.entries(tuned)) {
    for (const [i, hash] of hashes(pictures).entries()) known.set(hash, `picture ${i} of ${name}`);
  }
  for (const [name, pictures] of Object.entries(sources)) {
    for (const [i, hash] of hashes(pictures).entries()) {
      const found = known.get(hash);
      if (found === undefined) continue;
      throw new Error(
        `picture ${i} of ${name} is pretrained on and is ${found}; leave it out of the corpus`,
      );
    }
  }
}

function hashes({ count, size, bytes }: Pictures): string[] {
  const length = size * size * 3;
  return Array.from(
    { length: count },
    (_, i) => sha256(bytes.subarray(i * length, (i + 1) * length)),
  );
}
