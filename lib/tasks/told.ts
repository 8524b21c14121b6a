/** Where an error that nothing caught becomes what a user reads, and an exit code. */
import { isComplaint, isDiskFull, isSystemError, Misnamed } from "../runtime/setup/mod.ts";

/**
 * What a user reads of an error; undefined of a fault in the program, which keeps its trace.
 *
 * The project's own complaints are no errors of the language. What the system refuses (a file that is
 * gone, a right that a task lacks, a disk without room) names its path in its message.
 */
export function asLine(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof Deno.errors.NotCapable) {
    return `${error.message.replace(/, run again with.*$/s, "")}\n` +
      "a task may do what its arguments name and no more, see docs/security.md";
  }
  const { code } = error as { code?: string };
  if (isComplaint(error)) return error.message;
  if (isDiskFull(error)) {
    return `the disk or the quota is full (${error.message}); nothing finished is lost: make room, ` +
      "the same command goes on";
  }
  return isSystemError(error) || code !== undefined ? error.message : undefined;
}

/**
 * Says what went wrong and ends the process: with exit code 2 where an argument names what is not there, with
 * 1 where the data or a run failed.
 */
export function tellError(error: unknown): never {
  const line = asLine(error);
  if (line === undefined) console.error(error);
  else console.error(`error: ${line}`);
  Deno.exit(error instanceof Misnamed ? 2 : 1);
}
