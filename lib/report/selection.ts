/** Which run folders of a study a report is made of. */
import { readStudy, type RunRecord, type SkippedRun } from "./record.ts";
import { changesOf } from "./settings_table.ts";

/**
 * The finished runs of a study, or those of some names; of several of one data set, row, seed,
 * fraction and changes the one finished last counts, and none that measured validation. What was left out is told in `skipped`.
 *
 * Throws where no finished run is left.
 */
export async function reportedRuns(
  studyFolder: string,
  { names, skipped = [] }: { names?: readonly string[]; skipped?: SkippedRun[] } = {},
): Promise<RunRecord[]> {
  const read = await readStudy(studyFolder, { skipped });
  const asked = new Set(names);
  const wanted = names === undefined ? read : read.filter(({ name }) => asked.has(name));
  const runs = newestOfEach(onTest(wanted, skipped), skipped);
  if (runs.length > 0) return runs;
  const reasons = skipped.map(({ reason }) => `\n  ${reason}`).join("");
  throw new Error(`${studyFolder}: no finished run to report on${reasons}`);
}

/** Runs that measured themselves on the test split, of which tables speak. */
function onTest(runs: readonly RunRecord[], skipped: SkippedRun[]): RunRecord[] {
  return runs.filter(({ folder, config: { evaluate: { split = "test" } } }) => {
    if (split === "test") return true;
    skipped.push({
      folder,
      reason: `${folder}: measured on the ${split} split, expected test; "deno task tune" writes ` +
        "the table of its candidates",
    });
    return false;
  });
}

function newestOfEach(runs: readonly RunRecord[], skipped: SkippedRun[]): RunRecord[] {
  const newest = new Map<string, RunRecord>();
  for (const run of runs) {
    const { dataset, row, seed, fraction } = run.config;
    const key = JSON.stringify([dataset.name, dataset.fold, row, seed, fraction, changesOf(run)]);
    const other = newest.get(key);
    if (other === undefined) {
      newest.set(key, run);
      continue;
    }
    const [kept, left] = run.finished > other.finished ? [run, other] : [other, run];
    newest.set(key, kept);
    skipped.push({
      folder: left.folder,
      reason: `${left.folder}: ${kept.name} is the same row and seed with other settings and newer`,
    });
  }
  const kept = new Set(newest.values());
  return runs.filter((run) => kept.has(run));
}
