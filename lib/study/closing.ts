/** What a finished command says of a study: the finding, where to look, what was written. */
import { basename, dirname, join, relative } from "@std/path";
import { pathToFileURL } from "node:url";
import { ENOUGH_SEEDS } from "../eval/mod.ts";
import { answersOf, plainRuns, type RunRecord } from "../report/mod.ts";
import { headline } from "./headline.ts";

/** What {@link closing} speaks of. */
export interface Written {
  readonly records: readonly RunRecord[];
  readonly paths: readonly string[];
  readonly reproduced?: string | undefined;
  readonly upToDate: boolean;
  /** A path as it is shown. */
  readonly shown: (path: string) => string;
}

/** The last lines of a command that has written a study's report: a handful, whatever its size. */
export function closing(folder: string, w: Written): string[] {
  const page = join(folder, "index.html");
  return [
    "",
    finding(w.records),
    ...(w.reproduced === undefined
      ? []
      : [`${w.reproduced} (${w.shown(join(folder, "tables", "reproduced.md"))})`]),
    "",
    `page: ${pathToFileURL(page).href}`,
    `      deno task open ${basename(folder)}`,
    `${counted(folder, w)}${w.upToDate ? " (they were up to date)" : ""}`,
  ];
}

/** The first answer that three seeds allow; of fewer the first number, and that it shows nothing. */
export function finding(records: readonly RunRecord[]): string {
  const plain = plainRuns(records), [answer] = answersOf(plain);
  if (answer !== undefined) return answer.replaceAll("**", "");
  const last = headline(plain).split("\n").filter((line) => line.startsWith("- ")).at(-1);
  if (last === undefined) return "nothing to compare yet";
  const seeds = new Set(plain.map(({ config }) => config.seed)).size;
  return `${last.slice(2)}${
    seeds < ENOUGH_SEEDS ? " With fewer than three seeds nothing is shown." : ""
  }`;
}

/** "34 tables, 12 plots, … in results/main; 5 runs in results/main/runs" */
function counted(folder: string, { paths, records, shown }: Written): string {
  const kinds = {
    tables: "table",
    plots: "plot",
    samples: "sheet of drawings",
    notebooks: "notebook",
  };
  const parts = Object.entries(kinds).flatMap(([kind, word]) => {
    const mine = paths.filter((path) => relative(folder, path).startsWith(`${kind}/`));
    // A table or plot is written in several formats.
    const count = new Set(mine.map((path) =>
      join(dirname(path), basename(path).replace(/\.\w+$/, ""))
    )).size;
    const plural = word.startsWith("sheet") ? word.replace("sheet", "sheets") : `${word}s`;
    return count === 0 ? [] : [`${count} ${count === 1 ? word : plural}`];
  });
  const runs = `${records.length} ${records.length === 1 ? "run" : "runs"}`;
  return `${[...parts, runs].join(", ")} in ${shown(folder)}`;
}
