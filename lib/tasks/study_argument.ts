/** A study, or a run, as an argument of a command names it. */
import { join, resolve } from "@std/path";
import { exists, Misnamed, projectFolder } from "../runtime/mod.ts";

/** The folder of a study by its name in results/, or a path; throws where there is neither. */
export async function folderOf(target: string): Promise<string> {
  const tried = [resolve(target), join(projectFolder, "results", target)];
  for (const folder of tried) if (await exists(folder)) return folder;
  throw new Misnamed(
    `"${target}": neither ${tried.join(" nor ")} exists, expected a study's name, or the path of ` +
      "a study's or a run's folder",
  );
}
