/** The whole study: every table's runs, as settings that share one folder. */
import { changesText } from "../report/mod.ts";
import type { Changes } from "./preset.ts";
import { type Choices, chosenSettings } from "./choices.ts";
import { defaultStudy, type StudyConfig } from "./plan.ts";
import { scaledRates } from "./tuning.ts";

/** A part of the grid: the runs behind one or two tables. */
export interface Part {
  readonly title: string;
  readonly config: StudyConfig;
}

/** The sets of the paper's names, as they are found here. */
export const SETS = ["fashion-man", "fashion-woman", "ecommerce-product"] as const;
/** The set on which forms of RSC, settings and controls are compared. */
const ONE_SET = "fashion-man";
/** The set with enough products that a tenth of them can be trained on. */
const LARGEST_SET = "ecommerce-product";
const MAIN_ROWS = ["A0", "A1", "A2", "A3", "A6"] as const;

/** Settings of RSC that the small studies change, one at a time; A6 of the main part is beside them. */
const SENSITIVITY: readonly Changes[] = [
  { "lambda.rsc": 0.3 },
  { "lambda.rsc": 3 },
  { "train.rsc.temperature": 0.05 },
  { "train.rsc.temperature": 0.3 },
  { "train.rsc.timesteps": [0, 100] },
  { "train.rsc.timesteps": [300, 999] },
  { "train.rsc.feature": "up" },
  { "train.rsc.condition": "null" },
];

/**
 * Learning rates, in units of the preset's, and steps of A1, A3 and A6 where nothing was chosen on the
 * validation split: then these controls are shown side by side on the test split.
 */
const RATES = [0.25, 0.5, 2] as const;
const STEPS = [25, 100] as const;
/** Rows that are compared at learning rates and steps of their own. */
const SWEPT = ["A1", "A3", "A6"] as const;

/**
 * The parts of `deno task reproduce --full`, the most important first.
 *
 * A run that two parts share is done once: its folder is named by what decides its numbers. Sets
 * other than the paper's can be given, such as the drawn ones where there are no photographs. Rows
 * take what `choices` hold for them and the preset's settings otherwise; with choices there are
 * controls that were chosen their own steps too.
 */
export function fullGrid(
  preset: string,
  sets: readonly string[] = SETS,
  choices?: Choices,
): Part[] {
  const one = sets[0] ?? ONE_SET, largest = sets.at(-1) ?? LARGEST_SET;
  const chosen = choices && chosenSettings(choices, "equal");
  const part = (title: string, config: Partial<StudyConfig>): Part => ({
    title,
    config: {
      ...defaultStudy,
      preset,
      datasets: [...sets],
      ...(chosen === undefined ? {} : { chosen }),
      ...config,
    },
  });
  const sweep = [
    ...RATES.map((factor) => scaledRates(preset, factor)),
    ...STEPS.map((steps): Changes => ({ "train.steps": steps })),
  ].map((changes) =>
    part(`controls, ${changesText(changes)}`, {
      datasets: [one],
      rows: SWEPT,
      seeds: 3,
      changes,
    })
  );
  return [
    part("rows A0 to A6 on every set", {
      rows: ["A0", "A1", "A2", "A3", "A4", "A5", "A6"],
      seeds: 5,
    }),
    part("a quarter and a half of the products", {
      rows: MAIN_ROWS,
      fractions: [0.5, 0.25],
      seeds: 3,
    }),
    part("a tenth of the products", {
      datasets: [largest],
      rows: MAIN_ROWS,
      fractions: [0.1],
      seeds: 3,
    }),
    part("controls", { datasets: [one], rows: ["A9t", "A9w", "A9z"], seeds: 3 }),
    ...(choices === undefined ? sweep : [
      // Rows choose their learning rates: this one does not, so that RSC is all that differs from A3.
      part("controls, RSC at A3's settings", { rows: ["A9s"], seeds: 3 }),
      part("controls, each at its own best learning rate and steps", {
        rows: SWEPT,
        seeds: 3,
        chosen: chosenSettings(choices, "apart"),
      }),
    ]),
    part("forms of RSC", {
      datasets: [one],
      rows: ["A7b", "A7c", "A7d", "A7e", "A7f"],
      seeds: 3,
    }),
    ...SENSITIVITY.map((changes) =>
      part(`RSC with ${changesText(changes)}`, { datasets: [one], rows: ["A6"], seeds: 2, changes })
    ),
  ];
}
