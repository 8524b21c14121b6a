/** The arguments of `deno task evaluate`. */
import { Command, InvalidArgumentError, Option } from "commander";
import { join } from "@std/path";
import { DEFAULT_MEASURES, extractorFromFolder, measures } from "../eval/mod.ts";
import { projectFolder } from "../runtime/mod.ts";
import type { EvaluateOptions } from "../study/mod.ts";
import { count, list, number, numbers, strict } from "./arguments.ts";

/** What the arguments ask for; one of `target` and `sanity` is there. */
export interface EvaluateArguments {
  readonly target?: string;
  /** The data set on whose real pictures the measures are checked. */
  readonly sanity?: string;
  readonly options: EvaluateOptions;
  readonly output: string;
}

const all = measures.map(({ name }) => name);
const width = Math.max(...all.map(({ length }) => length));
const catalogue = measures.map(({ name, title }) => `  ${name.padEnd(width)}  ${title}`).join("\n");

const more = `
Measures (--measures all, the default, takes every one):
${catalogue}

A run measures ${DEFAULT_MEASURES.join(", ")} by itself, with few samples. This command takes the
others, or all of them with more samples. Each is written at once to
<run>/evaluations/<hash of the settings>/<measure>.json; nothing is overwritten, what is there is not
taken again, and pictures once drawn are used again. The study's tables are brought up to date; rows
are compared only where they were measured under the same settings, with equally many samples.

Examples:
  deno task evaluate main                                every measure of every run of results/main
  deno task evaluate main --samples 256 --measures kid,fid,coverage
  deno task evaluate main --split validation --measures retrieval,gap
  deno task evaluate results/main/runs/ecommerce-product--A6--s0--f1--0123abcd
  deno task evaluate main --measures kid,fid --extractor ./inception --node pool_3 --input-size 299
  deno task evaluate full --measures other-sets --others fashion-man,fashion-woman,product-views
  deno task evaluate --sanity ecommerce-product          do the measures order real, blurred, noise?
`;

/** Reads the arguments; wrong ones end the process with exit code 2. */
export function parseEvaluate(
  args: readonly string[],
): { command: Command; given: EvaluateArguments } {
  const command = strict(new Command("deno task evaluate"))
    .description("Measure finished runs of a study further, or check the measures themselves.")
    .argument("[study or run]", "a study's name in results/, or the path of a study or a run")
    .option("--measures <names>", 'names with commas, or "all"', known, all)
    .option("--samples <n>", "pictures that each run draws", count, 128)
    .option("--steps <n>", "sampling steps; as in the run unless given", count)
    .option("--guidance <g>", "guidance; as in the run unless given", number)
    .addOption(
      new Option("--split <name>", "pictures that are measured on").choices(["validation", "test"])
        .default("test"),
    )
    .option("--others <sets>", "sets for the measure other-sets, with commas", list)
    .option("--data <set>", "where the runs' data set is, if it was named by a path")
    .option("--extractor <folder>", "features by a TensorFlow.js graph model of yours: model.json")
    .option("--node <name>", "the node of that model that gives features")
    .option("--input-size <pixels>", "the side of that model's input", count)
    .option("--input-range <low,high>", "what black and white are in its input", numbers, [-1, 1])
    .option("--sanity <set>", "check the measures on the real pictures of a data set")
    .option(
      "--output <folder>",
      "where --sanity writes its table",
      join(projectFolder, "results", "measures"),
    )
    .addHelpText("after", more);
  command.parse([...args], { from: "user" });
  const refuse = (message: string) => command.error(`error: ${message}`, { exitCode: 2 });
  const { sanity, output, measures, split, ...o } = command.opts<Given>();
  const [target] = command.args;
  if ((target === undefined) === (sanity === undefined)) {
    refuse("expected a study or a run, or --sanity with a data set");
  }
  if (command.args.length > 1) {
    refuse(`expected one study or run, found ${command.args.join(", ")}`);
  }
  if (o.extractor !== undefined && (o.node === undefined || o.inputSize === undefined)) {
    refuse("--extractor needs --node and --input-size");
  }
  if (o.inputRange.length !== 2) refuse("--input-range: expected two numbers such as -1,1");
  const { extractor: folder, node = "", inputSize = 0, inputRange } = o;
  const range = inputRange as [number, number];
  return {
    command,
    given: {
      ...(target === undefined ? {} : { target }),
      ...(sanity === undefined ? {} : { sanity }),
      output,
      options: {
        measures,
        split,
        samples: o.samples,
        ...(o.steps === undefined ? {} : { samplingSteps: o.steps }),
        ...(o.guidance === undefined ? {} : { guidance: o.guidance }),
        ...(o.others === undefined ? {} : { others: o.others }),
        ...(o.data === undefined ? {} : { data: o.data }),
        ...(folder === undefined
          ? {}
          : { extractor: () => extractorFromFolder(folder, { node, inputSize, range }) }),
      },
    },
  };
}

interface Given {
  measures: string[];
  samples: number;
  steps?: number;
  guidance?: number;
  split: "validation" | "test";
  others?: string[];
  data?: string;
  extractor?: string;
  node?: string;
  inputSize?: number;
  inputRange: number[];
  sanity?: string;
  output: string;
}

function known(text: string): string[] {
  if (text.trim() === "all") return all;
  const names = list(text), unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined || names.length === 0) {
    throw new InvalidArgumentError(`expected "all" or some of ${all.join(", ")}`);
  }
  return names;
}
