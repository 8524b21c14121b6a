/** A disk that is full or read-only from some write of a study on: nothing that was finished is lost. */
import { join } from "@std/path";
import { exists, type Progress, projectFolder, stream } from "../../runtime/mod.ts";
import {
  differing,
  type Ended,
  folderOf,
  hasTrace,
  numbersOf,
  type Preload,
  removeStudy,
  startStudy,
  studyWords,
  undisturbed,
} from "./study_process.ts";

/** What failing writes did. */
export interface DiskFigures {
  /** Writes of a study that nothing hinders, and how many of them were the first to fail. */
  readonly writes: number;
  readonly tried: number;
  /** Finished runs that were there when it failed, all together. */
  readonly kept: number;
  readonly faults: readonly string[];
}

const CALM = "stress-roomy", FULL = "stress-full";
const MORE = ["--rows", "A0,A3", "--seeds", "1"];
/** Lets writes fail, or counts them; see failing_files.ts. */
const failing = (fails: string): Preload => ({
  script: join(projectFolder, "lib", "workshop", "stress", "failing_files.ts"),
  env: { UNIDIFF_FAILS: fails },
});

/**
 * Lets a nano study fail at `tries` of its writes, drawn from `seed`: it ends with one line and exit code 1,
 * and the same command then finishes it with the numbers of an undisturbed one, without repeating a run that
 * was finished.
 */
export async function failWrites(
  tries: number,
  seed: number,
  line?: (of: number) => Pick<Progress, "step">,
): Promise<DiskFigures> {
  await removeStudy(FULL);
  const count = `${folderOf(CALM)}.count`, words = studyWords(FULL, MORE);
  const expected = await undisturbed(CALM, MORE, failing(`0 COUNT ${count}`));
  const writes = Number(await Deno.readTextFile(count));
  await Deno.remove(count);
  const order = stream(seed, "stress", "disk").permutation(writes);
  const chosen = Array.from(order.subarray(0, tries), (i) => i + 1);
  const faults: string[] = [], shown = line?.(chosen.length);
  let kept = 0;
  for (const [i, n] of chosen.entries()) {
    const how = i % 2 === 0 ? "ENOSPC" : "EROFS", at = `write ${n}, ${how}`;
    const failed = await startStudy(words, failing(`${n} ${how}`)).ended;
    const wrong = complaintFault(failed, how);
    if (wrong !== undefined) faults.push(`${at}: ${wrong}`);
    const before = await finished();
    kept += before.size;
    const again = await startStudy(words).ended;
    if (again.code !== 0) faults.push(`${at}: the same command did not go on: ${again.said}`);
    else {
      const after = await finished();
      for (const [run, when] of before) {
        if (after.get(run) !== when) faults.push(`${at}: ${run} was repeated`);
      }
      const others = differing(expected, await numbersOf(FULL));
      if (others.length > 0) faults.push(`${at}: other numbers in ${others.join(", ")}`);
    }
    await removeStudy(FULL);
    shown?.step(i + 1);
  }
  await removeStudy(CALM);
  return { writes, tried: chosen.length, kept, faults };
}

/** What is wrong with how a study ended whose disk failed. */
function complaintFault({ code, said }: Ended, how: string): string | undefined {
  if (code !== 1) return `exit code ${code}, expected 1: ${said.slice(-300)}`;
  if (hasTrace(said)) return `a stack trace: ${said.slice(-500)}`;
  const expected = how === "ENOSPC" ? /disk or the quota is full/ : /Read-only file system/;
  return expected.test(said) ? undefined : `it does not say why: ${said.slice(-300)}`;
}

/** When each finished run of the hindered study was finished. */
async function finished(): Promise<Map<string, number>> {
  const runs = join(folderOf(FULL), "runs"), times = new Map<string, number>();
  if (!await exists(runs)) return times;
  for await (const { name } of Deno.readDir(runs)) {
    const path = join(runs, name, "evaluation.json");
    if (await exists(path)) times.set(name, (await Deno.stat(path)).mtime!.getTime());
  }
  return times;
}
