/** Compressed archives as plain ones: no member of a .tar.gz can be read without all before it. */
import { basename, join } from "@std/path";
import { exists } from "../../runtime/mod.ts";
import { sha256 } from "../fingerprint.ts";
import { cacheFolder } from "../folders.ts";

/**
 * Pictures grow little when they are unpacked, and texts some ten times: an archive that grows beyond this
 * many times its size, and so many bytes, is made to fill disks.
 */
const MOST_TIMES = 50, MOST_LEEWAY = 2 ** 26;

/** What a gzip of `size` bytes holds; an error in the stream where that grows beyond all measure. */
export function gunzipped(
  packed: ReadableStream<Uint8Array<ArrayBuffer>>,
  size: number,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const most = MOST_TIMES * size + MOST_LEEWAY;
  let bytes = 0;
  return packed.pipeThrough(new DecompressionStream("gzip")).pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, controller) {
        bytes += piece.length;
        if (bytes > most) {
          throw new Error(
            `it grows beyond ${most} bytes, from ${size}; unpack it by hand if you trust it`,
          );
        }
        controller.enqueue(piece);
      },
    }),
  );
}

/**
 * The plain archive of a `.tar.gz`, unpacked into the cache once for each size and date of the file.
 *
 * Throws with the archive's name where it is no gzip, ends too early, or grows beyond all measure; nothing
 * is left of it then.
 */
export async function unpacked(
  path: string,
  folder = cacheFolder("unpacked"),
): Promise<string> {
  const { size, mtime } = await Deno.stat(path);
  const key = sha256(JSON.stringify([path, size, mtime?.getTime()])).slice(0, 16);
  const plain = join(folder, `${key}-${basename(path).replace(/\.(tar\.gz|tgz)$/, "")}.tar`);
  if (await exists(plain)) return plain;
  await Deno.mkdir(folder, { recursive: true });
  const partial = await Deno.makeTempFile({ dir: folder, prefix: ".unpacking-" });
  try {
    using from = await Deno.open(path), to = await Deno.open(partial, { write: true });
    await gunzipped(from.readable, size).pipeTo(to.writable);
    await Deno.rename(partial, plain);
    return plain;
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw new Error(`${path}: cannot be unpacked: ${(error as Error).message}`, { cause: error });
  }
}
