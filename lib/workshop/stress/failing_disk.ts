/** A disk that is full or read-only from some write of a study on: nothing that was finished is lost. */
import { join } from "@std/path";
import { exists, type Progress, projectFolder, stream } from "../../runtime/mod.ts";
import { removeStudy } from "./killing.ts";
import {
  differing,
  type Ended,
  folderOf,
  numbersOf,
  startStudy,
  studyWords,
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
const words = (name: string) => studyWords(name, ["--rows", "A0,A3", "--seeds", "1"]);
const script = join(projectFolder, "lib", "workshop", "stress", "failing_files.ts");
const start = (name: string, fails?: string) =>
  startStudy(words(name), {
    script,
    env: { UNIDIFF_FAILS: fails ?? `0 COUNT ${folderOf(name)}.count` },
  }).ended;

/**
 * Lets a nano study fail at `tries` of its writes, or at each where that is not given: it ends with one line
 * and exit code 1, and the same command then finishes it with the numbers of an undisturbed one, without
 * repeating a run that was finished.
 */
export async function failWrites(
  tries: number | undefined,
  seed: number,
  line?: (of: number) => Pick<Progress, "step">,
): Promise<DiskFigures> {
  await Promise.all([CALM, FULL].map(removeStudy));
  const calm = await start(CALM), count = `${folderOf(CALM)}.count`;
  if (calm.code !== 0) throw new Error(`a study that nothing hinders failed: ${calm.said}`);
  const writes = Number(await Deno.readTextFile(count)), expected = await numbersOf(CALM);
  await Deno.remove(count);
  const all = Array.from({ length: writes }, (_, i) => i + 1);
  const order = stream(seed, "stress", "disk").permutation(writes);
  const chosen = tries === undefined ? all : Array.from(order.subarray(0, tries), (i) => all[i]!);
  const faults: string[] = [], shown = line?.(chosen.length);
  let kept = 0;
  for (const [i, n] of chosen.entries()) {
    const how = i % 2 === 0 ? "ENOSPC" : "EROFS", at = `write ${n}, ${how}`;
    const failed = await start(FULL, `${n} ${how}`);
    const wrong = complaintFault(failed, how);
    if (wrong !== undefined) faults.push(`${at}: ${wrong}`);
    const before = await finished();
    kept += before.size;
    const again = await startStudy(words(FULL)).ended;
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
  if (/^\s+at .*:\d+:\d+\)?$/m.test(said)) return `a stack trace: ${said.slice(-500)}`;
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
