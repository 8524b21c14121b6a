/** The arguments of `deno task tune`. */
import { resolve } from "@std/path";
import { Command } from "commander";
import { defaultStudy, presets, questions, SETS } from "../study/mod.ts";
import { count, gibibytes, list, refusing, strict } from "./arguments.ts";

/** What the arguments ask for. */
export interface TuneOptions {
  readonly datasets: readonly string[];
  /** All rows that the grid has unless given. */
  readonly rows: readonly string[] | undefined;
  readonly preset: string;
  readonly workers: number;
  readonly memoryLimit: number | undefined;
  /** The study's folder in results/. */
  readonly name: string;
  readonly skipBad: boolean;
}

const more = `
Every row has six candidates: the preset, its learning rates × 1/4, 1/2 and 2, and × 0.3 and × 3 for
the weight that the row is about (rows of one loss: learning rates × 1/8 and 4 instead). A1, A3 and A6
have a second choice, with steps × 1/2 and 2 in place of the weight, for controls of their own. Each
candidate is trained once on the training split and measured on the validation split; no test picture
is measured on. docs/study.md says how a row is chosen.

Runs lie in results/<output>/runs/, what was chosen in choices.json and choices.md beside them. The
same command goes on where it was stopped, and does nothing twice. "deno task reproduce --full" takes
what stands in results/reference/tuning/choices.json:
  mkdir -p results/reference/tuning && cp results/tuning/choices.* results/reference/tuning/

Examples:
  UNIDIFF_DATA=../datasets deno task tune --workers 2
  deno task tune --datasets ecommerce-product --rows A1,A3,A6
  deno task tune --preset nano --datasets ecommerce-product --rows A1 --output try-tuning
`;

/** Reads the arguments; wrong ones end the process with exit code 2, `refuse` does so for others. */
export async function parseTune(
  args: readonly string[],
): Promise<{ options: TuneOptions; refuse: (message: string) => never }> {
  const command = strict(new Command("deno task tune"))
    .description(
      "Choose learning rates and weights of losses for each row on the validation split.",
    )
    .option("--datasets <names>", "data sets or folders, with commas", list, [...SETS])
    .option("--rows <rows>", "rows, with commas; all of the grid unless given", list)
    .option("--preset <name>", Object.keys(presets).join(", "), defaultStudy.preset)
    .option("--workers <n>", "processes that do runs side by side", count, 1)
    .option("--memory-limit <GiB>", "refuse runs that need more", gibibytes)
    .option("--output <name>", "the folder in results/", "tuning")
    .option("--skip-bad", "leave out bad lines and pictures of a data set instead of stopping")
    .addHelpText("after", more);
  const given = command.parse([...args], { from: "user" }).opts<Given>();
  const { rows, preset, workers, memoryLimit, output: name, skipBad = false } = given;
  const datasets = given.datasets.map((set) => /[/\\]/.test(set) ? resolve(set) : set);
  const refuse = (message: string) => command.error(`error: ${message}`, { exitCode: 2 });
  if (datasets.length === 0) refuse("--datasets: expected at least one, found none");
  if (!Object.hasOwn(presets, preset)) {
    refuse(`preset "${preset}" is not known; expected one of ${Object.keys(presets).join(", ")}`);
  }
  // Throws on rows that there are not, or that have nothing to choose.
  await refusing(command, () => Promise.resolve().then(() => questions(datasets, rows)));
  return { options: { datasets, rows, preset, workers, memoryLimit, name, skipBad }, refuse };
}

interface Given {
  datasets: string[];
  rows?: string[];
  preset: string;
  workers: number;
  memoryLimit?: number;
  output: string;
  skipBad?: boolean;
}
