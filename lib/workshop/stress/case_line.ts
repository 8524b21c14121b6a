/** What a reader says of one damaged file. */
import { basename, dirname } from "@std/path";
import { isComplaint, isSystemError } from "../../runtime/mod.ts";

/** What came of one file. */
export interface CaseLine {
  readonly case: number;
  readonly ms: number;
  /** Bytes by which the process's peak grew. */
  readonly grown: number;
  /** What it refused the file with; left out where it read it. */
  readonly refused?: string;
  /** Why that is no good refusal. */
  readonly fault?: string;
}

/** A message that names the file, made by the project or by the system, is what a user can use. */
export function faultOf(error: unknown, path: string): string | undefined {
  if (!(error instanceof Error)) return "no Error";
  if (!isComplaint(error) && !isSystemError(error)) return error.constructor.name;
  return error.message.includes(basename(path)) || error.message.includes(dirname(path))
    ? undefined
    : "the message names no file";
}
