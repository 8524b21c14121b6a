/** The arguments of `deno task bench`. */
import { Command, InvalidArgumentError } from "commander";
import { join } from "@std/path";
import { largeUnits, unitNames } from "../workshop/mod.ts";
import { backendNames, projectFolder } from "../runtime/mod.ts";
import { strict } from "./arguments.ts";

/** What the arguments ask for. */
export interface BenchOptions {
  readonly units: readonly string[];
  /** Units whose memory is measured. */
  readonly memory: readonly string[];
  readonly backends: readonly string[];
  readonly python?: string;
  readonly compare?: string;
  readonly output: string;
  readonly batch: number;
  readonly rounds: number;
  readonly atLeast: number;
  readonly threads?: number;
  readonly profile: boolean;
  readonly growth: boolean;
}

const more = `
Units: ${unitNames.join(", ")}.
"reference" is a CLIP of 1.9 M and a UNet of 5.9 M parameters, "mini" the miniature of this project.
With --preset sd15 the units are ${largeUnits.join(", ")},
the published size at 512², with a batch of 4: work for a card, "whole" (a step without gradient
checkpointing) for one of 140 GB. PyTorch computes on the device that ours computes on, TF32 alike.

Every side is a process of its own. Warm-up first; then rounds in which each side works in turn, so
that all see the same disturbances. A figure is the median over rounds, a ratio the median of the
rounds' ratios. Start-up and memory are measured in fresh processes.

Examples:
  deno task bench                                          (this project alone)
  deno task bench --vs-pytorch ../torch/bin/python         (Python with torch, diffusers, transformers)
  deno task bench --only step-mini,step-reference --compare results/bench/bench.json
  deno task bench --backends tensorflow,wasm --only step-mini
  deno task bench --profile --only step-mini
  deno task bench --growth
`;

/** Reads the arguments; wrong ones end the process with exit code 2, `refuse` does so for others. */
export function parseBench(
  args: readonly string[],
): { options: BenchOptions; refuse: (message: string) => never } {
  const command = strict(new Command("deno task bench"))
    .description("Measure operations, training, drawing, loading, start-up and memory.")
    .option("--only <units>", "units, with commas", units)
    .option("--vs-pytorch <python>", "measure PyTorch in turn, with this Python")
    .option("--backends <names>", "ours, with commas; the first is compared", backends, [
      "tensorflow",
    ])
    .option("--batch <n>", "pictures in a step; 32, or 4 with --preset sd15", count)
    .option("--threads <n>", "threads of each side", count)
    .option("--rounds <n>", "rounds of each unit", count, 7)
    .option("--preset <name>", "mini and reference, or sd15", preset)
    .option("--compare <file>", "an earlier result, bench.json")
    .option("--output <base>", "where to write", join(projectFolder, "results", "bench", "bench"))
    .option("--no-memory", "leave out start-up and memory")
    .option("--profile", "where a unit's time goes, operation by operation")
    .option("--growth", "cost against batch, picture, records, runs and steps, as table and plot")
    .addHelpText("after", more);
  const given = command.parse([...args], { from: "user" }).opts<Given>();
  const large = given.preset === "sd15";
  const all = large ? largeUnits : unitNames;
  const some = given.profile ? ["step-mini"] : all;
  const { vsPytorch: python, compare, threads } = given;
  const chosen = given.only ?? some;
  return {
    options: {
      units: chosen,
      memory: given.memory ? chosen.filter((name) => name.startsWith("step-")) : [],
      backends: given.backends,
      ...(python === undefined ? {} : { python }),
      ...(compare === undefined ? {} : { compare }),
      ...(threads === undefined ? {} : { threads }),
      output: given.output,
      batch: given.batch ?? (large ? 4 : 32),
      rounds: given.rounds,
      atLeast: 100,
      profile: given.profile ?? false,
      growth: given.growth ?? false,
    },
    refuse: (message) => command.error(`error: ${message}`, { exitCode: 2 }),
  };
}

interface Given {
  only?: string[];
  vsPytorch?: string;
  backends: string[];
  batch?: number;
  threads?: number;
  rounds: number;
  preset?: string;
  compare?: string;
  output: string;
  memory: boolean;
  profile?: boolean;
  growth?: boolean;
}

function units(text: string): string[] {
  return text.split(",").map((name) => {
    const known: readonly string[] = [...unitNames, ...largeUnits];
    if (known.includes(name)) return name;
    throw new InvalidArgumentError(`"${name}" is not known; expected some of ${known.join(", ")}`);
  });
}

function backends(text: string): string[] {
  return text.split(",").map((name) => {
    if ((backendNames as readonly string[]).includes(name)) return name;
    throw new InvalidArgumentError(
      `"${name}" is not known; expected some of ${backendNames.join(", ")}`,
    );
  });
}

function preset(text: string): string {
  if (text === "mini" || text === "sd15") return text;
  throw new InvalidArgumentError(`"${text}" is not known; expected mini or sd15`);
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("expected an integer of at least 1");
  }
  return value;
}
