/** How much work a study is, for its progress line. */
import { inNotebook, type Progress, progress } from "../runtime/mod.ts";
import type { Preset } from "./preset.ts";
import type { PlannedRun } from "./plan.ts";

/** "ecommerce-product A6 seed 0" */
export function labelOf({ config: { dataset, row, seed, fraction } }: PlannedRun): string {
  const share = fraction === 1 ? "" : ` ${Math.round(100 * fraction)} %`;
  return `${dataset.name}${share} ${row} seed ${seed}`;
}

/** How much work a run is, in training steps; an evaluation counts as much as some of them. */
export function workOf({ train: { steps } }: Preset) {
  // Steps that were chosen for a run stand in its own configuration.
  const training = ({ plan, config }: Pick<PlannedRun, "plan" | "config">) =>
    plan.row === "A0" ? 0 : Number(config.train.steps);
  const evaluation = Math.ceil(steps / 4);
  return {
    training,
    whole: (run: Pick<PlannedRun, "plan" | "config">) => training(run) + evaluation,
  };
}

/** The work of the finished ones among some runs. */
export function workDone(runs: readonly PlannedRun[], preset: Preset): number {
  const { whole } = workOf(preset);
  return runs.reduce((sum, run) => sum + (run.finished ? whole(run) : 0), 0);
}

/** The progress line of a study, from where it is. */
export function studyProgress(runs: readonly PlannedRun[], preset: Preset): Progress {
  const { whole } = workOf(preset);
  return lineOf(runs.map((run) => ({ whole: whole(run), finished: run.finished })));
}

/** The progress line of some runs; silent where nothing is left to do, but in a notebook. */
export function lineOf(
  runs: readonly { readonly whole: number; readonly finished?: boolean }[],
): Progress {
  const sum = (some: typeof runs) => some.reduce((total, { whole }) => total + whole, 0);
  const total = sum(runs), start = sum(runs.filter(({ finished }) => finished));
  // In a notebook the cell must have the same outputs whether it computes or only shows.
  const silent = start === total && !inNotebook();
  const line = progress(total, "study", { start, ...(silent ? { where: "silent" } : {}) });
  line.step(start);
  return line;
}
