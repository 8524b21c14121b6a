/** The arguments of `deno task report`. */
import { Command } from "commander";
import { strict } from "./arguments.ts";

/** What the arguments ask for. */
export interface ReportArguments {
  /** A study's name in results/, or a path. */
  readonly study: string;
  /** The table that is traced, by name or number; "list" for all there are. */
  readonly trace?: string;
  /** "row,column" of the figures that are traced; all of the table unless given. */
  readonly cell?: string;
  readonly json: boolean;
  /** Where the runs are to be written as archives. */
  readonly pack?: string;
  /** The study in results/ into which packed runs are to be put. */
  readonly unpack?: string;
}

const more = `
Everything is made from the run folders alone: nothing is trained, no data set and no weights are
needed; a data set that is found adds pictures to retrieval examples. What is up to date is left as it
is.

A trace shows, for every figure of a table, the files of runs that it was computed from and the keys in
them. The figures are computed from the records for it, and it says where tables/ holds others.

Examples:
  deno task report                                     tables, plots, samples and page of results/main
  deno task report results/reference/main
  deno task report --trace list                        which tables there are
  deno task report --trace 1                           every figure of the first
  deno task report --trace ecommerce-product-retrieval --json
  deno task report --trace ecommerce-product --cell "A6,retrieval.i2t.r5"
  deno task report full --pack results/reference/study/runs  what is kept in git of a study
  deno task report reference/study --unpack full       so that "reproduce --full" goes on from there
`;

/** Reads the arguments; wrong ones end the process with exit code 2. */
export function parseReport(
  args: readonly string[],
): { command: Command; given: ReportArguments } {
  const command = strict(new Command("deno task report"))
    .description("Write a study's tables, plots and page anew from its runs, or trace a table.")
    .argument("[study]", "a study's name in results/, or the path of its folder", "main")
    .option("--trace <table>", 'a table by its name or number; "list" shows them')
    .option("--cell <row,column>", "trace this figure alone")
    .option("--json", "the trace as JSON")
    .option("--pack <folder>", "write the runs there as archives, one for each data set and row")
    .option("--unpack <study>", "put packed runs into a study of results/, which goes on from them")
    .addHelpText("after", more);
  command.parse([...args], { from: "user" });
  const { trace, cell, json = false, pack, unpack } = command.opts<
    Omit<ReportArguments, "study">
  >();
  const [study] = command.processedArgs as [string];
  const refuse = (message: string) => command.error(`error: ${message}`, { exitCode: 2 });
  if (command.args.length > 1) refuse(`expected one study, found ${command.args.join(", ")}`);
  if (trace === undefined && (cell !== undefined || json)) {
    refuse("--cell and --json are about a trace; add --trace TABLE");
  }
  if (trace === "list" && cell !== undefined) refuse("--cell needs a table, not --trace list");
  const asked = {
    ...(trace === undefined ? {} : { trace }),
    ...(cell === undefined ? {} : { cell }),
    ...(pack === undefined ? {} : { pack }),
    ...(unpack === undefined ? {} : { unpack }),
  };
  return { command, given: { study, ...asked, json } };
}
