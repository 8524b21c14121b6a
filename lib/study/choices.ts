/** The choices that were made on the validation split, as a file and as a table. */
import { join } from "@std/path";
import { z } from "zod";
import { sha256 } from "../data/mod.ts";
import { changesText, type RunRecord, type Table, textColumn } from "../report/mod.ts";
import { exists, projectFolder, writeJson } from "../runtime/mod.ts";
import type { Changes } from "./preset.ts";
import type { StudyContext } from "./context.ts";
import { presetOf } from "./presets.ts";
import { changesSchema } from "./setting.ts";
import type { Chosen } from "./plan.ts";
import {
  candidatesOf,
  choose,
  type Comparison,
  costsOf,
  type Measured,
  type Question,
  ruleOf,
  scaledRates,
  trialChanges,
  TUNING_SEED,
} from "./tuning.ts";

/** Where `deno task reproduce --full` looks for choices. */
export const choicesFile = join(projectFolder, "results", "reference", "tuning", "choices.json");

const choiceSchema = z.object({
  dataset: z.string(),
  /** Of the data set that was chosen on. */
  fingerprint: z.string(),
  row: z.string(),
  comparison: z.enum(["equal", "apart", "balance"]),
  rule: z.enum(["R sum", "IS loss", "ranks"]),
  candidates: z.array(z.object({
    name: z.string(),
    changes: changesSchema,
    /** null where the run diverged. */
    recallSum: z.number().nullable(),
    noise: z.number().nullable(),
    /** R@5 outside the tuned set, both directions' mean; not looked at by any rule. */
    outside: z.number().nullable(),
    /** The rule's ranks from 1, less is better. */
    cost: z.number(),
    run: z.string(),
  })).min(1),
  /** The name of a candidate, and what it changes of the preset. */
  chosen: z.string(),
  changes: changesSchema,
});
/** One choice with all that it was made from. */
export type Choice = z.infer<typeof choiceSchema>;

const choicesSchema = z.object({
  schema: z.literal(1),
  preset: z.string(),
  /** The starting weights, as in config.json. */
  start: z.string(),
  /** A hash of the preset's training settings, in whose units candidates are. */
  settings: z.string(),
  split: z.literal("validation"),
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
 * Makes the choices that finished runs allow; questions with a candidate that has no run are left out.
 *
 * Throws where a run was measured on another split than validation, or from other weights or data
 * than the other candidates.
 */
export function makeChoices(
  preset: string,
  asked: readonly Question[],
  records: readonly RunRecord[],
): Choices {
  const mine = records.filter(({ config }) =>
    config.preset === preset && config.seed === TUNING_SEED
  );
  const choices = asked.flatMap(({ dataset, row, comparison }): Choice[] => {
    const candidates = candidatesOf(preset, row, comparison);
    const runs = candidates.flatMap((candidate) => {
      const wanted = JSON.stringify(trialChanges(candidate));
      return mine.find(({ config }) =>
        config.dataset.name === dataset && config.row === row && config.fraction === 1 &&
        JSON.stringify(config.changes) === wanted
      ) ?? [];
    });
    if (runs.length < candidates.length) return [];
    for (const { folder, config } of runs) {
      if (config.evaluate.split === "validation") continue;
      throw new Error(`${folder}: measured on ${config.evaluate.split}, expected validation`);
    }
    const measured = runs.map(measuredOf), rule = ruleOf(row), costs = costsOf(rule, measured);
    const chosen = candidates[choose(rule, candidates, measured)]!;
    return [{
      dataset,
      fingerprint: only(runs, ({ config }) => config.dataset.fingerprint, "data"),
      row,
      comparison,
      rule,
      candidates: candidates.map(({ name, changes }, i) => ({
        name,
        changes: plain(changes),
        recallSum: finite(measured[i]!.recallSum),
        noise: finite(measured[i]!.noise),
        outside: outsideOf(runs[i]!),
        cost: costs[i]!,
        run: runs[i]!.name,
      })),
      chosen: chosen.name,
      changes: plain(chosen.changes),
    }];
  });
  const start = mine.length === 0
    ? ""
    : only(mine, ({ config }) => String(config.model.start), "starting weights");
  return {
    schema: 1,
    preset,
    start,
    settings: settingsHash(preset),
    split: "validation",
    seed: TUNING_SEED,
    choices,
  };
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

function measuredOf({ evaluation: { metrics } }: RunRecord): Measured {
  // The key is the measure's own, whichever split it was measured on.
  return {
    recallSum: metrics["retrieval.recallSum"] ?? NaN,
    noise: metrics["is.test"] ?? NaN,
  };
}

function outsideOf({ evaluation: { metrics } }: RunRecord): number | null {
  const both = [metrics["forgetting.i2t.r5"], metrics["forgetting.t2i.r5"]];
  return both.some((value) => value === undefined) ? null : (both[0]! + both[1]!) / 2;
}

const finite = (value: number): number | null => Number.isFinite(value) ? value : null;
const plain = (changes: Changes) => ({ ...changes }) as Choice["changes"];

/**
 * What was chosen, as a study takes it.
 *
 * Controls of steps of their own name every setting that was open, also where it is the preset's, so
 * that tables tell them from the rows of equal steps.
 */
export function chosenSettings(
  choices: Choices,
  comparison: Exclude<Comparison, "balance">,
): Chosen {
  const settings: Record<string, Record<string, Changes>> = {};
  const open: Changes = {
    ...scaledRates(choices.preset, 1),
    "train.steps": presetOf(choices.preset).train.steps,
  };
  for (const { dataset, row, changes, ...choice } of choices.choices) {
    if (choice.comparison !== comparison) continue;
    (settings[dataset] ??= {})[row] = comparison === "apart" ? { ...open, ...changes } : changes;
  }
  return { apart: comparison === "apart", settings };
}

/**
 * Throws where choices were made from other starting weights than a study's, or on other pictures or
 * captions under the name of one of its data sets.
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
      `settings of rows were chosen from starting weights ${start}, found ${mine}; ${wayOut}`,
    );
  }
  if (settings !== settingsHash(preset)) {
    throw new Error(
      `settings of rows were chosen from other values of preset ${preset}; ${wayOut}`,
    );
  }
  for (const dataset of datasets) {
    const { name, fingerprint } = await context.dataSet(dataset);
    const other = choices.find((choice) =>
      choice.dataset === name && choice.fingerprint !== fingerprint
    );
    if (other === undefined) continue;
    throw new Error(
      `settings of rows were chosen on a "${name}" of fingerprint ` +
        `${other.fingerprint.slice(0, 16)}, found ${fingerprint.slice(0, 16)}; ${wayOut}`,
    );
  }
}

const COMPARISONS: Readonly<Record<Comparison, string>> = {
  equal: "equal",
  apart: "its own",
  balance: "equal; λ_is for all rows",
};

/** Every candidate of every choice with its validation numbers; the chosen ones are ticked. */
export function choicesTable({ choices, preset, seed }: Choices): Table {
  const number = (key: string, title: string, digits: number, scale = 1) => (
    { key, title, align: "right", format: { digits, scale } } as const
  );
  return {
    title: "Settings chosen on the validation split",
    note:
      `Preset ${preset}, seed ${seed}, which no study uses; measured on the validation split. ` +
      "Every row had the same number of candidates. A row with ITC alone is chosen by R sum, one " +
      "with IS alone by the IS loss, a joint row by the mean of its ranks in both; of equal ones " +
      "the candidate nearest the preset. Outside: R@5 on drawn pictures, at which no rule looks. " +
      "λ_is for all rows is no row's own choice: the preset holds what was best over the sets.",
    columns: [
      textColumn("dataset", "data set"),
      textColumn("row", "row"),
      textColumn("comparison", "steps"),
      textColumn("rule", "chosen by"),
      textColumn("candidate", "candidate"),
      textColumn("changes", "setting"),
      number("recallSum", "R sum", 1, 100),
      number("noise", "IS loss", 4),
      number("outside", "outside", 1, 100),
      number("cost", "rank", 1),
      { key: "chosen", title: "chosen", align: "center", format: "tick" },
    ],
    rows: choices.flatMap(({ dataset, row, comparison, rule, candidates, chosen }) =>
      candidates.map(({ name, changes, recallSum, noise, outside, cost }) => ({
        dataset,
        row,
        comparison: COMPARISONS[comparison],
        rule,
        candidate: name,
        changes: changesText(changes) || "as the preset",
        recallSum: recallSum ?? undefined,
        noise: noise ?? undefined,
        outside: outside ?? undefined,
        cost,
        chosen: name === chosen,
      }))
    ),
  };
}
