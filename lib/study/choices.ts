/** The learning rates that were chosen for sets, as a file and as a table. */
import { join } from "@std/path";
import { z } from "zod";
import { sha256 } from "../data/mod.ts";
import { mean } from "../eval/mod.ts";
import { type RunRecord, type Table, textColumn } from "../report/mod.ts";
import { exists, projectFolder, writeJson } from "../runtime/mod.ts";
import type { StudyContext } from "./context.ts";
import {
  candidateChanges,
  chooseRates,
  CHOOSING_SEED,
  CHOSEN_FOR,
  costsOf,
  FOLDS,
  RATES,
  scaledRates,
} from "./matched.ts";
import type { Chosen } from "./plan.ts";
import { presetOf } from "./presets.ts";
import { changesSchema } from "./setting.ts";

/** Where `deno task reproduce --full` looks for choices. */
export const choicesFile = join(projectFolder, "results", "reference", "study", "choices.json");

const choiceSchema = z.object({
  dataset: z.string(),
  /** Of the data set that was chosen on. */
  fingerprint: z.string(),
  candidates: z.array(z.object({
    factor: z.number(),
    /** null where a run diverged. */
    mrr: z.number().nullable(),
    noise: z.number().nullable(),
    /** R@5 outside the tuned set, both directions' mean; the rule does not look at it. */
    outside: z.number().nullable(),
    /** The mean of its ranks, less is better. */
    cost: z.number(),
    runs: z.array(z.string()),
  })).min(1),
  /** What the preset's learning rates are multiplied by. */
  chosen: z.number(),
  changes: changesSchema,
});
/** One set's choice with all that it was made from. */
export type Choice = z.infer<typeof choiceSchema>;

const choicesSchema = z.object({
  schema: z.literal(2),
  preset: z.string(),
  /** The starting weights, as in config.json. */
  start: z.string(),
  /** A hash of the preset's training settings, in whose units candidates are. */
  settings: z.string(),
  row: z.string(),
  folds: z.number(),
  seed: z.number(),
  choices: z.array(choiceSchema),
});
/** The content of choices.json. */
export type Choices = z.infer<typeof choicesSchema>;

/** The choices in a file, or undefined where there is none; throws on a malformed one. */
export async function readChoices(path = choicesFile): Promise<Choices | undefined> {
  if (!await exists(path)) return undefined;
  try {
    return choicesSchema.parse(JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    throw new Error(
      `${path}: no choices of settings (${(error as Error).message}); "deno task tune" writes it`,
      { cause: error },
    );
  }
}

/** Writes choices.json. */
export function writeChoices(path: string, choices: Choices): Promise<void> {
  return writeJson(path, choices);
}

/**
 * Makes the choices that finished runs allow, for data sets by their names; a set is left out as long
 * as a candidate lacks a fold.
 *
 * Throws where the runs of a set are from other weights or data than each other.
 */
export function makeChoices(
  preset: string,
  sets: readonly string[],
  records: readonly RunRecord[],
): Choices {
  const mine = records.filter(({ config }) =>
    config.preset === preset && config.seed === CHOOSING_SEED && config.row === CHOSEN_FOR &&
    config.fraction === 1
  );
  const choices = sets.flatMap((dataset): Choice[] => {
    const bySet = mine.filter(({ config }) => config.dataset.name === dataset);
    const trials = RATES.map((factor) => {
      const wanted = JSON.stringify(candidateChanges(preset, factor));
      const runs = bySet.filter(({ config }) => JSON.stringify(config.changes) === wanted);
      return { factor, runs };
    });
    const complete = trials.every(({ runs }) =>
      new Set(runs.map(({ config }) => config.dataset.fold)).size === FOLDS
    );
    if (!complete) return [];
    const measured = trials.map(({ factor, runs }) => ({
      factor,
      mrr: overFolds(runs, bothWays("retrieval", "mrr")),
      noise: overFolds(runs, ({ "is.test": loss = NaN }) => loss),
    }));
    const costs = costsOf(measured), chosen = RATES[chooseRates(measured)]!;
    const all = trials.flatMap(({ runs }) => runs);
    return [{
      dataset,
      fingerprint: only(all, ({ config }) => config.dataset.fingerprint, "data"),
      candidates: trials.map(({ factor, runs }, i) => ({
        factor,
        mrr: finite(measured[i]!.mrr),
        noise: finite(measured[i]!.noise),
        outside: finite(overFolds(runs, bothWays("forgetting", "r5"))),
        cost: costs[i]!,
        runs: runs.map(({ name }) => name).sort(),
      })),
      chosen,
      changes: { ...scaledRates(preset, chosen) } as Choice["changes"],
    }];
  });
  return {
    schema: 2,
    preset,
    start: mine.length === 0
      ? ""
      : only(mine, ({ config }) => String(config.model.start), "starting weights"),
    settings: settingsHash(preset),
    row: CHOSEN_FOR,
    folds: FOLDS,
    seed: CHOOSING_SEED,
    choices,
  };
}

type Metrics = RunRecord["evaluation"]["metrics"];

const bothWays = (prefix: string, key: string) => (metrics: Metrics) =>
  ((metrics[`${prefix}.i2t.${key}`] ?? NaN) + (metrics[`${prefix}.t2i.${key}`] ?? NaN)) / 2;

function overFolds(runs: readonly RunRecord[], of: (metrics: Metrics) => number): number {
  return mean(runs.map(({ evaluation }) => of(evaluation.metrics)));
}

/** A name for how a preset trains before anything is chosen. */
function settingsHash(preset: string): string {
  const { lambda, train } = presetOf(preset);
  return sha256(JSON.stringify([lambda, train])).slice(0, 16);
}

/** The one value that all runs have; throws where they differ. */
function only(runs: readonly RunRecord[], of: (run: RunRecord) => string, what: string): string {
  const values = [...new Set(runs.map(of))];
  if (values.length !== 1) {
    throw new Error(
      `${runs[0]!.folder}: ${values.length} kinds of ${what} among the candidates, expected one; ` +
        "remove the older runs",
    );
  }
  return values[0] as string;
}

const finite = (value: number): number | null => Number.isFinite(value) ? value : null;

/** What was chosen, as a study takes it. */
export function chosenSettings({ choices }: Choices): Chosen {
  return Object.fromEntries(choices.map(({ dataset, changes }) => [dataset, changes]));
}

/**
 * Throws where choices were made from other starting weights or settings than a study's, or on other
 * pictures or captions under the name of one of its data sets.
 */
export async function checkChoices(
  { preset, start, settings, choices }: Choices,
  context: StudyContext,
  datasets: readonly string[],
): Promise<void> {
  const wayOut = '"deno task tune" chooses again, --untuned keeps the settings of the preset';
  const mine = await context.startingPoint();
  if (start !== mine) {
    throw new Error(
      `settings were chosen from starting weights ${start}, found ${mine}; ${wayOut}`,
    );
  }
  if (settings !== settingsHash(preset)) {
    throw new Error(`settings were chosen from other values of preset ${preset}; ${wayOut}`);
  }
  for (const dataset of datasets) {
    const { name, fingerprint } = await context.dataSet(dataset);
    const other = choices.find((choice) =>
      choice.dataset === name && choice.fingerprint !== fingerprint
    );
    if (other === undefined) continue;
    throw new Error(
      `settings were chosen on a "${name}" of fingerprint ${other.fingerprint.slice(0, 16)}, ` +
        `found ${fingerprint.slice(0, 16)}; ${wayOut}`,
    );
  }
}

/** Every candidate of every set with its numbers; the chosen ones are ticked. */
export function choicesTable({ choices, preset, seed, row, folds }: Choices): Table {
  const number = (key: string, title: string, digits: number, scale = 1) => (
    { key, title, align: "right", format: { digits, scale } } as const
  );
  return {
    title: "Learning rates, one for all rows of a set",
    note: `Preset ${preset}, row ${row}, means over ${folds} folds, seed ${seed}, which is not ` +
      "compared afterwards. Chosen: the least mean of the ranks by MRR and by IS loss; of equal " +
      "ones the nearest to the preset. Outside: R@5 on drawn pictures, at which the rule does not look.",
    columns: [
      textColumn("dataset", "data set"),
      number("factor", "rates ×", 2),
      number("mrr", "MRR", 2, 100),
      number("noise", "IS loss", 4),
      number("outside", "outside", 1, 100),
      number("cost", "rank", 1),
      { key: "chosen", title: "chosen", align: "center", format: "tick" },
    ],
    rows: choices.flatMap(({ dataset, candidates, chosen }) =>
      candidates.map(({ factor, mrr, noise, outside, cost }) => ({
        dataset,
        factor,
        mrr: mrr ?? undefined,
        noise: noise ?? undefined,
        outside: outside ?? undefined,
        cost,
        chosen: factor === chosen,
      }))
    ),
  };
}
