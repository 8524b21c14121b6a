/** Content hashes: sets with the same fingerprint give the same training and evaluation. */
import { createHash } from "node:crypto";
import { inStoredOrder } from "./picture.ts";
import { mapLimited } from "./pool.ts";
import type { ProductRecord } from "./record.ts";

/** Hexadecimal SHA-256 of bytes or text. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Hexadecimal SHA-256 of each picture's bytes, or of its key. Throws, with file and line, on a missing one. */
async function pictureHashes(
  records: readonly ProductRecord[],
): Promise<Map<ProductRecord, string>> {
  const stored = inStoredOrder(records);
  const hashes = await mapLimited(stored, 8, async ({ image, where }) => {
    if (image.key !== undefined) return sha256(image.key);
    try {
      return sha256(await image.bytes());
    } catch (error) {
      throw new Error(`${where}: the picture ${image.name} cannot be read`, { cause: error });
    }
  });
  return new Map(stored.map((record, i) => [record, hashes[i] as string]));
}

/**
 * The fingerprint of records: SHA-256 over the sorted hashes of each one's id, picture bytes,
 * captions, product, split and view, which is all that a run depends on.
 *
 * The order of records does not matter; titles, descriptions and the folder's place do not either.
 */
export async function fingerprint(records: readonly ProductRecord[]): Promise<string> {
  const pictures = await pictureHashes(records);
  const each = records.map((record) => {
    const { id, captions, product, split, attributes } = record;
    const picture = pictures.get(record);
    return sha256(JSON.stringify([id, picture, captions, product, split, attributes.view ?? ""]));
  });
  return sha256(each.sort().join("\n"));
}
