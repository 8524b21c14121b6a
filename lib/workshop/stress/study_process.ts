/** A small study as a user starts it, and its numbers. */
import { join } from "@std/path";
import { exists, projectFolder } from "../../runtime/mod.ts";

/** Arguments of `deno task reproduce` for a study of seconds in results/`name`. */
export function studyWords(name: string, more: readonly string[]): string[] {
  return ["--preset", "nano", "--output", name, "--no-notebooks", ...more];
}

/** The folder of a study. */
export const folderOf = (name: string) => join(projectFolder, "results", name);

/** How a process of a study ended. */
export interface Ended {
  readonly code: number;
  readonly signal: string | null;
  /** Both of its outputs. */
  readonly said: string;
}

/** A process of a study that runs. */
export interface StudyProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
}

/** What is loaded before a study's process, and with which variables. */
export interface Preload {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Starts a study by the door that `deno task` takes, or, with a preload, without it. */
export function startStudy(
  words: readonly string[],
  preload?: Preload,
): StudyProcess {
  const task = (file: string) => join(projectFolder, "lib", "tasks", file);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--config", join(projectFolder, "deno.json")],
      ...(preload
        ? [`--preload=${preload.script}`, `--preload=${task("inside.ts")}`, task("reproduce.ts")]
        : [task("start.ts"), "reproduce"]),
      ...words,
    ],
    env: { NO_COLOR: "1", ...preload?.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const ended = Promise.all([
    child.status,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]).then(([{ code, signal }, out, complaint]) => ({ code, signal, said: out + complaint }));
  return { pid: child.pid, ended };
}

/** Every number of a study's finished runs and tables, but for times and memory, by name. */
export async function numbersOf(name: string): Promise<Map<string, string>> {
  const numbers = new Map<string, string>(), folder = folderOf(name);
  for await (const { name: run } of Deno.readDir(join(folder, "runs"))) {
    const path = join(folder, "runs", run, "evaluation.json");
    if (!await exists(path)) continue;
    const { metrics } = JSON.parse(await Deno.readTextFile(path));
    numbers.set(run, JSON.stringify(metrics));
  }
  for await (const { name: file } of Deno.readDir(join(folder, "tables"))) {
    if (!file.endsWith(".csv") || file.includes("-cost")) continue;
    numbers.set(file, await Deno.readTextFile(join(folder, "tables", file)));
  }
  return numbers;
}

/** Names of what one has and the other has not, or has otherwise. */
export function differing(
  a: ReadonlyMap<string, string>,
  b: ReadonlyMap<string, string>,
): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
}

/** The numbers of a study that nobody disturbs; throws what it said where it fails. */
export async function undisturbed(
  name: string,
  more: readonly string[],
  preload?: Preload,
): Promise<Map<string, string>> {
  await removeStudy(name);
  const { code, said } = await startStudy(studyWords(name, more), preload).ended;
  if (code !== 0) throw new Error(`a study that nobody disturbed failed: ${said}`);
  return await numbersOf(name);
}

/** Whether what a process said has the trace of a fault in it. */
export function hasTrace(said: string): boolean {
  return /^\s+at .*:\d+:\d+\)?$/m.test(said);
}

/** Removes a study, also while a process of it that lost its starter still ends. */
export async function removeStudy(name: string): Promise<void> {
  for (let tried = 0;; tried++) {
    try {
      return await Deno.remove(folderOf(name), { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (tried === 20) throw error;
      await new Promise((done) => setTimeout(done, 250));
    }
  }
}
