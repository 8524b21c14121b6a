/** Two studies at once on one folder. */
import {
  differing,
  numbersOf,
  removeStudy,
  startStudy,
  studyWords,
  undisturbed,
} from "./study_process.ts";

/** What two at once did. */
export interface TogetherFigures {
  readonly times: number;
  readonly faults: readonly string[];
}

const CALM = "stress-alone", BOTH = "stress-both";

/**
 * Starts the same nano study twice at once, `times` times: each ends well or says that the other has a run,
 * and the numbers are those of one alone.
 */
export async function startTogether(times: number): Promise<TogetherFigures> {
  const more = ["--rows", "A0,A1,A3", "--seeds", "2"];
  await removeStudy(BOTH);
  const expected = await undisturbed(CALM, more), faults: string[] = [];
  for (let i = 0; i < times; i++) {
    const both = [0, 1].map(() => startStudy(studyWords(BOTH, more)).ended);
    for (const { code, said } of await Promise.all(both)) {
      if (code !== 0 && !said.includes("held by process")) {
        faults.push(`exit code ${code}: ${said.slice(-500)}`);
      }
    }
    const others = differing(expected, await numbersOf(BOTH));
    if (others.length > 0) faults.push(`other numbers in ${others.join(", ")}`);
    await removeStudy(BOTH);
  }
  await removeStudy(CALM);
  return { times, faults };
}
