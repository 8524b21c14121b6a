/** `deno task study`: how a study is going, and its end before time, wherever its runs are done. */
import { join, relative } from "@std/path";
import { Command } from "commander";
import { describeOwner, exists, isAlive, pause, projectFolder } from "../runtime/mod.ts";
import {
  askToStop,
  describeLook,
  describeProcesses,
  holderOf,
  type Look,
  readPlan,
  RunWatch,
  startedRuns,
  type StudyPlan,
  tasksOf,
} from "../study/mod.ts";
import { strict } from "./arguments.ts";
import { folderOf } from "./study_argument.ts";
import { tellError } from "./told.ts";

/** Lines of a kind that are shown. */
const SHOWN = 10;

const command = strict(new Command("deno task study"))
  .description("Tell how a study is going, or stop it, wherever its runs are done.");
command.command("status").argument("[name]", "the study's folder in results/, or its path")
  .description("what is finished, runs, waits and failed; without a name, of all studies")
  .action((name?: string) => (name ? status(name) : list()).catch(tellError));
command.command("stop").argument("<name>", "the study's folder in results/, or its path")
  .description("let its processes end at their next step, each with a checkpoint")
  .action((name: string) => stop(name).catch(tellError));
await command.parseAsync([...Deno.args], { from: "user" });
Deno.exit(0);

async function status(name: string): Promise<void> {
  const folder = await folderOf(name), { plan, look } = await lookAt(folder);
  console.log(
    `${relative(Deno.cwd(), folder)}: ${describeLook(look)}${await tasks(folder, plan, look)}`,
  );
  for (const run of look.running.slice(0, SHOWN)) {
    const owner = await holderOf(join(folder, "runs", run));
    if (owner === undefined) continue;
    const ended = isAlive(owner) === false ? ", which has ended without a word" : "";
    console.log(`  running: ${run}: ${describeOwner(owner)}${ended}`);
  }
  for (const { name, reason } of look.failed.slice(0, SHOWN)) {
    console.log(`  failed: ${name}: ${reason}`);
  }
  const more = look.running.length + look.failed.length - 2 * SHOWN;
  if (more > 0) console.log(`  and ${more} more`);
}

async function list(): Promise<void> {
  const results = join(projectFolder, "results"), names: string[] = [];
  for await (const { name } of Deno.readDir(results)) {
    if (await exists(join(results, name, "runs"))) names.push(name);
  }
  for (const name of names.sort()) {
    const folder = join(results, name), { plan, look } = await lookAt(folder);
    console.log(`${name}: ${describeLook(look)}${await tasks(folder, plan, look)}`);
  }
  if (names.length === 0) console.log("no studies in results/");
}

async function stop(name: string): Promise<void> {
  const folder = await folderOf(name), { plan } = await lookAt(folder);
  await askToStop(folder, plan?.engine);
  console.log("asked: each process ends at its next step, with a checkpoint");
  while (await atWork(folder, plan) > 0) await pause(1);
  console.log(describeLook((await lookAt(folder)).look));
}

/** What is planned in a folder, or else has begun there, and its state. */
async function lookAt(folder: string) {
  const plan = await readPlan(folder);
  const begun = async () =>
    [...await startedRuns(folder)].map((name) => ({ name, training: 0, whole: 0 }));
  return { plan, look: await new RunWatch(folder, plan?.runs ?? await begun()).look() };
}

/** "; Slurm: 4 tasks running" where a cluster is at it. */
async function tasks(folder: string, plan: StudyPlan | undefined, look: Look): Promise<string> {
  if (plan?.engine !== "slurm" || look.finished === look.total) return "";
  try {
    return `; Slurm: ${describeProcesses(await tasksOf(folder))}`;
  } catch (error) {
    return `; Slurm does not answer (${(error as Error).message.split("\n")[0]})`;
  }
}

/** How many processes have not ended: Slurm's tasks, or the owners of runs on this machine. */
async function atWork(folder: string, plan: StudyPlan | undefined): Promise<number> {
  if (plan?.engine === "slurm") {
    const { running, waiting } = await tasksOf(folder);
    return running + waiting;
  }
  const { running } = (await lookAt(folder)).look;
  const owners = await Promise.all(running.map((run) => holderOf(join(folder, "runs", run))));
  return owners.filter((owner) => owner && isAlive(owner)).length;
}
