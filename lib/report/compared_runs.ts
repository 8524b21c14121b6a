/** The rows that are set beside each other where more would be too many. */
import type { RunRecord } from "./record.ts";

/** Before tuning, one loss, two, and all three. */
const COMPARED_ROWS: readonly string[] = ["A0", "A1", "A3", "A6"];

/** Of each compared row the first run that kept something, and what it kept. */
export function comparedRuns<T>(
  runs: readonly RunRecord[],
  of: (run: RunRecord) => T | undefined,
): { readonly run: RunRecord; readonly kept: T }[] {
  return COMPARED_ROWS.flatMap((row) => {
    for (const run of runs.filter(({ config }) => config.row === row)) {
      const kept = of(run);
      if (kept !== undefined) return [{ run, kept }];
    }
    return [];
  });
}
