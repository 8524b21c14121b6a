/** Fetching a file of a URL: checked, resumed after whatever cuts it off, whole or absent. */
import { dirname } from "@std/path";
import { exists, writeAtomic } from "./files.ts";
import { hashFile, type HashKind } from "./hash.ts";
import { DownloadError, request, type RequestOptions } from "./request.ts";

export { DownloadError } from "./request.ts";

/** What is known of a file, and how to fetch it. */
export interface DownloadOptions extends RequestOptions {
  /** Bytes that the file must have. */
  readonly size?: number | undefined;
  /** Hexadecimal SHA-256 that the file must have. */
  readonly sha256?: string | undefined;
  /** Hexadecimal SHA-1 under which git must know the file. */
  readonly gitSha1?: string | undefined;
  /** Told the bytes on disk and, where it is known, the bytes in all. */
  readonly onProgress?: (done: number, total?: number) => void;
  /** Attempts in a row that bring next to nothing before it is given up; 6 unless given. */
  readonly attempts?: number;
}

/** What {@link download} did. */
export interface Downloaded {
  /** Bytes that came over the line; 0 where the file was there. */
  readonly fetched: number;
  /** Bytes of an earlier, cut off call that were kept. */
  readonly kept: number;
}

/** An attempt that brings fewer bytes than this counts as a failed one. */
const PROGRESS = 1 << 20;

/**
 * Fetches `url` into `path`.
 *
 * The file appears under its name only when it is whole and its size and hash are right; until then
 * `path.part` holds what came, and a later call goes on from there (by a range request, guarded by
 * the hash or by the server's ETag). A file that is there already is not fetched again; its size is
 * checked. Dropped connections, silence, 408, 425, 429 (after its Retry-After) and 5xx are tried again
 * with growing pauses. Throws a {@link DownloadError} that names URL, found, expected and the way out;
 * headers appear in no message and are not sent on to another host.
 */
export async function download(
  url: string,
  path: string,
  options: DownloadOptions = {},
): Promise<Downloaded> {
  const { size } = options;
  if (await exists(path)) return present(path, size, options);
  await Deno.mkdir(dirname(path), { recursive: true });
  const part = `${path}.part`;
  using file = await Deno.open(part, { read: true, write: true, create: true });
  await file.lock(true); // another process may fetch the same file: wait for it
  if (await exists(path)) return present(path, size, options);
  const kept = await keptBytes(file, part, options);
  let fetched = 0;
  for (let round = 0;; round++) {
    fetched += await fill(url, file, part, options);
    const wrong = await wrongWith(part, url, options);
    if (wrong === undefined) break;
    await file.truncate(0);
    // What an earlier call left may have been bad: once more, from the start.
    if (round === 1 || kept === 0) {
      await Deno.remove(part);
      throw wrong;
    }
  }
  await file.sync();
  await Deno.rename(part, path);
  await Deno.remove(`${part}.etag`).catch(() => {});
  return { fetched, kept };
}

async function present(
  path: string,
  size: number | undefined,
  { onProgress }: DownloadOptions,
): Promise<Downloaded> {
  const found = (await Deno.stat(path)).size;
  if (size !== undefined && found !== size) {
    throw new DownloadError(
      `${path} is there with ${found} bytes, expected ${size}; nothing is overwritten: delete it`,
    );
  }
  onProgress?.(found, found);
  return { fetched: 0, kept: 0 };
}

/** How much of an earlier call can be kept: all of it where it can be checked, else nothing. */
async function keptBytes(
  file: Deno.FsFile,
  part: string,
  { size, sha256, gitSha1 }: DownloadOptions,
): Promise<number> {
  const found = (await file.stat()).size;
  const checked = sha256 !== undefined || gitSha1 !== undefined || await exists(`${part}.etag`);
  if (found > 0 && checked && found <= (size ?? Infinity)) return found;
  await file.truncate(0);
  await Deno.remove(`${part}.etag`).catch(() => {});
  return 0;
}

/** Brings the file to its full length, in as many attempts as that takes; → bytes fetched. */
async function fill(
  url: string,
  file: Deno.FsFile,
  part: string,
  options: DownloadOptions,
): Promise<number> {
  const { attempts = 6, wait = pause } = options;
  let fetched = 0, failures = 0;
  while (true) {
    const before = fetched;
    try {
      for await (const bytes of attempt(url, file, part, options)) fetched += bytes;
      return fetched;
    } catch (error) {
      if (!(error instanceof DownloadError) || !error.again) throw error;
      failures = fetched - before >= PROGRESS ? 1 : failures + 1;
      if (failures >= attempts) {
        const { size } = await file.stat();
        throw new DownloadError(
          `${error.message}; given up after ${attempts} attempts. ${size} bytes are kept in ` +
            `${part}, the same command goes on from there`,
        );
      }
      await wait(error.after ?? 1000 * 2 ** (failures - 1));
    }
  }
}

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** One request, from where the file ends; yields the bytes of each piece that is on disk. */
async function* attempt(
  url: string,
  file: Deno.FsFile,
  part: string,
  options: DownloadOptions,
): AsyncGenerator<number> {
  let at = (await file.stat()).size;
  const { size, onProgress } = options;
  if (at > 0 && at === size) return;
  const etag = at > 0 ? await Deno.readTextFile(`${part}.etag`).catch(() => "") : "";
  const headers: Record<string, string> = at > 0
    ? { range: `bytes=${at}-`, ...(etag ? { "if-range": etag } : {}) }
    : {};
  const { response, pieces, cancel } = await request(url, {
    ...options,
    headers: { ...options.headers, ...headers },
  }, at);
  const contentRange = response.headers.get("content-range") ?? "";
  if (response.status === 416) {
    await cancel();
    if (contentRange === `bytes */${at}`) return; // the part is whole
    await file.truncate(0); // the part is longer than the file: it belongs to another one
    throw new DownloadError(`${url}: the server has no byte ${at}`, { again: true });
  }
  const range = /^bytes (\d+)-\d*\/(\d+|\*)$/.exec(contentRange);
  if (response.status !== 206 || Number(range?.[1]) !== at) {
    if (response.status === 206) {
      await cancel();
      throw new DownloadError(
        `${url}: asked for bytes from ${at}, got "${contentRange}"; delete ${part}`,
      );
    }
    await file.truncate(at = 0); // the server does not know ranges, or the file has changed
  }
  const length = Number(response.headers.get("content-length") ?? NaN);
  const stated = range?.[2] && range[2] !== "*" ? Number(range[2]) : at + length;
  const total = size ?? (Number.isFinite(stated) ? stated : undefined);
  if (size !== undefined && Number.isFinite(stated) && stated !== size) {
    await cancel();
    await file.truncate(0);
    throw new DownloadError(`${url}: the file has ${stated} bytes, expected ${size}; ${changed}`);
  }
  const validator = response.headers.get("etag");
  if (validator && !validator.startsWith("W/")) await writeAtomic(`${part}.etag`, validator);
  onProgress?.(at, total);
  await file.seek(at, Deno.SeekMode.Start);
  for await (const piece of pieces) {
    if (size !== undefined && at + piece.length > size) {
      await file.truncate(0);
      throw new DownloadError(`${url}: more than ${size} bytes, expected ${size}; ${changed}`);
    }
    for (let done = 0; done < piece.length;) done += await file.write(piece.subarray(done));
    at += piece.length;
    onProgress?.(at, total);
    yield piece.length;
  }
  if (total !== undefined && at < total) {
    throw new DownloadError(`${url}: ended after ${at} bytes, expected ${total}`, { again: true });
  }
}

const changed =
  "the file there is another one than was expected, or the line changes what it carries";

/** What is wrong with a file that has come to its end, if anything is. */
async function wrongWith(
  part: string,
  url: string,
  { size, sha256, gitSha1 }: DownloadOptions,
): Promise<DownloadError | undefined> {
  const found = (await Deno.stat(part)).size;
  if (size !== undefined && found !== size) {
    return new DownloadError(`${url}: ${found} bytes, expected ${size}; ${changed}`);
  }
  const hashes: [HashKind, string | undefined][] = [["sha256", sha256], ["git-sha1", gitSha1]];
  for (const [kind, expected] of hashes) {
    if (expected === undefined) continue;
    const hash = await hashFile(part, kind);
    if (hash === expected.toLowerCase()) continue;
    return new DownloadError(
      `${url}: ${kind} ${hash}, expected ${expected}; ${changed}. Try again`,
    );
  }
  return undefined;
}
