import { DELIMITER, join } from "@std/path";
import { projectFolder } from "../project.ts";

/** Where set-up puts things; all of it is ignored by git. */
export interface Places {
  readonly project: string;
  readonly venv: string;
  readonly cache: string;
}

/** The places of a project folder. */
export function placesOf(project: string = projectFolder): Places {
  return { project, venv: join(project, ".venv"), cache: join(project, ".cache") };
}

/** The first program of these names on PATH, or undefined. */
export function findProgram(...names: string[]): string | undefined {
  for (const folder of (Deno.env.get("PATH") ?? "").split(DELIMITER)) {
    for (const name of names) {
      const path = join(folder, name);
      if (folder !== "" && isFile(path)) return path;
    }
  }
  return undefined;
}

/** The C++ compiler: that of CXX, or the first of the usual ones on PATH; undefined without one. */
export function findCompiler(): string | undefined {
  const named = Deno.env.get("CXX");
  return named ? findProgram(named) ?? named : findProgram("c++", "g++", "clang++");
}

/** Whether a path is a file (or a link to one). */
export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** The text of a file, or undefined where there is none. */
export function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}

/** What a program printed and whether it succeeded. */
export interface Ran {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program to its end. Its standard input stays open until then, and holds nothing. */
export async function run(program: string, args: readonly string[], cwd?: string): Promise<Ran> {
  try {
    const child = new Deno.Command(program, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      ...(cwd === undefined ? {} : { cwd }),
    }).spawn();
    const [{ success }, stdout, stderr] = await Promise.all([
      child.status,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    await child.stdin.close().catch(() => {});
    return { ok: success, output: `${stdout}\n${stderr}`.trim() };
  } catch (error) {
    return { ok: false, output: error instanceof Error ? error.message : String(error) };
  }
}

/** The last line of a program's output, which mostly names the error. */
export function lastLine(output: string): string {
  return output.split("\n").filter((line) => line.trim() !== "").at(-1)?.trim() ?? "no output";
}
