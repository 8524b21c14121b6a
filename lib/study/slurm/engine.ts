/** Tasks of a Slurm cluster, as an engine. */
import { join } from "@std/path";
import { projectFolder, writeAtomic } from "../../runtime/mod.ts";
import type { Engine, Processes } from "../engine.ts";
import type { Site, SlurmOptions } from "./options.ts";
import { batchScript } from "./script.ts";

/** What the tasks of a study are. */
export interface SlurmStudy {
  /** The study's folder. */
  readonly folder: string;
  readonly options: SlurmOptions;
  readonly site: Site;
  /** Arguments of `deno` that make a task. */
  readonly command: readonly string[];
}

/** Folder of a study's batch script and of what its tasks said. */
export function logFolder(folder: string): string {
  return join(folder, "slurm");
}

/**
 * The tasks of a study on Slurm: one job array, found again by its name.
 *
 * A later `submit` adds tasks where some have ended. Throws what Slurm's programs say, or that they
 * are not here.
 */
export async function slurmEngine({ folder, options, site, command }: SlurmStudy): Promise<Engine> {
  const name = await jobName(folder), logs = logFolder(folder);
  return {
    every: 3,
    async submit(runs) {
      const now = await tasksOf(folder);
      const tasks = Math.min(options.array, runs) - now.running - now.waiting;
      if (tasks <= 0) return;
      const script = join(logs, "job.sh");
      await writeAtomic(script, batchScript([site.deno ?? Deno.execPath(), ...command], site));
      const own = {
        "job-name": name,
        chdir: projectFolder,
        output: join(logs, "%A_%a.log"),
        "open-mode": "append",
        array: `0-${tasks - 1}`,
        signal: `B:TERM@${options.grace}`,
        requeue: "",
      };
      const words = Object.entries({ ...own, ...options.sbatch })
        .map(([option, value]) => value === "" ? `--${option}` : `--${option}=${value}`);
      await slurm("sbatch", [...words, script]);
    },
    state: () => tasksOf(folder),
    stop: () => askToStop(folder, "slurm"),
  };
}

/**
 * Asks the processes of a study to stop: those at work by its file STOP, tasks that have no machine yet
 * by Slurm.
 */
export async function askToStop(folder: string, engine: "local" | "slurm" = "local") {
  await Deno.writeTextFile(join(folder, "STOP"), "");
  if (engine === "slurm") {
    await slurm("scancel", ["--state=PENDING", `--name=${await jobName(folder)}`]);
  }
}

/** The name of a study's job array: that of its folder, and a hash of where it lies. */
export async function jobName(folder: string): Promise<string> {
  const path = await Deno.realPath(folder), bytes = new TextEncoder().encode(path);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, 4);
  return `unidiff-${path.split("/").at(-1)}-${hash.toHex()}`;
}

/** The tasks of a study that have not ended. */
export async function tasksOf(folder: string): Promise<Processes> {
  const name = await jobName(folder);
  const text = await slurm("squeue", [
    ...["--noheader", "--array", "--me", `--name=${name}`, "--format=%T|%r"],
  ]);
  const tasks = text.split("\n").filter((line) => line.includes("|")).map((line) =>
    line.split("|")
  );
  const pending = tasks.filter(([state]) => state === "PENDING");
  const reason = pending.at(-1)?.[1];
  return {
    running: tasks.length - pending.length,
    waiting: pending.length,
    ...(reason === undefined || reason === "None" ? {} : { reason }),
  };
}

/** What one of Slurm's programs says; throws where it is not here or fails. */
async function slurm(program: string, args: readonly string[]): Promise<string> {
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(program, { args: [...args] }).output();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `--engine slurm: the program ${program} is not here; call it where jobs are submitted`,
    );
  }
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  if (!output.success) throw new Error(`${program}: ${text(output.stderr) || text(output.stdout)}`);
  return text(output.stdout);
}

/** The last lines of what the tasks of a study said that wrote last. */
export async function lastWords(folder: string): Promise<string> {
  const logs: { path: string; at: number }[] = [];
  for await (const { name } of Deno.readDir(logFolder(folder))) {
    const path = join(logFolder(folder), name);
    if (name.endsWith(".log")) {
      logs.push({ path, at: (await Deno.stat(path)).mtime?.getTime() ?? 0 });
    }
  }
  const last = logs.sort((a, b) => b.at - a.at)[0];
  if (last === undefined) return "no task has said anything";
  const lines = (await Deno.readTextFile(last.path)).trim().split("\n").slice(-12);
  return `${last.path} ends with:\n  ${lines.join("\n  ")}`;
}
