/** Loads a folder of pictures beside a metadata.jsonl, checked; see metadata.ts for the lines. */
import { basename, join, resolve } from "@std/path";
import { exists, writeAtomic } from "../runtime/files.ts";
import { fingerprint } from "./fingerprint.ts";
import { cacheFolder, isFile } from "./folders.ts";
import { METADATA, parseMetadata } from "./metadata.ts";
import { pictureFault } from "./picture.ts";
import { mapLimited } from "./pool.ts";
import type { DataSet, Kind, Origin, Problem, ProductRecord } from "./record.ts";

/** Options of {@link loadImageFolder}. */
export interface ImageFolderOptions {
  /** The name of the set; the folder's own unless given. */
  name?: string;
  kind?: Kind;
  /** For sets whose lines have no `license`. */
  licence?: string;
  origin?: Origin;
  /** Leaves bad lines and pictures out and lists them in `skipped`, rather than throwing. */
  skipBad?: boolean;
  /** Where it is remembered that a set's pictures have been checked. */
  cache?: string;
}

/**
 * Loads a folder, after a check of every line and, once per content, of every picture.
 *
 * Throws one error that lists what is wrong by file and line (bad JSON, a missing or empty field, an
 * unknown split, a path outside the folder, a picture that is missing, named twice or cannot be
 * decoded, a product in two splits), or that nothing is left.
 */
export async function loadImageFolder(
  folder: string,
  options: ImageFolderOptions = {},
): Promise<DataSet> {
  const { name = basename(resolve(folder)), kind = "pictures", origin = "path" } = options;
  const { skipBad = false, cache = cacheFolder("checked") } = options;
  const root = resolve(folder), metadata = join(root, METADATA);
  const { records: named, problems } = parseMetadata(root, await readMetadata(metadata));
  named.sort((a, b) => a.id < b.id ? -1 : 1);
  const present = await keepSound(
    named,
    problems,
    async ({ image }) =>
      await isFile(image.name)
        ? undefined
        : `expected the picture ${image.name}, found no such file`,
  );
  const { records, hash } = await decodable(present, problems, cache);

  problems.sort((a, b) => lineOf(a) - lineOf(b));
  if (problems.length > 0 && !skipBad) throw new Error(complaint(name, problems));
  if (records.length === 0) {
    throw new Error(
      `${metadata}: expected at least one good line, found none` +
        (problems.length > 0 ? ` and ${problems.length} bad, first ${told(problems[0]!)}` : "") +
        ". The layout is described in data/README.md.",
    );
  }
  return {
    name,
    kind,
    licence: licences(records) ?? options.licence ?? "not stated",
    origin,
    folder: root,
    records,
    fingerprint: hash,
    skipped: problems,
  };
}

/** The records whose pictures can be decoded, with their fingerprint; looked up where known. */
async function decodable(
  present: ProductRecord[],
  problems: Problem[],
  cache: string,
): Promise<{ records: ProductRecord[]; hash: string }> {
  const hash = await fingerprint(present);
  if (await exists(join(cache, hash))) return { records: present, hash };
  const records = await keepSound(present, problems, async ({ image }) => {
    const fault = await pictureFault(image);
    return fault && `the picture ${image.name} cannot be decoded: ${fault}`;
  });
  const sound = records.length === present.length ? hash : await fingerprint(records);
  await writeAtomic(join(cache, sound), "");
  return { records, hash: sound };
}

/** The records without a fault; the faults of the others are added to `problems`. */
async function keepSound(
  records: readonly ProductRecord[],
  problems: Problem[],
  faultOf: (record: ProductRecord) => Promise<string | undefined>,
): Promise<ProductRecord[]> {
  const faults = await mapLimited(records, 4, faultOf);
  return records.filter(({ where }, i) => {
    const reason = faults[i];
    if (reason !== undefined) problems.push({ where, reason });
    return reason === undefined;
  });
}

async function readMetadata(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `${path}: no such file; a data set is a folder with ${METADATA} and the pictures it names`,
      { cause: error },
    );
  }
}

const SHOWN = 10;

function complaint(name: string, problems: readonly Problem[]): string {
  const more = problems.length > SHOWN ? [`… and ${problems.length - SHOWN} more`] : [];
  return [
    `Data set "${name}": ${problems.length} bad ${problems.length === 1 ? "line" : "lines"}.`,
    ...problems.slice(0, SHOWN).map(told),
    ...more,
    "Mend or remove them, or leave them out with --skip-bad (skipBad: true).",
  ].join("\n");
}

const told = ({ where, reason }: Problem) => `${where}: ${reason}`;
const lineOf = ({ where }: Problem) => Number(where.slice(where.lastIndexOf(":") + 1));

/** The licences that every line states, or undefined where one states none. */
function licences(records: readonly ProductRecord[]): string | undefined {
  const all = records.map(({ attributes }) => attributes.license);
  if (all.some((licence) => typeof licence !== "string" || licence === "")) return undefined;
  return [...new Set(all)].sort().join(", ");
}
