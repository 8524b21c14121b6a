/** The project's own folders, wherever the program is started, and what lies at a path. */
import { join } from "@std/path";
import { projectFolder } from "../runtime/mod.ts";

export { projectFolder };

/** The pictures and weights that lie in the repository. */
export const dataFolder = join(projectFolder, "data");

/** Where `deno task data get` puts data sets unless told otherwise; not in the repository. */
export const downloadsFolder = join(projectFolder, "datasets");

/** A folder for what can be made again. */
export function cacheFolder(purpose: string): string {
  return join(projectFolder, ".cache", purpose);
}

/** Whether there is a file at a path. */
export async function isFile(path: string): Promise<boolean> {
  return (await statOrNothing(path))?.isFile ?? false;
}

/** Whether there is a folder at a path. */
export async function isFolder(path: string): Promise<boolean> {
  return (await statOrNothing(path))?.isDirectory ?? false;
}

async function statOrNothing(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) return undefined;
    throw error;
  }
}
