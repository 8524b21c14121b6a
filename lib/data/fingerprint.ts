/** Content hashes: sets with the same fingerprint give the same training and evaluation. */
import { createHash } from "node:crypto";
import { mapLimited } from "./pool.ts";
import type { ProductRecord } from "./record.ts";

/** Hexadecimal SHA-256 of bytes or text. */
export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Hexadecimal SHA-256 of the picture files, in order. Throws, with file and line, on a missing one. */
export function pictureHashes(records: readonly ProductRecord[]): Promise<string[]> {
  return mapLimited(records, 8, async ({ image, where }) => {
    try {
      return sha256(await Deno.readFile(image));
    } catch (error) {
      throw new Error(`${where}: the picture ${image} cannot be read`, { cause: error });
    }
  });
}

/**
 * The fingerprint of records: SHA-256 over the sorted hashes of each one's id, picture bytes,
 * captions, product, split and view, which is all that a run depends on.
 *
 * The order of records does not matter; titles, descriptions and the folder's place do not either.
 */
export async function fingerprint(records: readonly ProductRecord[]): Promise<string> {
  const pictures = await pictureHashes(records);
  const each = records.map(({ id, captions, product, split, attributes }, i) =>
    sha256(JSON.stringify([id, pictures[i], captions, product, split, attributes.view ?? ""]))
  );
  return sha256(each.sort().join("\n"));
}
