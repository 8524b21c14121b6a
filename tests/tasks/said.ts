import { join } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";
import { STARTER } from "unidiff/tasks/rights.ts";

/** A command of `deno task`, with the rights that it gives its task. */
export function taskCommand(
  task: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...STARTER, join("lib", "tasks", "start.ts"), task, ...args],
    cwd: projectFolder,
    env: { TF_CPP_MIN_LOG_LEVEL: "2", NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What `deno task TASK …` said, and how it ended. */
export function said(task: string, ...args: string[]): ReturnType<typeof heard> {
  return heard(taskCommand(task, args));
}

/** What a command said, and how it ended. */
export async function heard(
  command: Deno.Command,
): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}
