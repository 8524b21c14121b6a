/** Putting the runs of a study into archives; packed.ts says what lies in them and reads them. */
import { join } from "@std/path";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import tar from "tar-stream";
import { exists, writeAtomic } from "../runtime/mod.ts";
import { archiveName, namesIn } from "./packed.ts";
import type { RunRecord } from "./record.ts";

/** Files of a run that are packed, besides what `evaluations/` holds. */
const KEPT =
  /^(config|evaluation|queries|cost|samples|neighbours|embedding)\.json$|^metrics\.jsonl$/;

/**
 * Writes the archives of finished runs into `runs` and returns their paths; equal runs give equal bytes.
 *
 * Throws where an archive is there already: finished work is not overwritten.
 */
export async function packRuns(records: readonly RunRecord[], runs: string): Promise<string[]> {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records) {
    const key = archiveName(record.config);
    groups.set(key, [...groups.get(key) ?? [], record]);
  }
  const written: string[] = [];
  for (const [key, group] of groups) {
    const path = join(runs, key);
    if (await exists(path)) throw new Error(`${path}: is there already; move it away to pack anew`);
    await writeAtomic(path, await archiveOf(group));
    written.push(path);
  }
  return written;
}

async function archiveOf(group: readonly RunRecord[]): Promise<Uint8Array> {
  const pack = tar.pack(), first = Math.min(...group.map(({ config }) => config.seed));
  const header = { mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 };
  for (const { folder, name, config } of [...group].sort((a, b) => a.name < b.name ? -1 : 1)) {
    for (const file of await filesOf(folder, config.seed === first)) {
      const bytes = await Deno.readFile(join(folder, file));
      const webp = file.endsWith(".png");
      const kept = webp ? await sharp(bytes).webp({ lossless: true, effort: 6 }).toBuffer() : bytes;
      const to = webp ? file.replace(/png$/, "webp") : file;
      pack.entry({ ...header, name: `${name}/${to}` }, Buffer.from(kept));
    }
  }
  pack.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of pack) parts.push(part as Uint8Array);
  const zipped = new Blob(parts as BlobPart[]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(zipped).arrayBuffer());
}

/** What is kept of a run, as paths in its folder. */
async function filesOf(folder: string, drawings: boolean): Promise<string[]> {
  const names = (await namesIn(folder)).filter((name) =>
    KEPT.test(name) && (drawings || name !== "samples.json") || drawings && name === "samples.png"
  );
  const later = join(folder, "evaluations");
  if (!await exists(later)) return names;
  const measures: string[] = [];
  for (const hash of await namesIn(later)) {
    for (const name of await namesIn(join(later, hash))) {
      measures.push(`evaluations/${hash}/${name}`);
    }
  }
  return [...names, ...measures];
}
