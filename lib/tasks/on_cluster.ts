/** `deno task reproduce --engine slurm`: its runs as tasks of a cluster. */
import { join } from "@std/path";
import { projectFolder } from "../runtime/mod.ts";
import {
  describeLook,
  describeProcesses,
  type Engine,
  followRuns,
  forgetFailure,
  lastWords,
  lineOf,
  type PlannedRun,
  readPlan,
  RunWatch,
  savePlan,
  type Site,
  slurmEngine,
  type SlurmOptions,
  stopTime,
  studyFolder,
  type StudyPlan,
  watchedRuns,
} from "../study/mod.ts";
import { jobsOf, type LoadedPart, tellFinished, tellTruncated } from "./parts.ts";
import { STARTER } from "./rights.ts";
import type { StopRequest } from "./signals.ts";

/** How a study is done on a cluster. */
export interface ClusterOptions {
  readonly slurm: SlurmOptions;
  readonly site: Site;
  /** Submit the tasks and leave. */
  readonly detach: boolean;
}

/**
 * Submits tasks for what is not done yet and follows them; returns all runs, with what is finished
 * now. Throws what a failed task said.
 *
 * Ctrl-C, or `detach`, leaves them alone. Runs that failed before are tried again.
 */
export async function onCluster(
  parts: readonly LoadedPart[],
  { slurm, site, detach, stop }: ClusterOptions & { readonly stop: StopRequest },
): Promise<PlannedRun[]> {
  const jobs = await jobsOf(parts), before = jobs.map(({ run }) => run);
  if (tellFinished(parts, before)) return before;
  await tellTruncated(parts);
  const folder = studyFolder(parts[0]!.setting.name),
    watch = new RunWatch(folder, watchedRuns(jobs));
  const first = await watch.look();
  for (const { name } of first.failed) await forgetFailure(join(folder, "runs", name));
  // The rights are worked out where the task runs: another machine has its programs elsewhere.
  const script = join(projectFolder, "lib", "tasks", "start.ts");
  const command = [...STARTER, script, "cluster_task", join(folder, "plan.json")];
  const engine = await slurmEngine({ folder, options: slurm, site, command });
  await writePlan(folder, engine, {
    engine: "slurm",
    parts: parts.map(({ title, setting }) => ({ title, setting })),
    runs: watch.runs,
    stop: stopTime(folder),
  });
  await engine.submit(first.total - first.finished);
  console.log(`Slurm: ${describeProcesses(await engine.state())}`);
  if (!detach) await follow(engine, watch, folder, stop);
  return before.map((run) => ({ ...run, finished: watch.isFinished(run.name) }));
}

/** Follows the tasks, and adds some where they ended before their time but got further. */
async function follow(
  engine: Engine,
  watch: RunWatch,
  folder: string,
  stop: StopRequest,
): Promise<void> {
  const line = lineOf(watch.runs), options = { line, shouldLeave: stop.asked };
  for (let last = -1;;) {
    const look = await followRuns(engine, watch, { ...options, describe: describeProcesses });
    const open = look.total - look.finished - look.failed.length;
    if (open > 0 && !stop.asked() && stopTime(folder) === (await readPlan(folder))?.stop) {
      if (look.done <= last) {
        throw new Error(
          `Slurm: no task is left, and ${open} runs are not finished; ${await lastWords(folder)}`,
        );
      }
      last = look.done;
      await engine.submit(open);
      continue;
    }
    await line.done(describeLook(look));
    for (const { name, reason } of look.failed) console.error(`failed: ${name}: ${reason}`);
    return;
  }
}

/** Writes the plan; where tasks of an earlier one are at work, what they were to do stays in it. */
async function writePlan(folder: string, engine: Engine, plan: StudyPlan): Promise<void> {
  const { running, waiting } = await engine.state();
  const old = running + waiting > 0 ? await readPlan(folder) : undefined;
  const known = new Set(plan.parts.map((part) => JSON.stringify(part.setting)));
  const more = (old?.parts ?? []).filter(({ setting }) => !known.has(JSON.stringify(setting)));
  const names = new Set(plan.runs.map(({ name }) => name));
  const others = (old?.runs ?? []).filter(({ name }) => !names.has(name));
  await savePlan(folder, {
    ...plan,
    parts: [...plan.parts, ...more],
    runs: [...plan.runs, ...others],
  });
}
