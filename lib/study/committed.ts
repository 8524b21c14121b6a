/** What was found before: the studies that are kept in git. */
import { join } from "@std/path";
import type { Table } from "../report/mod.ts";
import { exists } from "../runtime/mod.ts";
import { referenceFolder } from "./outputs.ts";

/**
 * A table of a study in results/reference/ as its report wrote it; `only` keeps some of its rows.
 *
 * Throws with the tables that there are.
 */
export async function committedTable(
  study: string,
  name: string,
  only: (row: Table["rows"][number]) => boolean = () => true,
): Promise<Table> {
  const folder = join(referenceFolder, study, "tables"), path = join(folder, `${name}.json`);
  if (!await exists(path)) {
    throw new Error(
      `table ${name} of results/reference/${study}: expected one of ${
        (await tablesIn(folder)).join(", ") || "none, for that study is not there"
      }; deno task report results/reference/${study} writes them from its runs`,
    );
  }
  const table: Table = JSON.parse(await Deno.readTextFile(path));
  return { ...table, rows: table.rows.filter(only) };
}

/** Those of some tables of a committed study that there are: a study that is not finished lacks some. */
export async function committedTables(study: string, names: readonly string[]): Promise<Table[]> {
  const there = await tablesIn(join(referenceFolder, study, "tables"));
  const found = names.filter((name) => there.includes(name));
  return await Promise.all(found.map((name) => committedTable(study, name)));
}

/**
 * Those of some pictures of a committed study that there are, by their paths in its folder: SVG as
 * text, PNG as bytes.
 */
export async function committedPictures(
  study: string,
  paths: readonly string[],
): Promise<(string | Uint8Array)[]> {
  const found: (string | Uint8Array)[] = [];
  for (const path of paths.map((path) => join(referenceFolder, study, path))) {
    if (!await exists(path)) continue;
    found.push(path.endsWith(".svg") ? await Deno.readTextFile(path) : await Deno.readFile(path));
  }
  return found;
}

async function tablesIn(folder: string): Promise<string[]> {
  if (!await exists(folder)) return [];
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.endsWith(".json")) names.push(name.slice(0, -".json".length));
  }
  return names.sort();
}
