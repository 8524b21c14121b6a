/** The study: what docs/study.md asks, as settings that share one folder. */
import { changesText } from "../report/mod.ts";
import type { Changes } from "./preset.ts";
import { type Choices, chosenSettings } from "./choices.ts";
import { foldsOf, RATES, scaledRates } from "./matched.ts";
import { defaultStudy, type StudyConfig } from "./plan.ts";
import type { RowId } from "./rows.ts";

/** A part of the grid: the runs behind one or two tables. */
export interface Part {
  readonly title: string;
  readonly config: StudyConfig;
}

/** The sets of the study, as they are found here. */
export const SETS = ["fashion-man", "fashion-woman", "product-views"] as const;

/** The rows of the six contrasts but for the best reading of RSC; A0 is where all begin. */
export const CONTRASTED = ["A0", "A1", "A2", "A3", "A6", "A9w"] as const;

/** Readings of RSC whose teacher does not drift or cheat, and the plain controls beside them. */
const READINGS = ["A8n", "A8e", "A8c", "A8d", "A8b", "A8k"] as const;
const CONTROLS = ["A9f", "A9h", "A9l"] as const;

/** At which λ of RSC all readings are looked at, and what the two best of them are looked at with then. */
const FIRST_LOOK = { "lambda.rsc": 0.3 };
const SECOND_LOOK: readonly Changes[] = [
  { "lambda.rsc": 0.1 },
  {},
  { "train.rsc.temperature": 0.5 },
];
/** The two with the largest MRR at the first look whose R@5 outside is not below A3's. */
const BEST_TWO: readonly RowId[] = ["A8c", "A8k"];

/** The first of tables/readings.md, which is compared with A3 as a contrast. */
const BEST: { readonly row: RowId; readonly changes: Changes } = {
  row: "A8c",
  changes: { "train.rsc.temperature": 0.5 },
};

/** The seeds of the contrasts. */
const SEEDS = [0, 1, 2] as const;

/** Lengths of training beside the preset's. */
const STEPS = [25, 50, 100, 300] as const;

/** The seed of what is looked at without a claim of its own, as that of the choice of rates. */
const EXPLORING = 100;

/**
 * The parts of `deno task reproduce --full`, the most important first.
 *
 * A run that two parts share is done once: its folder is named by what decides its numbers. All rows of
 * a set take the learning rates that `choices` hold for it, or the preset's.
 */
export function fullGrid(
  preset: string,
  sets: readonly string[] = SETS,
  choices?: Choices,
): Part[] {
  const one = sets[0] ?? SETS[0];
  const chosen = choices && chosenSettings(choices);
  const part = (title: string, on: readonly string[], config: Partial<StudyConfig>): Part => ({
    title,
    config: {
      ...defaultStudy,
      preset,
      datasets: on.flatMap((set) => foldsOf(set)),
      ...(chosen === undefined ? {} : { chosen }),
      ...config,
    },
  });
  const explored = (what: string, rows: readonly string[], changes: Changes, on = [one]) => {
    const title = [what, changesText(changes)].filter(Boolean).join(", ");
    return part(title, on, { rows, firstSeed: EXPLORING, changes });
  };
  const rates = (row: RowId, more: Changes = {}) =>
    RATES.map((factor) => explored("rates", [row], { ...scaledRates(preset, factor), ...more }));
  const best = { rows: [BEST.row], changes: BEST.changes };
  return [
    // A contrast needs all folds of a seed: seeds come one after the other.
    ...SEEDS.flatMap((firstSeed) =>
      sets.map((set) =>
        part(`rows of the contrasts on ${set}, seed ${firstSeed}`, [set], {
          rows: CONTRASTED,
          firstSeed,
        })
      )
    ),
    // Places of a line need one seed; A3's weights of the contrasts are averaged.
    part("averages along their weight", [one], { rows: ["A9v", "A9x"], firstSeed: SEEDS[1] }),
    part("gradients along training", [one], {
      datasets: foldsOf(one).slice(0, 1),
      rows: ["A3", "A6"],
      firstSeed: EXPLORING,
      changes: { "train.gradientNorms": 25 },
    }),
    explored("readings of RSC", ["A6", ...READINGS], FIRST_LOOK),
    ...SECOND_LOOK.map((changes) => explored("best readings of RSC", BEST_TWO, changes)),
    ...SEEDS.map((firstSeed) =>
      part(`the best reading, seed ${firstSeed}`, sets, { ...best, firstSeed })
    ),
    explored("plain controls", CONTROLS, {}),
    ...[0.5, 0.25, 0.1].map((fraction) =>
      part(`${100 * fraction} % of the products`, sets.slice(-1), {
        rows: ["A1", "A3", "A6"],
        fractions: [fraction],
        firstSeed: EXPLORING,
      })
    ),
    ...STEPS.map((steps) => explored("length", ["A1", "A3", "A6"], { "train.steps": steps })),
    // A line of F1 needs all its rates: rows come one after the other.
    ...rates("A3"),
    ...rates("A6"),
    ...rates("A1"),
    ...rates("A6", { "lambda.rsc": 0.3 }),
    ...rates("A4"),
    ...rates("A5"),
  ];
}
