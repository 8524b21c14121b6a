/** The settings of runs as lines of a table, gathered over all runs of a study. */
import type { RunRecord } from "../record.ts";
import { changesText } from "../settings_table.ts";

/** A setting and the distinct values that runs have of it. */
export interface SettingLine {
  readonly name: string;
  readonly values: readonly string[];
}

/** Groups of settings in config.json, by heading. */
const GROUPS: readonly { title: string; of: (run: RunRecord) => unknown }[] = [
  { title: "Training", of: ({ config }) => config.train },
  {
    title: "Chosen for all rows of a set",
    of: ({ config: { dataset, tuned } }) => tuned ? { [dataset.name]: changesText(tuned) } : {},
  },
  { title: "Evaluation", of: ({ config }) => config.evaluate },
  { title: "Model", of: ({ config }) => ({ preset: config.preset, ...config.model }) },
  { title: "Computed with", of: ({ config }) => ({ backend: config.backend, ...config.versions }) },
];

/** Every setting of the runs, in the order of their config.json; nested ones as "rsc.temperature". */
export function settingsOf(
  runs: readonly RunRecord[],
): { title: string; lines: SettingLine[] }[] {
  return GROUPS.map(({ title, of }) => {
    const found = new Map<string, Set<string>>();
    for (const run of runs) {
      for (const [name, value] of flatten(of(run))) {
        found.set(name, (found.get(name) ?? new Set()).add(value));
      }
    }
    return { title, lines: [...found].map(([name, values]) => ({ name, values: [...values] })) };
  }).filter(({ lines }) => lines.length > 0);
}

/** Leaves of a tree as [path, text]; lists are one leaf. */
export function flatten(value: unknown, prefix = ""): [string, string][] {
  if (value === null || typeof value !== "object") return [[prefix, String(value)]];
  if (Array.isArray(value)) {
    if (value.length === 0) return [[prefix, "none"]];
    return [[prefix, value.map((part) => flatten(part).map(([, text]) => text)).join(", ")]];
  }
  return Object.entries(value).flatMap(([key, part]) =>
    flatten(part, prefix === "" ? key : `${prefix}.${key}`)
  );
}
