/** `deno task report`: what is shown of a study, made anew from its runs; and traces of its figures. */
import { basename, join, relative } from "@std/path";
import {
  packRuns,
  readStudy,
  reportedRuns,
  studyTables,
  toJson,
  traceCell,
  traceTable,
  traceText,
  unpackRuns,
} from "../report/mod.ts";
import { exists } from "../runtime/mod.ts";
import { studyFolder, updateReport } from "../study/mod.ts";
import { refusing } from "./arguments.ts";
import { parseReport } from "./report_options.ts";
import { folderOf } from "./study_argument.ts";
import { tellError } from "./told.ts";

const { command, given } = parseReport(Deno.args);
const folder = await folderOf(given.study).catch(tellError);
const shown = (path: string) => relative(Deno.cwd(), path) || ".";
if (given.pack !== undefined) await pack(given.pack);
else if (given.unpack !== undefined) await unpack(given.unpack);
else if (given.trace === undefined) await rebuild();
else await trace(given.trace);
// Plotly's stand-in for a browser keeps timers.
Deno.exit(0);

/** Writes the study's finished runs as archives. */
async function pack(to: string): Promise<void> {
  const paths = await packRuns(await readStudy(folder).catch(tellError), to).catch(tellError);
  for (const path of paths) console.log(shown(path));
}

/** Puts the study's packed runs into the folder of a study that is to go on from them. */
async function unpack(to: string): Promise<void> {
  const names = await unpackRuns(join(folder, "runs"), join(studyFolder(to), "runs"))
    .catch(tellError);
  console.log(`${names.length} runs put into ${shown(studyFolder(to))}`);
}

/** Writes everything of the study's finished runs, and says what. */
async function rebuild(): Promise<void> {
  const { paths, upToDate, reproduced, records } = await readStudy(folder, { skipped: [] })
    .then(async (records) => ({ records, ...await updateReport(folder, records) }))
    .catch(tellError);
  const state = upToDate ? " (they were up to date)" : "";
  console.log(`${records.length} finished runs; written to ${shown(folder)}${state}:`);
  if (reproduced !== undefined) console.log(reproduced);
  for (const path of paths) console.log(`  ${shown(path)}`);
}

/** Prints the sources of a table's figures, or the tables that there are. */
async function trace(wanted: string): Promise<void> {
  const tables = studyTables(await reportedRuns(folder).catch(tellError));
  if (wanted === "list") {
    const lines = tables.map(({ name, table }, i) => ({ number: i + 1, name, title: table.title }));
    if (given.json) console.log(JSON.stringify(lines, null, 2));
    else for (const { number, name, title } of lines) console.log(`${number}  ${name}  ${title}`);
    return;
  }
  const name = basename(wanted).replace(/\.(md|csv|tex|json)$/, "");
  const found = tables.find((one, i) => one.name === name || String(i + 1) === name);
  if (found === undefined) {
    command.error(
      `error: table "${wanted}" is not there, expected a number or one of ${
        tables.map(({ name }) => name).join(", ")
      }`,
      { exitCode: 2 },
    );
  }
  const { table } = found!, { cell } = given;
  const figures = await refusing(
    command,
    () =>
      Promise.resolve().then(() => cell === undefined ? traceTable(table) : traceCell(table, cell)),
  );
  const file = join(folder, "tables", `${found!.name}.json`);
  const agrees = await exists(file) && await Deno.readTextFile(file) === toJson(table);
  if (given.json) {
    const { title } = table;
    console.log(
      JSON.stringify({ study: shown(folder), table: found!.name, title, agrees, figures }, null, 2),
    );
    return;
  }
  console.log(traceText(table, figures));
  console.log(
    agrees
      ? `${shown(file)} holds the same figures`
      : `${shown(file)} is missing or older than these figures; deno task report ${given.study} ` +
        "writes it anew",
  );
}
