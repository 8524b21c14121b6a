/** A name or a path that an argument gave and that means nothing here: the arguments are wrong, not the data. */
export class Misnamed extends Error {}

/** Errors of the language, which mean that the program is wrong and not what it was given. */
const FAULTS = [TypeError, RangeError, ReferenceError, SyntaxError, EvalError, URIError] as const;

/** Whether an error is the system's, by Deno's names for them. */
export function isSystemError(error: unknown): boolean {
  return Object.values(Deno.errors).some((kind) => error instanceof kind);
}

/**
 * Whether an error is a complaint about what the program was given, whose message is made for a user: any
 * but those of the language and of the system (which have a `code`).
 */
export function isComplaint(error: unknown): boolean {
  return error instanceof Error && (error as { code?: string }).code === undefined &&
    !FAULTS.some((fault) => error instanceof fault) &&
    !isSystemError(error);
}
