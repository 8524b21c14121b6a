/** Loads a folder of pictures in any of the layouts of formats/, checked. */
import { basename, join, resolve } from "@std/path";
import { exists, Misnamed, stream, writeAtomic } from "../runtime/mod.ts";
import { assemble } from "./assemble.ts";
import { fingerprint } from "./fingerprint.ts";
import { cacheFolder, isFile, isFolder } from "./folders.ts";
import { type Columns, type Format, genderOf, listFolder, problem } from "./formats/format.ts";
import { formatOf } from "./formats/mod.ts";
import { inStoredOrder, pictureFault } from "./picture.ts";
import { mapLimited } from "./pool.ts";
import type { DataSet, Kind, Origin, Problem, ProductRecord } from "./record.ts";

/** Options of {@link loadFolder}. */
export interface LoadOptions {
  /** The name of the set; the folder's own unless given. */
  readonly name?: string | undefined;
  readonly kind?: Kind | undefined;
  /** For sets whose rows have no `license`. */
  readonly licence?: string | undefined;
  readonly origin?: Origin | undefined;
  /** Leaves bad rows and pictures out and lists them in `skipped`, rather than throwing. */
  readonly skipBad?: boolean | undefined;
  /** Where it is remembered that a set's pictures have been checked. */
  readonly cache?: string | undefined;
  /** The name of the layout; found out from what the folder holds unless given. */
  readonly format?: string | undefined;
  readonly columns?: Columns | undefined;
  /** Only the pictures whose `gender` is men or women. */
  readonly part?: "fashion-man" | "fashion-woman" | undefined;
  /** Seed of splits, where the set has none. */
  readonly splitSeed?: number | undefined;
  /** Only so many pictures: whole products, the same ones every time, until there are as many. */
  readonly take?: number | undefined;
}

/**
 * Loads a folder, after a check of every row and, once per content, of every picture.
 *
 * In a user's own layouts (`strict`) one error lists what is wrong by file and line, unless
 * `skipBad`; in published sets, which are known for their gaps, such rows are left out and stand in
 * `skipped`. Throws where no layout fits, where the folder is not what it claims to be, and where
 * nothing is left.
 */
export async function loadFolder(folder: string, options: LoadOptions = {}): Promise<DataSet> {
  const { origin = "path", skipBad = false, cache = cacheFolder("checked") } = options;
  const root = resolve(folder), name = options.name ?? nameOf(root, options);
  if (!await isFolder(root)) {
    throw new Misnamed(`${root}: no such folder; expected the folder of a data set`);
  }
  const { files, left } = await listFolder(root), format = formatOf(root, files, options.format);
  const rows = format.read(root, files, options.columns ?? {});
  const assembled = await assemble(rows, options.splitSeed);
  const problems = [...assembled.problems, ...left];
  const named = taken(partOf(assembled.records, options.part, root), options.take)
    .sort((a, b) => a.id < b.id ? -1 : 1);
  const present = await keepSound(
    named,
    problems,
    "no picture",
    async ({ image: { path } }) =>
      path === undefined || await isFile(path)
        ? undefined
        : `expected the picture ${path}, found no such file`,
  );
  const { records, hash } = await decodable(present, problems, cache);

  problems.sort(byPlace);
  const bad = problems.filter(({ mild }) => !mild);
  if (bad.length > 0 && format.strict && !skipBad) throw new Error(complaint(name, bad));
  if (records.length === 0) throw new Error(nothingLeft(root, format, problems));
  if (assembled.unsplit) throw new Error(`${root}: ${assembled.unsplit.message}`);
  return {
    name,
    kind: options.kind ?? format.kind,
    licence: licences(records) ?? options.licence ?? format.licence ?? "not stated",
    origin,
    folder: root,
    format: format.name,
    records,
    fingerprint: hash,
    splits: assembled.splits,
    skipped: problems,
    ...(format.columns
      ? { columns: await format.columns(root, files, options.columns ?? {}) }
      : {}),
  };
}

function nameOf(root: string, { part, take }: LoadOptions): string {
  return [basename(root), part, take].filter((piece) => piece !== undefined).join("-");
}

/** The records of products in an order that depends on their names alone, until there are `count`. */
function taken(records: ProductRecord[], count = Infinity): ProductRecord[] {
  if (records.length <= count) return records;
  const products = [...Map.groupBy(records, ({ product }) => product)]
    .sort(([a], [b]) => a < b ? -1 : 1);
  const kept: ProductRecord[] = [];
  for (const i of stream(0, "take").permutation(products.length)) {
    if (kept.length >= count) break;
    kept.push(...products[i]![1]);
  }
  return kept;
}

/** The records of one gender, where that is asked for. */
function partOf(
  records: ProductRecord[],
  part: LoadOptions["part"],
  root: string,
): ProductRecord[] {
  if (part === undefined || records.length === 0) return records;
  const wanted = part === "fashion-man" ? "men" : "women";
  const kept = records.filter(({ attributes }) => genderOf(attributes.gender) === wanted);
  if (kept.length > 0) return kept;
  const found = [...new Set(records.map(({ attributes }) => String(attributes.gender)))];
  throw new Error(
    `${root}: expected pictures whose "gender" is "${wanted}" for ${part}, found only ` +
      `${found.slice(0, 5).join(", ")}`,
  );
}

/** The records whose pictures can be decoded, with their fingerprint; looked up where known. */
async function decodable(
  present: ProductRecord[],
  problems: Problem[],
  cache: string,
): Promise<{ records: ProductRecord[]; hash: string }> {
  const hash = await fingerprint(present);
  if (await exists(join(cache, hash))) return { records: present, hash };
  const records = await keepSound(present, problems, "broken picture", async ({ image }) => {
    if (image.raw || image.pixels) return undefined; // no file that could be damaged
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
  kind: string,
  faultOf: (record: ProductRecord) => Promise<string | undefined>,
): Promise<ProductRecord[]> {
  const bad = new Set<ProductRecord>();
  await mapLimited(inStoredOrder(records), 4, async (record) => {
    const reason = await faultOf(record);
    if (reason === undefined) return;
    bad.add(record);
    problems.push(problem(record.where, kind, reason));
  });
  return records.filter((record) => !bad.has(record));
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

function nothingLeft(root: string, { name, layout }: Format, problems: readonly Problem[]): string {
  const counts = countByKind(problems).map(({ kind, count }) => `${count} × ${kind}`).join(", ");
  return `${root} (read as ${name}: ${layout}): expected at least one good line, found none` +
    (problems.length > 0
      ? ` and ${problems.length} bad (${counts}), first ${told(problems[0]!)}`
      : "") +
    ". The layouts are described in docs/data.md.";
}

/** How many problems there are of each kind, the most frequent first. */
export function countByKind(problems: readonly Problem[]): { kind: string; count: number }[] {
  return [...Map.groupBy(problems, ({ kind }) => kind)]
    .map(([kind, all]) => ({ kind, count: all.length }))
    .sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

const told = ({ where, reason }: Problem) => `${where}: ${reason}`;

/** By file, then by the number of the line. */
function byPlace(a: Problem, b: Problem): number {
  const [x, y] = [a, b].map(({ where }) => {
    const at = where.lastIndexOf(":");
    return { file: where.slice(0, at), line: Number(where.slice(at + 1)) };
  }) as [{ file: string; line: number }, { file: string; line: number }];
  if (x.file !== y.file) return x.file < y.file ? -1 : 1;
  return (x.line - y.line) || 0; // samples of a tar shard have no numbers
}

/** The licences that every line states, or undefined where one states none. */
function licences(records: readonly ProductRecord[]): string | undefined {
  const all = records.map(({ attributes }) => attributes.license);
  if (all.some((licence) => typeof licence !== "string" || licence === "")) return undefined;
  return [...new Set(all)].sort().join(", ");
}
