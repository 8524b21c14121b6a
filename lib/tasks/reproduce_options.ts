/** The arguments of `deno task reproduce`. */
import { resolve } from "@std/path";
import { Command, Option } from "commander";
import {
  type Changes,
  checkSetting,
  type Choices,
  defaultStudy,
  fullGrid,
  parseSlurm,
  PLAIN_SITE,
  presets,
  readChoices,
  readSite,
  rows as knownRows,
  type StudySetting,
} from "../study/mod.ts";
import { change, count, gibibytes, list, numbers, refusing, strict } from "./arguments.ts";
import type { ClusterOptions } from "./on_cluster.ts";
import { type PublishedGiven, publishedOf, withPublished } from "./published_options.ts";

/** What the arguments ask for. */
export interface ReproduceOptions {
  /** One study, or those of the full grid, which share a folder. */
  readonly parts: readonly { readonly title: string; readonly setting: StudySetting }[];
  /** Whether it is the full grid, and what was chosen for its sets. */
  readonly full: boolean;
  readonly choices: Choices | undefined;
  readonly workers: number;
  /** Tasks of a cluster that do the runs, in place of processes of this machine. */
  readonly cluster: ClusterOptions | undefined;
  readonly notebooks: boolean;
  /** Bytes to count with instead of the device's memory. */
  readonly memoryLimit: number | undefined;
}

const rowList = Object.entries(knownRows).map(([id, { title }]) => `  ${id}  ${title}`).join("\n");

const more = `
Rows (equal steps, batches, noise and time steps; only the losses differ):
${rowList}

Data sets: "ecommerce-product" and "product-views" (several views of each product) lie in data/.
Others are looked for in the folder that the environment variable UNIDIFF_DATA names, then in
datasets/ ("deno task data get" puts them there).
Where the photographs fashion-man and fashion-woman are in neither, the drawn sets fashion-man-drawn
and fashion-woman-drawn are taken, and every table says so. --data takes a folder of your own in any
layout ("deno task data check FOLDER" reads it); options stand behind #, see "deno task data --help".

Everything is written to results/<output>/: a folder for each run, tables, plots, samples, and the
executed notebooks. Finished runs are never repeated: a second call takes seconds, further rows or
seeds are added to what is there. Ctrl-C stops with a checkpoint, the same command goes on. So does
an empty file STOP in results/<output>/.

With --workers the processor's threads are divided among the processes. Sums over more or fewer
threads may differ in their last digits, and so may the numbers of a run: compare rows that were
computed with the same number of workers. On two cores two workers train half as much again as one.

Published checkpoints instead of the miniature: --clip and --diffusion name folders as they lie on
the hub, or repositories that "deno task weights get" fetched (docs/checkpoints.md):
  deno task reproduce --clip openai/clip-vit-large-patch14 --diffusion ./stable-diffusion-v1-5

Less memory, for a large preset on one graphics card (docs/full_size.md has figures):
  --set train.gradientCheckpointing=true   run each block again for its gradient
  --set train.accumulate=4                 so many batches, their gradients averaged, make a step
  --set train.optimizer=sgd                no moments (train.momentum=0: none at all)
  --set train.freeze='^text_model|attn1'   a regular expression of names that are not trained
  --set train.lora=8                       train adapters of that rank on the attention alone

With --full the preregistered study (docs/study.md): the rows of its six contrasts over five folds of
three sets, three seeds; then readings of RSC, parts of the products, lengths and learning rates. --datasets
names other sets for it, the first of which serves what is looked at on one set, the last the parts of the
products. All rows of a set take the learning rates that results/reference/study/choices.json holds for
it, which "deno task tune" chose.

With --engine slurm a cluster does the runs: a job array of tasks, each of which takes runs until none is
left, shares this folder with the command (docs/cluster.md). Ctrl-C or --detach leaves them at work;
"deno task study status NAME" and "deno task study stop NAME" ask and end them, local ones too.

A step that needs more memory than there is ends the command before any work, with the numbers and the
options that would fit.

Examples:
  deno task reproduce
  deno task reproduce --seeds 3 --output three-seeds
  deno task reproduce --rows A0,A3,A4,A5,A6 --output rsc
  deno task reproduce --fractions 1,0.5,0.25 --output small-data
  deno task reproduce --data ../my-photographs --output mine
  UNIDIFF_DATA=../datasets deno task reproduce --datasets fashion-man,fashion-woman --seeds 2
  deno task reproduce --rows A3,A6 --set lambda.rsc=0.3 --set train.steps=100 --output lambda-0.3
  UNIDIFF_DATA=../datasets deno task reproduce --full --workers 2
  deno task reproduce --full --engine slurm --slurm partition=gpu,gres=gpu:1,time=04:00:00,array=64
  deno task reproduce --preset nano --output try        (random weights, seconds: does it work here?)
`;

/** Reads the arguments; wrong ones end the process with exit code 2, `refuse` does so for others. */
export async function parseReproduce(
  args: readonly string[],
): Promise<{ options: ReproduceOptions; refuse: (message: string) => never }> {
  const command = strict(new Command("deno task reproduce"))
    .description(
      "Fine-tune the pretrained model under each row of losses on each data set, measure it, " +
        "and write tables, plots, drawn pictures and executed notebooks.",
    )
    .option("--datasets <names>", "data sets, with commas", list, [...defaultStudy.datasets])
    .option("--data <folder>", "a folder of pictures with captions; may be repeated", folders, [])
    .option("--rows <rows>", "rows of the ablation, with commas", list, [...defaultStudy.rows])
    .option("--seeds <n>", "seeds 0 … n-1 of every row", count, defaultStudy.seeds)
    .option("--fractions <shares>", "shares of the training products, with commas", numbers, [
      ...defaultStudy.fractions,
    ])
    .option(
      "--preset <name>",
      `${Object.keys(presets).join(", ")} (default: mini; study with --full, sd15 with --clip)`,
    )
    .option("--set <path=value>", "change a setting of the preset; may be repeated", change, {})
    .option("--full", "the whole study instead: some 750 runs, ten hours and more; resumes")
    .option("--untuned", "with --full: the preset's settings, whatever was chosen")
    .option("--workers <n>", "processes that do runs side by side", count, 1)
    .option(
      "--memory-limit <GiB>",
      "refuse runs that need more; the device's own memory unless given",
      gibibytes,
    )
    .addOption(
      new Option("--engine <name>", "who does the runs").choices(["local", "slurm"])
        .default("local"),
    )
    .option(
      "--slurm <options>",
      "of sbatch, with commas; array=N tasks; may be repeated",
      texts,
      [],
    )
    .option("--site <file>", "what the cluster needs beside them (docs/cluster.md)")
    .option("--detach", "with --engine slurm: submit and leave; the same command goes on")
    .option("--output <name>", 'the study\'s folder in results/ (default: "main", or "full")')
    .option("--skip-bad", "leave out bad lines and pictures of a data set instead of stopping")
    .option("--no-notebooks", "do not execute the notebooks")
    .addHelpText("after", more);
  withPublished(command);
  const given = command.parse([...args], { from: "user" }).opts<Given>();
  const { data, rows, seeds, fractions, set: changes, full, untuned, skipBad = false } = given;
  const { output, workers, notebooks, memoryLimit } = given;
  // A notebook works in another folder than this command: paths are made absolute.
  const named = given.datasets.map((name) => /[/\\]/.test(name) ? resolve(name) : name);
  const refuse = (message: string) => command.error(`error: ${message}`, { exitCode: 2 });
  const stated = (option: string) => command.getOptionValueSource(option) === "cli";
  const cluster = await refusing(command, () => clusterOf(given));
  const how = { workers, notebooks, memoryLimit, cluster };
  const datasets = stated("datasets") || data.length === 0 ? [...named, ...data] : data;
  const name = output ?? (full ? "full" : "main");
  const published = await refusing(command, () => publishedOf(given));
  const preset = given.preset ?? (published ? "sd15" : full ? "study" : defaultStudy.preset);
  const common = { name, skipBad, ...(published ? { published } : {}) };
  const checked = <P extends { setting: StudySetting }>(parts: P[]) =>
    refusing(command, () =>
      Promise.resolve(parts).then((all) => {
        for (const { setting } of all) checkSetting(setting);
        return all;
      }));
  if (!full) {
    if (untuned) refuse("--untuned belongs to --full; nothing else takes choices");
    const setting = { datasets, rows, seeds, fractions, preset, changes, ...common };
    return {
      options: {
        parts: await checked([{ title: "", setting }]),
        full: false,
        choices: undefined,
        ...how,
      },
      refuse,
    };
  }
  const fixed = ["rows", "seeds", "fractions", "set"].find(stated);
  if (fixed !== undefined) refuse(`--full has its own --${fixed}; leave it out`);
  const known = untuned ? undefined : await refusing(command, () => readChoices());
  const choices = known?.preset === preset ? known : undefined;
  const sets = stated("datasets") || data.length > 0 ? datasets : undefined;
  const parts = fullGrid(preset, sets, choices)
    .map(({ title, config }) => ({ title, setting: { ...config, ...common } }));
  return { options: { parts: await checked(parts), full: true, choices, ...how }, refuse };
}

/** The cluster that options ask for; throws where they belong to another engine. */
async function clusterOf(
  { engine, slurm, site, detach = false }: Given,
): Promise<ClusterOptions | undefined> {
  if (engine === "local") {
    if (slurm.length === 0 && site === undefined && !detach) return undefined;
    throw new Error("--slurm, --site and --detach belong to --engine slurm");
  }
  const plain = site === undefined ? PLAIN_SITE : await readSite(site);
  return { slurm: parseSlurm(plain.slurm, ...slurm), site: plain, detach };
}

function texts(text: string, before: string[]): string[] {
  return [...before, text];
}

function folders(folder: string, before: string[]): string[] {
  return [...before, resolve(folder)];
}

interface Given extends PublishedGiven {
  datasets: string[];
  data: string[];
  rows: string[];
  seeds: number;
  fractions: number[];
  preset?: string;
  set: Changes;
  workers: number;
  memoryLimit?: number;
  full?: boolean;
  untuned?: boolean;
  output?: string;
  skipBad?: boolean;
  notebooks: boolean;
  engine: "local" | "slurm";
  slurm: string[];
  site?: string;
  detach?: boolean;
}
