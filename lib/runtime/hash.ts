/** Hashes of whole files, read in pieces. */
import { createHash } from "node:crypto";

/** Kinds of hashes: SHA-256, or the SHA-1 under which git knows a file. */
export type HashKind = "sha256" | "git-sha1";

/** Hexadecimal hash of a file, whatever its size. */
export async function hashFile(path: string, kind: HashKind = "sha256"): Promise<string> {
  using file = await Deno.open(path);
  const hash = createHash(kind === "sha256" ? "sha256" : "sha1");
  if (kind === "git-sha1") hash.update(`blob ${(await file.stat()).size}\0`);
  const buffer = new Uint8Array(1 << 20);
  for (let n = await file.read(buffer); n !== null; n = await file.read(buffer)) {
    hash.update(buffer.subarray(0, n));
  }
  return hash.digest("hex");
}
