/** Where an error that nothing caught becomes what a user reads, and an exit code. */

/**
 * Says what went wrong and ends the process with exit code 1.
 *
 * The project's own complaints are plain errors and need no trace; neither does a right that a task
 * lacks. Anything else is a fault in the program and keeps its trace.
 */
export function tellError(error: unknown): never {
  if (error instanceof Deno.errors.NotCapable) {
    console.error(`error: ${error.message.replace(/, run again with.*$/s, "")}`);
    console.error("a task may do what its arguments name and no more, see docs/security.md");
  } else if (error instanceof Error && error.constructor === Error) {
    console.error(`error: ${error.message}`);
  } else console.error(error);
  Deno.exit(1);
}
