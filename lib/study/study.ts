import { join } from "@std/path";
import { exists, type Progress } from "../runtime/mod.ts";
import type { Changes } from "./preset.ts";
import { claimRun } from "./claim.ts";
import { StudyContext } from "./context.ts";
import { furtherChanged, tunedPreset } from "./presets.ts";
import { type RowId, rowOf } from "./rows.ts";
import { presetFor } from "./start.ts";
import { doRun, resolveRun, runName } from "./run.ts";
import type { RunPlan } from "./plan.ts";
import { labelOf, studyProgress, workDone, workOf } from "./work.ts";
import type { Chosen, PlannedRun, StudyConfig } from "./plan.ts";

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
