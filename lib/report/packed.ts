/**
 * Runs of a study in archives, one for each data set and row: `runs/<set>--<row>.tar.gz` in place of ten
 * files a run. They are unpacked into the cache when the study is read, and read like any others.
 *
 * An archive holds all of a run but its weights; drawings of the first seed alone, for no report shows
 * others, as WebP without loss.
 */
import { basename, dirname, join } from "@std/path";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import tar from "tar-stream";
import { cacheFolder } from "../data/mod.ts";
import { exists, hashFile } from "../runtime/mod.ts";

/** How the name of an archive ends. */
export const ENDING = ".tar.gz";

/** The folders of the runs that lie in the archives of `runs/`, unpacked where they were not yet. */
export async function unpackedRuns(runs: string): Promise<string[]> {
  const folders: string[] = [];
  for (const name of await namesIn(runs)) {
    if (!name.endsWith(ENDING)) continue;
    const folder = await unpacked(join(runs, name));
    for (const run of await namesIn(folder)) folders.push(join(folder, run));
  }
  return folders;
}

/**
 * Puts the runs of the archives in `runs` into the folder `to`, for a study that is to go on from them;
 * returns the names of those that were not there. All of a run appears at once, or nothing.
 */
export async function unpackRuns(runs: string, to: string): Promise<string[]> {
  const names: string[] = [];
  for (const from of await unpackedRuns(runs)) {
    const name = basename(from), target = join(to, name);
    if (await exists(target)) continue;
    await Deno.mkdir(to, { recursive: true });
    const unfinished = await Deno.makeTempDir({ dir: to, prefix: ".unfinished-" });
    await copied(from, unfinished);
    await Deno.rename(unfinished, target);
    names.push(name);
  }
  return names;
}

async function copied(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    const [source, target] = [join(from, name), join(to, name)];
    if (isDirectory) await copied(source, target);
    else await Deno.copyFile(source, target);
  }
}

/** Where archives are unpacked, in the cache. */
const UNPACKED = "unpacked-runs";

/** Whether a run's folder came out of an archive. */
export function isPacked(folder: string): boolean {
  return basename(dirname(dirname(folder))) === UNPACKED;
}

/** The archive of a row's runs on a data set. */
export function archiveName(
  { dataset, row }: { readonly dataset: { readonly name: string }; readonly row: string },
): string {
  return `${dataset.name}--${row}${ENDING}`;
}

/** The folder of an archive's content, which appears under its name when it is complete. */
async function unpacked(archive: string): Promise<string> {
  const folder = join(cacheFolder(UNPACKED), (await hashFile(archive)).slice(0, 24));
  if (await exists(folder)) return folder;
  await Deno.mkdir(dirname(folder), { recursive: true });
  const unfinished = await Deno.makeTempDir({ dir: dirname(folder), prefix: ".unfinished-" });
  try {
    for (const { name, bytes } of await entriesOf(archive)) {
      const path = join(unfinished, name);
      await Deno.mkdir(dirname(path), { recursive: true });
      if (name.endsWith(".webp")) {
        await Deno.writeFile(path.replace(/webp$/, "png"), await sharp(bytes).png().toBuffer());
      } else await Deno.writeFile(path, bytes);
    }
    await Deno.rename(unfinished, folder);
  } catch (error) {
    await Deno.remove(unfinished, { recursive: true });
    if (!await exists(folder)) throw error; // else another process was quicker
  }
  return folder;
}

interface Entry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The files of an archive; throws on one that would not lie in a run's folder. */
async function entriesOf(archive: string): Promise<Entry[]> {
  const stream = new Blob([await Deno.readFile(archive)]).stream()
    .pipeThrough(new DecompressionStream("gzip"));
  const extract = tar.extract(), entries: Entry[] = [];
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  extract.end(Buffer.from(bytes));
  for await (const entry of extract) {
    const { name, type } = entry.header, parts: Uint8Array[] = [];
    for await (const part of entry) parts.push(part as Uint8Array);
    if (
      type !== "file" || !/^[\w.-]+\/([\w-]+\/)*[\w-]+\.[a-z]+$/.test(name) || name.includes("..")
    ) {
      throw new Error(`${archive}: found ${type} "${name}", expected files of run folders alone`);
    }
    entries.push({ name, bytes: Buffer.concat(parts) });
  }
  return entries;
}

/** Names in a folder, sorted. */
export async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) names.push(basename(name));
  return names.sort();
}
