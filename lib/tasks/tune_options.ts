/** The arguments of `deno task tune`. */
import { resolve } from "@std/path";
import { Command } from "commander";
import { presets, SETS } from "../study/mod.ts";
import { count, gibibytes, list, strict } from "./arguments.ts";

/** What the arguments ask for. */
export interface TuneOptions {
  readonly datasets: readonly string[];
  readonly preset: string;
  readonly workers: number;
  readonly memoryLimit: number | undefined;
  /** The study's folder in results/. */
  readonly name: string;
  readonly skipBad: boolean;
}

const more = `
One setting is chosen for all rows of a set, so that they differ by their losses alone: the preset's
learning rates × 1/4, 1/2, 1, 2 or 4, whichever suits row A3 best over five folds by product (the mean
rank by MRR and by denoising loss). Each of the five is trained once on each fold, under a seed that
no comparison uses: 25 runs a set.

Runs lie in results/<output>/runs/, what was chosen in choices.json and choices.md beside them. The
same command goes on where it was stopped, and does nothing twice. "deno task reproduce --full" takes
what stands in results/reference/study/choices.json:
  mkdir -p results/reference/study && cp results/tuning/choices.* results/reference/study/

Examples:
  UNIDIFF_DATA=../datasets deno task tune --workers 2
  deno task tune --datasets product-views
  deno task tune --preset nano --datasets ecommerce-product --output try-tuning
`;

/** Reads the arguments; wrong ones end the process with exit code 2, `refuse` does so for others. */
export function parseTune(
  args: readonly string[],
): { options: TuneOptions; refuse: (message: string) => never } {
  const command = strict(new Command("deno task tune"))
    .description("Choose the learning rates that all rows of a set are compared at.")
    .option("--datasets <names>", "data sets or folders, with commas", list, [...SETS])
    .option("--preset <name>", Object.keys(presets).join(", "), "study")
    .option("--workers <n>", "processes that do runs side by side", count, 1)
    .option("--memory-limit <GiB>", "refuse runs that need more", gibibytes)
    .option("--output <name>", "the folder in results/", "tuning")
    .option("--skip-bad", "leave out bad lines and pictures of a data set instead of stopping")
    .addHelpText("after", more);
  const given = command.parse([...args], { from: "user" }).opts<Given>();
  const { preset, workers, memoryLimit, output: name, skipBad = false } = given;
  const datasets = given.datasets.map((set) => /[/\\]/.test(set) ? resolve(set) : set);
  const refuse = (message: string) => command.error(`error: ${message}`, { exitCode: 2 });
  if (datasets.length === 0) refuse("--datasets: expected at least one, found none");
  if (!Object.hasOwn(presets, preset)) {
    refuse(`preset "${preset}" is not known; expected one of ${Object.keys(presets).join(", ")}`);
  }
  return { options: { datasets, preset, workers, memoryLimit, name, skipBad }, refuse };
}

interface Given {
  datasets: string[];
  preset: string;
  workers: number;
  memoryLimit?: number;
  output: string;
  skipBad?: boolean;
}
