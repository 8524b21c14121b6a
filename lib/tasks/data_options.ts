/** The arguments of `deno task data`. */
import { Command, InvalidArgumentError } from "commander";
import { FORMATS } from "../data/mod.ts";
import { strict } from "./arguments.ts";

/** What each command does; given by the task, so that the arguments can be tested alone. */
export interface DataCommands {
  list(): Promise<void>;
  get(name: string, options: { acceptLicense?: boolean; to?: string }): Promise<void>;
  check(folder: string, options: { format?: string }): Promise<void>;
  stats(names: string[], options: SetOptions): Promise<void>;
  preview(names: string[], options: SetOptions & PreviewOptions): Promise<void>;
}

/** Options of commands that read sets. */
export interface SetOptions {
  output: string;
  skipBad?: boolean;
}

/** Options of `preview`. */
export interface PreviewOptions {
  count: number;
  columns: number;
  size: number;
  seed: number;
}

const names = `
NAME is a set in data/, in datasets/ (what "get" brought) or in the folder of UNIDIFF_DATA, one of the
drawn sets (fashion-man-drawn, fashion-woman-drawn:5000), or a path with a slash in it. Options stand
behind "#": deepfashion-multimodal#fashion-man, ./mine#format=parquet#caption=title, abo#take=5000.
`;

const layouts = `
Layouts (told by what a folder holds; docs/data.md shows each):
${FORMATS.map(({ name, layout }) => `  ${name.padEnd(24)}${layout}`).join("\n")}
`;

/** The parser; errors in arguments end the process with status 2. */
export function dataCommand(run: DataCommands): Command {
  const command = strict(new Command("deno task data"))
    .description("Finds, fetches, checks and shows data sets.")
    .addHelpText("after", names);
  const sub = (usage: string, description: string) =>
    strict(command.command(usage)).description(description);
  sub("list", "the sets that are here, those that can be fetched, and those to ask for")
    .action(() => run.list());
  sub("get", "fetches a set after its licence is accepted; a cut off transfer goes on")
    .argument("<name>", "see list")
    .option("--accept-license", "do not ask; the licence is shown all the same")
    .option("--to <folder>", "where the set's folder goes; datasets/ by default")
    .addHelpText(
      "after",
      "\nUNIDIFF_MIRROR names a mirror: https://host/path is then looked for at <mirror>/host/path.",
    )
    .action((name, options) => run.get(name, options));
  sub("check", "reads a folder and lists every row and picture that cannot be used")
    .argument("<folder>", "any folder; options behind #")
    .option("--format <layout>", "the layout, where it cannot be told")
    .addHelpText("after", `${layouts}\nExit status: 0 where all is well, 1 where something is not.`)
    .action((folder, options) => run.check(folder, options));
  for (const [name, description] of [["stats", "counts sets"], ["preview", "contact sheets"]]) {
    const made = sub(
      name!,
      name === "stats"
        ? "counts pictures, captions, duplicates and leaks; writes stats.md and stats.json"
        : "writes a PNG of some pictures with their captions for each set",
    ).argument("<names...>", description).option(
      "--output <folder>",
      "where to write",
      "results/data",
    ).option("--skip-bad", "leave out bad rows and pictures instead of stopping")
      .addHelpText("after", names);
    if (name === "stats") made.action((given, options) => run.stats(given, options));
    else {
      made.option("--count <n>", "pictures", whole, 24)
        .option("--columns <n>", "in a line", whole, 8)
        .option("--size <pixels>", "side of a picture", whole, 128)
        .option("--seed <n>", "draws which", seed, 0)
        .action((given, options) => run.preview(given, options));
    }
  }
  return command;
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError("expected an integer of at least 1");
}

function seed(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value)) return value;
  throw new InvalidArgumentError("expected an integer");
}
