import { dirname } from "@std/path";

/** The project's folder (where deno.json lies), wherever the program was started. */
export const projectFolder = dirname(dirname(import.meta.dirname as string));
