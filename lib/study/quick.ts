/** The setting cell of a notebook. */
import type { Changes } from "./preset.ts";
import { type StudySetting, studySetting } from "./setting.ts";
import { defaultStudy, type StudyConfig } from "./plan.ts";

/**
 * What a quick study changes of a preset: ten steps, few drawn pictures, few outside. It shows that
 * everything works, within a minute or two; ten steps say nothing about the question of a notebook.
 */
export const quickChanges: Changes = {
  "train.steps": 10,
  "train.warmup": 2,
  "train.logEvery": 1,
  "evaluate.samples": 12,
  "evaluate.shown": 6,
  "evaluate.samplingSteps": 10,
  "evaluate.outside": 100,
};

/** The study of `deno task notebooks --quick`: something to show in every notebook. */
export const quickStudy: StudyConfig = {
  ...defaultStudy,
  rows: ["A0", "A1", "A2", "A3", "A6"],
  fractions: [1, 0.25],
  changes: quickChanges,
};

/**
 * The setting of a notebook as {@link studySetting} decides it; with `quick` the study has the changes
 * of {@link quickChanges} and a name of its own.
 */
export async function notebookSetting(
  { quick = false, ...wanted }: Partial<StudySetting> & { readonly quick?: boolean },
): Promise<StudySetting> {
  if (!quick) return await studySetting(wanted);
  const { name = "main", changes = {} } = wanted;
  return await studySetting({
    ...wanted,
    name: `${name}-quick`,
    changes: { ...quickChanges, ...changes },
  });
}
