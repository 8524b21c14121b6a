/** What is made from the runs of a study, made anew only when what it is made from has changed. */
import { basename, join, relative, resolve } from "@std/path";
import { availableDataSets, sha256 } from "../data/mod.ts";
import { readEvaluations, readStudy, type RunRecord, writeStudyReport } from "../report/mod.ts";
import { exists, projectFolder, writeJson } from "../runtime/mod.ts";
import { examplePictures } from "./example_pictures.ts";
import { headline } from "./headline.ts";
import { settingIn } from "./setting.ts";
import { executeNotebook, isExecuted, projectNotebooks, sourcesOf } from "./notebooks.ts";
import type { PlannedRun } from "./plan.ts";

/** Files that were made, and whether they were up to date already. */
export interface Outputs {
  readonly paths: readonly string[];
  readonly upToDate: boolean;
  /** How many numbers lie where the reference has them, in one line; absent without a reference. */
  readonly reproduced?: string;
}

type Runs = readonly Pick<PlannedRun, "name" | "folder">[];

/**
 * Writes tables, plots, samples and page of the finished ones of these runs (see
 * report/study_report.ts), compared with all studies in the folder `references`. A study that lies
 * there itself is published: of its data sets it shows only what may be.
 */
export async function updateReport(
  folder: string,
  runs: Runs,
  references: string = referenceFolder,
): Promise<Outputs> {
  const reference = await referenceRuns(folder, references);
  const compared = reference.map(({ name, evaluation }) => JSON.stringify([name, evaluation]));
  const stamp = join(folder, "report.json");
  const publishableOnly = await isPublished(folder, references);
  const sets = [publishableOnly, ...await setsInReach()].join();
  const inputs = sha256([await inputsOf(runs), sets, ...compared].join());
  const known = await readStamp(stamp);
  if (known?.inputs === inputs) {
    const paths = known.files.map((file) => join(folder, file));
    const there = await Promise.all(paths.map(exists));
    const { reproduced } = known;
    if (there.every(Boolean)) {
      return { paths, upToDate: true, ...(reproduced === undefined ? {} : { reproduced }) };
    }
  }
  const names = runs.map(({ name }) => name);
  const addresses = (await settingIn(folder).catch(() => undefined))?.datasets ?? [];
  const report = await writeStudyReport(folder, {
    runs: names,
    findings: headline,
    reference,
    pictures: examplePictures({ publishableOnly, addresses }),
  });
  const told = report.reproduced === undefined ? {} : { reproduced: report.reproduced };
  const paths = [...report.tables, ...report.plots, ...report.samples, report.page];
  await writeJson(stamp, { inputs, files: paths.map((path) => relative(folder, path)), ...told });
  return { paths, upToDate: false, ...told };
}

/** Where the studies lie that are kept in git. */
export const referenceFolder = join(projectFolder, "results", "reference");

/** Whether a folder lies in another, or is it. */
function isWithin(folder: string, other: string): boolean {
  return !relative(resolve(other), resolve(folder)).startsWith("..");
}

/**
 * Whether a study lies where studies are kept in git: in the folder `references`, or in that of another
 * checkout. Links are followed.
 */
async function isPublished(study: string, references: string): Promise<boolean> {
  const real = (path: string) => Deno.realPath(path).catch(() => resolve(path));
  const at = await real(study);
  return isWithin(at, await real(references)) || /[/\\]results[/\\]reference([/\\]|$)/.test(at);
}

/** The folders of data sets that pictures may be found in: with another one a report looks otherwise. */
async function setsInReach(): Promise<string[]> {
  const found = await availableDataSets().catch(() => []); // UNIDIFF_DATA names no folder
  return found.map(({ folder }) => folder);
}

/**
 * The finished runs of all studies in a folder, one of each name: a name decides a run's numbers. None
 * for a study that lies there itself.
 */
async function referenceRuns(study: string, references: string): Promise<RunRecord[]> {
  if (isWithin(study, references) || !await exists(references)) return [];
  const found = new Map<string, RunRecord>(), folders: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(references)) {
    const folder = join(references, name);
    if (isDirectory && await exists(join(folder, "runs"))) folders.push(folder);
  }
  for (const folder of folders.sort()) {
    for (const run of await readStudy(folder, { skipped: [] })) found.set(run.name, run);
  }
  return [...found.values()];
}

/** Executes the project's notebooks for a study into its folder `notebooks/`. */
export async function updateNotebooks(
  folder: string,
  runs: Runs,
  options: {
    /** Execute also those that are up to date. */
    readonly again?: boolean;
    /** Seconds for each cell; 0, the default, for no limit. */
    readonly timeout?: number;
    readonly python?: string;
    /** Told the name of a notebook before it is executed. */
    readonly onExecute?: (name: string) => void;
  } = {},
): Promise<Outputs> {
  const { onExecute, again = false, ...execution } = options, paths: string[] = [];
  let upToDate = true;
  for (const source of await projectNotebooks()) {
    const output = join(folder, "notebooks", basename(source));
    const inputs = async () => sha256(await inputsOf(runs) + await sourcesOf(source));
    paths.push(output);
    if (!again && await isExecuted(output, await inputs())) continue;
    upToDate = false;
    onExecute?.(basename(source));
    await executeNotebook(source, { study: basename(folder), output, inputs, ...execution });
  }
  return { paths, upToDate };
}

/** A hash of what outputs depend on: the evaluations of the runs, and the code. */
async function inputsOf(runs: Runs): Promise<string> {
  const parts: string[] = [];
  for (const { name, folder } of runs) {
    const path = join(folder, "evaluation.json");
    parts.push(name, await exists(path) ? await Deno.readTextFile(path) : "unfinished");
    // The report tells of a malformed one; here it is but another input.
    parts.push(JSON.stringify(await readEvaluations(folder).catch(String)));
  }
  const code = await sourceFiles(join(projectFolder, "lib"));
  for (const path of code) parts.push(await Deno.readTextFile(path));
  return sha256(parts.map(sha256).join());
}

async function sourceFiles(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) paths.push(...await sourceFiles(path));
    else if (/\.(ts|py|css|js)$/.test(name)) paths.push(path);
  }
  return paths.sort();
}

/** report.json: what a report was made from and wrote. */
interface Stamp {
  readonly inputs: string;
  readonly files: readonly string[];
  readonly reproduced?: string;
}

async function readStamp(path: string): Promise<Stamp | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch {
    return undefined; // none, or damaged: the report is written anew
  }
}
