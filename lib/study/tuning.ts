/**
 * Which settings each row may choose among, and how it chooses, on the validation split alone.
 *
 * INFERRED: the paper's abstract says nothing of how settings were chosen. Every row has the same
 * budget, {@link BUDGET} candidates, each the preset with one thing changed.
 */
import type { Changes } from "./preset.ts";
import { presetOf } from "./presets.ts";
import type { Preset } from "./preset.ts";
import { type RowId, rowOf } from "./rows.ts";
import { defaultStudy, type StudyConfig } from "./plan.ts";

/** Candidates of every row. */
export const BUDGET = 6;
/** The seed of every candidate's run; studies count from 0 and never come to it. */
export const TUNING_SEED = 100;

/** Rows that are tuned on every set, and those that the grid has on the first set alone. */
const EVERYWHERE: readonly RowId[] = ["A1", "A2", "A3", "A4", "A5", "A6"];
const ON_ONE_SET: readonly RowId[] = ["A7b", "A7c", "A7d", "A7e", "A7f", "A9t"];
/** Rows that have, beside their equal steps, a control with steps of their own. */
const APART: readonly RowId[] = ["A1", "A3", "A6"];

/** The row whose λ_is the preset takes for all. */
const BALANCED: readonly RowId[] = ["A3"];

/**
 * "equal": all rows keep the preset's steps and so their draws; "apart": steps may be chosen too;
 * "balance": λ_is against λ_itc, which the preset holds for all rows; no study reads it by itself.
 */
export type Comparison = "equal" | "apart" | "balance";

/** What a row may be trained with. */
export interface Candidate {
  /** "as the preset", "learning rates × 0.5", … */
  readonly name: string;
  /** What it changes of the preset; nothing for the preset itself. */
  readonly changes: Changes;
  /** How far it is from the preset: |ln| of its factor. */
  readonly distance: number;
}

/** What a row is chosen by; see {@link choose}. */
export type Rule = "R sum" | "IS loss" | "ranks";

/** A candidate's numbers on the validation split. */
export interface Measured {
  /** The six recalls added, as shares: 6 at most. */
  readonly recallSum: number;
  /** The denoising loss on fixed draws. */
  readonly noise: number;
}

/** Every tower's learning rate of a preset times a factor, as changes of it. */
export function scaledRates(preset: string, factor: number): Changes {
  const rates = Object.entries(presetOf(preset).train.learningRates);
  return Object.fromEntries(
    rates.map(([tower, rate]) => [`train.learningRates.${tower}`, factor * rate]),
  );
}

/**
 * The candidates of a row, {@link BUDGET} of them, the preset first.
 *
 * With equal steps: learning rates × ¼, ½ and 2, then λ_rsc × 0.3 and 3 with RSC, learning rates × ⅛
 * and 4 without. The weights of ITC and IS stay the preset's for all, so that RSC alone is what A6 has
 * and A3 has not.
 * Apart: learning rates × ¼, ½ and 2, steps × ½ and 2. Balance: λ_is × 0.04, 0.2, 0.5, 2 and 5.
 */
export function candidatesOf(preset: string, row: string, comparison: Comparison): Candidate[] {
  const { lambda, train: { steps } } = presetOf(preset), { itc, is, rsc } = rowOf(row).weights;
  const rate = (factor: number) =>
    candidate(`learning rates × ${factor}`, factor, scaledRates(preset, factor));
  const weight = (loss: "is" | "rsc") => (factor: number) =>
    candidate(`λ ${loss} × ${factor}`, factor, { [`lambda.${loss}`]: factor * lambda[loss] });
  const balance = weight("is"), consistency = weight("rsc");
  const length = (factor: number) =>
    candidate(`steps × ${factor}`, factor, { "train.steps": Math.round(factor * steps) });
  const plain = candidate("as the preset", 1, {});
  if (comparison === "balance") return [plain, ...[0.04, 0.2, 0.5, 2, 5].map(balance)];
  const common = [plain, rate(0.25), rate(0.5), rate(2)];
  if (comparison === "apart") return [...common, length(0.5), length(2)];
  if (itc === 0 && is === 0) throw new Error(`row ${row} trains nothing and has nothing to choose`);
  if (rsc !== 0) return [...common, consistency(0.3), consistency(3)];
  return [...common, rate(0.125), rate(4)];
}

function candidate(name: string, factor: number, changes: Changes): Candidate {
  return { name, changes, distance: Math.abs(Math.log(factor)) };
}

/** What a row is chosen by: what its losses are about. */
export function ruleOf(row: string): Rule {
  const { itc, is } = rowOf(row).weights;
  return itc !== 0 && is !== 0 ? "ranks" : itc !== 0 ? "R sum" : "IS loss";
}

/**
 * The place of the best candidate: by validation R sum (more is better), by validation denoising loss
 * (less is better), or by the mean of the ranks in both.
 *
 * Equal ones go to the candidate nearest the preset, then to the first. Numbers that are none (a run
 * that diverged) come last. Throws where the lists differ in length or are empty.
 */
export function choose(
  rule: Rule,
  candidates: readonly Pick<Candidate, "distance">[],
  measured: readonly Measured[],
): number {
  if (candidates.length === 0 || candidates.length !== measured.length) {
    throw new Error(
      `choose: found numbers of ${measured.length} candidates, expected ${candidates.length || 1}`,
    );
  }
  const cost = costsOf(rule, measured), nearest = (i: number) => candidates[i]!.distance;
  const order = candidates.map((_, i) => i).sort((a, b) =>
    cost[a]! - cost[b]! || nearest(a) - nearest(b) || a - b
  );
  return order[0] as number;
}

/** What each candidate costs under a rule, less is better: its rank from 1, or its mean rank. */
export function costsOf(rule: Rule, measured: readonly Measured[]): number[] {
  const recall = ranks(measured.map(({ recallSum }) => -recallSum));
  const noise = ranks(measured.map(({ noise }) => noise));
  if (rule === "R sum") return recall;
  return rule === "IS loss" ? noise : recall.map((rank, i) => (rank + noise[i]!) / 2);
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

/** A choice that is to be made, or was. */
export interface Question {
  readonly dataset: string;
  readonly row: RowId;
  readonly comparison: Comparison;
}

/** Every choice of a study on some sets, of all rows or those named; a row of no choice is refused. */
export function questions(sets: readonly string[], rows?: readonly string[]): Question[] {
  const known = [...EVERYWHERE, ...ON_ONE_SET];
  const other = rows?.find((row) => !known.includes(rowOf(row).id));
  if (other !== undefined) {
    throw new Error(`row ${other} has nothing to choose; expected some of ${known.join(", ")}`);
  }
  const wanted = (row: RowId) => rows === undefined || rows.includes(row);
  const equal = (list: readonly RowId[], of: readonly string[], comparison: Comparison = "equal") =>
    of.flatMap((dataset) => list.filter(wanted).map((row) => ({ dataset, row, comparison })));
  return [
    ...equal(EVERYWHERE, sets),
    ...equal(APART, sets, "apart"),
    ...equal(BALANCED, sets, "balance"),
    ...equal(ON_ONE_SET, sets.slice(0, 1)),
  ];
}

/** What a candidate's run changes of the preset: the candidate, and that it is measured on validation. */
export function trialChanges({ changes }: Pick<Candidate, "changes">): Changes {
  // Nothing is drawn: no rule looks at a picture.
  return {
    ...changes,
    "evaluate.split": "validation",
    "evaluate.samples": 0,
    "evaluate.shown": 0,
  };
}

/** The studies that answer some questions: one for each candidate, its rows on the sets they share. */
export function tuningStudies(
  preset: Preset["name"],
  asked: readonly Question[],
): { readonly title: string; readonly config: StudyConfig }[] {
  const trials = new Map<string, { candidate: Candidate; rows: Map<RowId, Set<string>> }>();
  for (const { dataset, row, comparison } of asked) {
    for (const candidate of candidatesOf(preset, row, comparison)) {
      const trial = trials.get(candidate.name) ?? { candidate, rows: new Map() };
      trials.set(candidate.name, trial);
      trial.rows.set(row, (trial.rows.get(row) ?? new Set()).add(dataset));
    }
  }
  return [...trials.values()].flatMap(({ candidate, rows }) => {
    const bySets = Map.groupBy(rows.keys(), (row) => JSON.stringify([...rows.get(row)!]));
    return [...bySets].map(([sets, rows]) => ({
      title: `${candidate.name}, rows ${rows.join(", ")}`,
      config: {
        ...defaultStudy,
        preset,
        datasets: JSON.parse(sets),
        rows,
        firstSeed: TUNING_SEED,
        changes: trialChanges(candidate),
      },
    }));
  });
}
