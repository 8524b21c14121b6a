import { join } from "@std/path";
import { exists, type Progress } from "../runtime/mod.ts";
import type { RunConfig } from "../report/mod.ts";
import type { PublishedFolders } from "../weights/mod.ts";
import type { Changes } from "./changes.ts";
import { claimRun } from "./claim.ts";
import { StudyContext } from "./context.ts";
import { furtherChanged, tunedPreset } from "./presets.ts";
import { type RowId, rowOf } from "./rows.ts";
import { presetFor } from "./start.ts";
import { doRun, resolveRun, runName, type RunPlan } from "./run.ts";
import { labelOf, studyProgress, workDone, workOf } from "./work.ts";

/** Settings that were chosen on the validation split, for rows of data sets by their names. */
export interface Chosen {
  /**
   * False: they stand for the preset's own, and runs without any have the preset's. True: they are
   * changes of the preset, of controls, and only runs that have some are done.
   */
  readonly apart: boolean;
  readonly settings: Readonly<Record<string, Readonly<Record<string, Changes>>>>;
}

/** What a study compares. */
export interface StudyConfig {
  readonly datasets: readonly string[];
  readonly rows: readonly string[];
  /** How many seeds, from `firstSeed` on. */
  readonly seeds: number;
  /** 0 unless given. */
  readonly firstSeed?: number | undefined;
  readonly fractions: readonly number[];
  readonly preset: string;
  /** What is changed of the preset, by path; see changes.ts. */
  readonly changes: Changes;
  /** What was chosen for rows on the validation split. */
  readonly chosen?: Chosen | undefined;
  /** Published folders to start from, in place of the preset's own sizes and weights. */
  readonly published?: PublishedFolders | undefined;
  /** Leave out bad lines and pictures instead of stopping. */
  readonly skipBad: boolean;
}

/** The main job's default. */
export const defaultStudy: StudyConfig = {
  datasets: ["ecommerce-product"],
  rows: ["A0", "A1", "A2", "A3", "A6"],
  seeds: 1,
  fractions: [1],
  preset: "mini",
  changes: {},
  skipBad: false,
};

/** A run with its folder and resolved configuration. */
export interface PlannedRun {
  readonly plan: RunPlan;
  readonly name: string;
  readonly folder: string;
  readonly config: RunConfig;
  readonly finished: boolean;
}

/** All runs of a study: data set by data set, seed by seed, rows in order. */
export async function planStudy(
  context: StudyContext,
  config: StudyConfig,
  folder: string,
): Promise<PlannedRun[]> {
  const planned: PlannedRun[] = [];
  for (const dataset of config.datasets) {
    for (const fraction of config.fractions) {
      for (let i = 0; i < config.seeds; i++) {
        const seed = (config.firstSeed ?? 0) + i;
        for (const row of config.rows) {
          const plan: RunPlan = { dataset, row: rowOf(row).id as RowId, seed, fraction };
          const own = await contextOf(context, config, plan);
          if (own === undefined) continue;
          const resolved = await resolveRun(own, plan);
          const name = await runName(resolved), run = join(folder, "runs", name);
          const finished = await exists(join(run, "evaluation.json"));
          planned.push({ plan, name, folder: run, config: resolved, finished });
        }
      }
    }
  }
  return planned;
}

/** What was chosen for a row of a data set, or for the row whose settings it takes. */
export function chosenFor({ settings }: Chosen, dataset: string, row: string): Changes | undefined {
  return settings[dataset]?.[rowOf(row).settingsOf ?? row];
}

/** The context of a run with what was chosen for it; undefined where a control has no choice. */
async function contextOf(
  context: StudyContext,
  { chosen }: StudyConfig,
  { dataset, row }: RunPlan,
): Promise<StudyContext | undefined> {
  if (chosen === undefined) return context;
  const own = chosenFor(chosen, (await context.dataSet(dataset)).name, row);
  if (own === undefined) return chosen.apart ? undefined : context;
  return context.with((chosen.apart ? furtherChanged : tunedPreset)(context.preset, own));
}

/** What {@link runStudy} did. */
export interface StudyResult {
  readonly runs: readonly PlannedRun[];
  /** Names of the runs that this call finished. */
  readonly done: readonly string[];
  /** Names of the runs that are not finished: another process holds them, or a stop was asked for. */
  readonly left: readonly string[];
  /** Whether a stop was asked for. */
  readonly stopped: boolean;
}

/** Options of {@link runStudy}. */
export interface StudyOptions {
  /** Data and model that were loaded before. */
  readonly context?: StudyContext;
  /** Where to show progress; a line of its own unless given. */
  readonly progress?: Progress;
  /** Asked at every step; true stops with a checkpoint. */
  readonly shouldStop?: () => boolean;
}

/**
 * Does every unfinished run of a study, one after the other, with one line of progress.
 *
 * Finished runs are not repeated. A stop leaves a checkpoint: `shouldStop` asks for it, or a file
 * `STOP` put into the study's folder (of use where a notebook's stop button would end the kernel).
 * Several processes may work on one study: each claims a run before it begins.
 */
export async function runStudy(
  config: StudyConfig,
  folder: string,
  options: StudyOptions = {},
): Promise<StudyResult> {
  const context = options.context ??
    new StudyContext(await presetFor(config), config.skipBad);
  const runs = await planStudy(context, config, folder);
  const work = workOf(context.preset);
  const line = options.progress ?? studyProgress(runs, context.preset);
  const stopFile = stopFileIn(folder);
  const shouldStop = () => (options.shouldStop?.() ?? false) || stopFile();
  const done: string[] = [], left: string[] = [];
  let before = workDone(runs, context.preset);
  for (const run of runs.filter(({ finished }) => !finished)) {
    const label = labelOf(run);
    const claim = shouldStop() ? undefined : await claimRun(run.folder);
    if (!claim) {
      left.push(run.name);
      continue;
    }
    const measuring = before + work.training(run);
    try {
      const own = await contextOf(context, config, run.plan) ?? context;
      const finished = await doRun(own, run.plan, run.folder, run.config, {
        onStep: ({ step, total = NaN }) => {
          line.step(before + step, `${label}: loss ${total.toFixed(3)}`);
          return breathe();
        },
        onPhase: (what) => {
          line.step(measuring, `${label}: measuring, ${what}`);
          return breathe();
        },
        shouldStop,
      });
      (finished ? done : left).push(run.name);
    } finally {
      claim.release();
    }
    before += work.whole(run);
    line.step(before, label);
  }
  await line.done(
    left.length > 0 ? `${left.length} of ${runs.length} runs not finished` : undefined,
  );
  return { runs, done, left, stopped: shouldStop() };
}

/** Lets timers and signals have their turn between steps, which compute without a pause. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Whether a file `STOP` was put into a folder from now on; one that lay there before is history. */
function stopFileIn(folder: string): () => boolean {
  const since = Date.now();
  return () => {
    try {
      return (Deno.statSync(join(folder, "STOP")).mtime?.getTime() ?? 0) >= since;
    } catch {
      return false;
    }
  };
}
