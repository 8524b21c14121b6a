/** That nothing of a validation or test split is trained on. */
import {
  type DataSet,
  looksOf,
  nearDuplicates,
  type ProductRecord,
  sha256,
} from "../../data/mod.ts";
import type { Pictures } from "./pictures.ts";

/**
 * Throws where a training record shares its product with a validation or test record of a set of the
 * same name, or where its picture is a near-duplicate of one of any set (lib/data/near_duplicates.ts).
 */
export async function refuseLeakedProducts(
  name: string,
  training: readonly ProductRecord[],
  sets: readonly Pick<DataSet, "name" | "records">[],
): Promise<void> {
  const products = new Set(training.map(({ product }) => product));
  const kept = sets.flatMap((set) =>
    set.records.filter(({ split }) => split !== "train").map((record) => ({ set, record }))
  );
  for (const { set, record } of kept) {
    if (set.name !== name || !products.has(record.product)) continue;
    throw new Error(
      `${record.where}: product "${record.product}" is of the ${record.split} split and in the ` +
        "pretraining corpus, expected in one of them; train on the training split alone",
    );
  }
  const records = [...training, ...kept.map(({ record }) => record)];
  for (const [a, b] of nearDuplicates(await looksOf(records))) {
    if (a >= training.length || b < training.length) continue;
    const one = records[a] as ProductRecord, other = records[b] as ProductRecord;
    throw new Error(
      `${one.where} (${one.id}) is trained on and looks like ${other.where} (${other.id}) of the ` +
        `${other.split} split; leave it out of the pretraining corpus`,
    );
  }
}

/** Throws where a source of training pictures holds a held-out picture, byte for byte. */
export function refuseLeakedPictures(
  sources: Readonly<Record<string, Pictures>>,
  heldOut: Readonly<Record<string, Pictures>>,
): void {
  const known = new Map<string, string>();
  for (const [name, pictures] of Object.entries(heldOut)) {
    for (const [i, hash] of hashes(pictures).entries()) known.set(hash, `picture ${i} of ${name}`);
  }
  for (const [name, pictures] of Object.entries(sources)) {
    for (const [i, hash] of hashes(pictures).entries()) {
      const found = known.get(hash);
      if (found === undefined) continue;
      throw new Error(
        `picture ${i} of ${name} is trained on and is held-out ${found}; leave it out of training`,
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
