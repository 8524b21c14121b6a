/** What is being done in a study's folder: for tasks of a cluster, and for whoever asks how it goes. */
import { join } from "@std/path";
import { exists, writeJson } from "../runtime/mod.ts";
import type { StudySetting } from "./setting.ts";
import type { Watched } from "./watch.ts";

/** What stands in plan.json. */
export interface StudyPlan {
  readonly engine: "local" | "slurm";
  /** The parts of a grid, or one study. */
  readonly parts: readonly { readonly title: string; readonly setting: StudySetting }[];
  readonly runs: readonly Watched[];
  /** When the file STOP was written that is history; 0 where there was none. */
  readonly stop: number;
}

function planFile(folder: string): string {
  return join(folder, "plan.json");
}

/** Writes down what is being done in a study's folder; returns the file. */
export async function savePlan(folder: string, plan: StudyPlan): Promise<string> {
  // It is known who finished what: the plan says what there is to do.
  const runs = plan.runs.map(({ name, training, whole }) => ({ name, training, whole }));
  await writeJson(planFile(folder), { ...plan, runs });
  return planFile(folder);
}

/** What is being done in a study's folder, or undefined where nothing was written down. */
export async function readPlan(folder: string): Promise<StudyPlan | undefined> {
  const path = planFile(folder);
  if (!await exists(path)) return undefined;
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    throw new Error(`${path}: not a plan (${(error as Error).message}); call reproduce again`);
  }
}
