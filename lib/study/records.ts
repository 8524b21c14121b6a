/** The records of planned runs. */
import { join } from "@std/path";
import { exists } from "../runtime/mod.ts";
import { readStudy, type RunRecord } from "../report/mod.ts";
import type { PlannedRun } from "./plan.ts";

/** Records of those planned runs that are finished, in the order of tables. */
export async function recordsOf(
  folder: string,
  runs: readonly Pick<PlannedRun, "name">[],
): Promise<RunRecord[]> {
  if (!await exists(join(folder, "runs"))) return [];
  const names = new Set(runs.map(({ name }) => name));
  // Malformed runs of other settings are no concern of these.
  const records = await readStudy(folder, { skipped: [] });
  return records.filter(({ name }) => names.has(name));
}

/** Records on one data set; with several fractions those of the largest, for plots mix only seeds. */
export function recordsOn(records: readonly RunRecord[], dataset: string): RunRecord[] {
  const mine = records.filter(({ config }) => config.dataset.name === dataset);
  const most = Math.max(...mine.map(({ config }) => config.fraction));
  return mine.filter(({ config }) => config.fraction === most);
}

/** Names of the data sets of some records. */
export function dataSetsOf(records: readonly RunRecord[]): string[] {
  return [...new Set(records.map(({ config }) => config.dataset.name))];
}
