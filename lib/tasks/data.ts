/** `deno task data`: finds, fetches, checks and shows data sets. */
import { join, relative, resolve } from "@std/path";
import {
  ASKED,
  availableDataSets,
  countByKind,
  type DataSet,
  dataStats,
  downloadsFolder,
  DRAWN_SETS,
  findDataSet,
  type Licence,
  type Problem,
  projectFolder,
  sha256,
  type Source,
  sourceOf,
  SOURCES,
} from "../data/mod.ts";
import { dataStatsTable, toMarkdown, toText } from "../report/mod.ts";
import { exists, progress, writeAtomic, writeJson } from "../runtime/mod.ts";
import { contactSheet } from "../study/mod.ts";
import { dataCommand } from "./data_options.ts";
import { checkSet } from "./parts.ts";
import { tellError } from "./told.ts";

const shown = (path: string) => relative(Deno.cwd(), path) || ".";

/** Bytes as people say them. */
const size = (bytes: number) =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;

async function list(): Promise<void> {
  console.log("Here:");
  for (const { name, folder, where, format } of await availableDataSets()) {
    console.log(`  ${name.padEnd(26)}${where}, ${format}: ${shown(folder)}`);
  }
  for (const [name, { pictures }] of Object.entries(DRAWN_SETS)) {
    console.log(
      `  ${name.padEnd(26)}drawn when asked for; ${pictures} pictures, "${name}:5000" more`,
    );
  }
  console.log('\nTo be fetched with "deno task data get NAME":');
  for (const { name, sets, title, bytes, licence } of SOURCES) {
    const also = sets.length > 1 ? ` (${sets.join(", ")})` : "";
    console.log(`  ${name}${also}\n    ${title}; ${size(bytes)}; ${licence.name}`);
  }
  console.log("\nTo be asked for (then read with ./FOLDER, or from the folder of UNIDIFF_DATA):");
  for (const { name, title, licence } of ASKED) console.log(`  ${name}\n    ${title}; ${licence}`);
}

async function get(
  name: string,
  { acceptLicense = false, to = downloadsFolder }: { acceptLicense?: boolean; to?: string },
): Promise<void> {
  const asked = ASKED.find((one) => one.name === name);
  if (asked) {
    console.log(
      `${asked.title}\nis given out by its makers only (${asked.licence}).\nAsk at ${asked.where}.\n` +
        `Then: deno task data check ./FOLDER (layout ${asked.format})`,
    );
    Deno.exit(1);
  }
  const found = sourceOf(name);
  if (!found) {
    const known = [
      ...SOURCES.flatMap((s) => [...new Set([s.name, ...s.sets])]),
      ...ASKED.map((s) => s.name),
    ];
    refuse(`"${name}" cannot be fetched; expected one of ${known.join(", ")}`);
  }
  const { source, only } = found, folder = resolve(to);
  const missing: string[] = [];
  for (const set of only) if (!await exists(join(folder, set))) missing.push(set);
  if (missing.length > 0) {
    await agree(source, folder, acceptLicense);
    console.log(`${source.version}, about ${size(source.bytes)}, into ${shown(folder)}`);
    await source.fetch({ to: folder, only: missing });
  }
  for (const set of only) {
    console.log(
      `${missing.includes(set) ? "fetched" : "there already"}: ${shown(join(folder, set))}`,
    );
  }
  if (folder !== downloadsFolder) {
    console.log(`Set UNIDIFF_DATA=${shown(folder)} to use what lies there by name.`);
  }
}

/** Shows the licence and asks, once for each folder; ends the process where it is not accepted. */
async function agree(source: Source, folder: string, accepted: boolean): Promise<void> {
  const memory = join(folder, ".parts", `${source.name}.licence.json`);
  const { licence } = source;
  if (await acceptedBefore(memory, licence)) return;
  console.log(`${source.title}\nLicence: ${licence.name}\n\n${licence.text}\n`);
  const yes = accepted || (Deno.stdin.isTerminal() && confirm("Do you accept it?"));
  if (!yes) refuse("the licence is not accepted; read it above and add --accept-license");
  await writeJson(memory, licence);
}

async function acceptedBefore(memory: string, licence: Licence): Promise<boolean> {
  try {
    return JSON.stringify(JSON.parse(await Deno.readTextFile(memory))) === JSON.stringify(licence);
  } catch {
    return false;
  }
}

async function check(folder: string, { format }: { format?: string }): Promise<void> {
  const place = /[/\\]/.test(folder.split("#")[0]!) ? folder : `./${folder}`;
  const set = await findDataSet(format === undefined ? place : `${place}#format=${format}`, {
    skipBad: true,
  });
  const { records, skipped } = set, products = new Set(records.map(({ product }) => product));
  console.log(
    `${
      shown(set.folder)
    }: ${set.format}, ${records.length} pictures of ${products.size} products ` +
      `with captions, splits ${set.splits === "made" ? "made by product" : "as given"}, ` +
      `licence ${set.licence}\nfingerprint ${set.fingerprint}`,
  );
  if (set.columns) {
    console.log(`columns: ${set.columns} (#image=, #caption=, #product=, #split= choose)`);
  }
  const bad = skipped.filter(({ mild }) => !mild);
  // What a study refuses: all splits that it reads must be there.
  const unfit = faultOf(() => checkSet(set, ["train", "test"]));
  if (unfit !== undefined) console.log(unfit);
  if (skipped.length === 0) {
    if (unfit === undefined) return console.log("every row and picture can be used");
    Deno.exit(1);
  }
  if (bad.length === 0) console.log("every row can be used; not taken besides:");
  else {console.log(
      `${bad.length} rows cannot be used${skipped.length > bad.length ? ", and besides" : ""}:`,
    );}
  tell(skipped);
  const lines = skipped.map(({ where, kind, reason }) => `${where}\t${kind}\t${reason}\n`);
  // Two folders may have one name.
  const name = `${set.name}-${sha256(set.folder).slice(0, 6)}-left-out.tsv`;
  const path = join(projectFolder, "results", "data", name);
  await writeAtomic(path, lines.join(""));
  console.log(`all of them: ${shown(path)}`);
  if (bad.length > 0 || unfit !== undefined) Deno.exit(1);
}

/** The message of what a check throws. */
function faultOf(check: () => void): string | undefined {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
}

/** Counts of what cannot be used, with an example of each kind. */
function tell(skipped: readonly Problem[]): void {
  for (const { kind, count } of countByKind(skipped)) {
    const { where, reason } = skipped.find((one) => one.kind === kind)!;
    console.log(`  ${String(count).padStart(6)} × ${kind}, e.g. ${where}: ${reason}`);
  }
}

async function sets(names: readonly string[], skipBad = false): Promise<DataSet[]> {
  const found: DataSet[] = [];
  for (const name of names) found.push(await findDataSet(name, { skipBad }));
  return found;
}

async function stats(
  names: readonly string[],
  { output, skipBad }: { output: string; skipBad?: boolean },
): Promise<void> {
  const all = [];
  for (const set of await sets(names, skipBad)) {
    const line = progress(set.records.length, `reading ${set.name}`, { unit: "pictures" });
    all.push(await dataStats(set, (done) => line.step(done)));
    await line.done();
    if (set.skipped.length > 0) tell(set.skipped);
  }
  const table = dataStatsTable(all), folder = resolve(output);
  await writeAtomic(join(folder, "stats.md"), toMarkdown(table));
  await writeJson(join(folder, "stats.json"), all);
  console.log(`\n${toText(table)}\nwritten to ${shown(join(folder, "stats.md"))} and stats.json`);
  for (const { name, leaks, leakingPairs } of all) {
    if (leaks.products + leaks.pictures === 0) continue;
    const pairs = leakingPairs.map(([a, b]) => `  ${a}  ${b}`).join("\n");
    console.log(`${name}: the test part is leaked\n${pairs}`);
  }
}

async function preview(
  names: readonly string[],
  { output, skipBad, ...options }: {
    output: string;
    skipBad?: boolean;
    count: number;
    columns: number;
    size: number;
    seed: number;
  },
): Promise<void> {
  for (const set of await sets(names, skipBad)) {
    const path = join(resolve(output), `${set.name}.png`);
    await writeAtomic(path, await contactSheet(set, { ...options, from: "all" }));
    console.log(shown(path));
  }
}

const command = dataCommand({ list, get, check, stats, preview });

function refuse(message: string): never {
  return command.error(`error: ${message}`, { exitCode: 2 });
}

await command.parseAsync([...Deno.args], { from: "user" }).catch(tellError);
