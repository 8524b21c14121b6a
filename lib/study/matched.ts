/**
 * One setting for all rows of a set: the learning rates that suit ITC + IS (A3) best over the folds.
 *
 * INFERRED: the paper's abstract says nothing of how settings were chosen. Rows that each choose their
 * own differ by more than their loss.
 */
import { foldName } from "../data/mod.ts";
import type { Changes, Preset } from "./preset.ts";
import { presetOf } from "./presets.ts";
import { defaultStudy, type StudyConfig } from "./plan.ts";

/** Folds by product: each product is tested in one of them. */
export const FOLDS = 5;

/** What the preset's learning rates are multiplied by. */
export const RATES = [0.25, 0.5, 1, 2, 4] as const;

/** The row that the rates are chosen for. */
export const CHOSEN_FOR = "A3";

/** The seed of the runs that choose; those that are compared count from 0 and never come to it. */
export const CHOOSING_SEED = 100;

/** Every tower's learning rate of a preset times a factor, as changes of it. */
export function scaledRates(preset: string, factor: number): Changes {
  const rates = Object.entries(presetOf(preset).train.learningRates);
  return Object.fromEntries(
    rates.map(([tower, rate]) => [`train.learningRates.${tower}`, factor * rate]),
  );
}

/** The addresses of a set's folds, in order. */
export function foldsOf(set: string, folds = FOLDS): string[] {
  return Array.from(
    { length: folds },
    (_, i) => `${set}#fold=${foldName({ index: i + 1, of: folds })}`,
  );
}

/** What a run that chooses leaves out: no rule looks at a picture that it draws. */
const UNDRAWN: Changes = { "evaluate.samples": 0, "evaluate.shown": 0 };

/** What a run under a candidate's rates changes of the preset. */
export function candidateChanges(preset: string, factor: number): Changes {
  return { ...scaledRates(preset, factor), ...UNDRAWN };
}

/** The studies of which the rates are chosen, one for each candidate, on every fold of some sets. */
export function choosingStudies(
  preset: Preset["name"],
  sets: readonly string[],
): { readonly title: string; readonly config: StudyConfig }[] {
  return RATES.map((factor) => ({
    title: `learning rates × ${factor}`,
    config: {
      ...defaultStudy,
      preset,
      datasets: sets.flatMap((set) => foldsOf(set)),
      rows: [CHOSEN_FOR],
      firstSeed: CHOOSING_SEED,
      changes: candidateChanges(preset, factor),
    },
  }));
}

/** A candidate's numbers, means over the folds. */
export interface Candidate {
  readonly factor: number;
  /** Mean reciprocal rank, both ways' mean. */
  readonly mrr: number;
  /** The denoising loss on fixed draws. */
  readonly noise: number;
}

/**
 * The place of the candidate with the least mean of its ranks by MRR (more is better) and by denoising
 * loss (less is better); of equal ones the nearest to the preset, then the first.
 *
 * Numbers that are none (a run that diverged) come last. Throws on no candidates.
 */
export function chooseRates(candidates: readonly Candidate[]): number {
  if (candidates.length === 0) throw new Error("chooseRates: found no candidate, expected one");
  const costs = costsOf(candidates);
  const distance = (i: number) => Math.abs(Math.log(candidates[i]!.factor));
  const order = [...candidates.keys()].sort((a, b) =>
    costs[a]! - costs[b]! || distance(a) - distance(b) || a - b
  );
  return order[0] as number;
}

/** The mean of each candidate's two ranks from 1, less is better. */
export function costsOf(candidates: readonly Candidate[]): number[] {
  const recall = ranks(candidates.map(({ mrr }) => -mrr));
  const noise = ranks(candidates.map(({ noise }) => noise));
  return recall.map((rank, i) => (rank + noise[i]!) / 2);
}

/** Ranks from 1, the least first; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  // Sums in another order differ in their last digits; what is no number comes last.
  const plain = values.map((v) => Number.isFinite(v) ? Number(v.toPrecision(9)) : Infinity);
  return plain.map((value) => {
    const below = plain.filter((other) => other < value).length;
    return below + (plain.filter((other) => other === value).length + 1) / 2;
  });
}
