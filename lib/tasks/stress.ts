/** `deno task stress`: faults on purpose, and whether anything is lost by them. */
import { Command, Option } from "commander";
import { join } from "@std/path";
import { progress, projectFolder, writeAtomic, writeJson } from "../runtime/mod.ts";
import { toMarkdown, toText } from "../report/mod.ts";
import {
  failWrites,
  faultsOf,
  inputKinds,
  killStudies,
  type ReadFigures,
  readMutated,
  startTogether,
  type StressFigures,
  stressTable,
} from "../workshop/mod.ts";
import { natural, strict } from "./arguments.ts";

const PARTS = ["kills", "disk", "together", "reading"] as const;

const command = strict(new Command("deno task stress"))
  .description("Kill studies, fill disks, damage files, and say whether anything was lost.")
  .option("--short", "minutes rather than an hour")
  .option("--seed <n>", "of everything random", natural, 0)
  .addOption(
    new Option("--only <part>", "one part, or one kind of file alone")
      .choices([...PARTS, ...Object.keys(inputKinds)]),
  )
  .option("--case <n>", "with a kind of file: this one alone, as a fault named it", natural)
  .addHelpText(
    "after",
    `
Parts: kill -9 at random moments of a study with two workers (Linux), a disk that is full or read-only from
some write of a study on, two studies at once on one folder, thousands of damaged files of every kind that
is read. Studies are of the nano preset, in results/stress-*, and removed at the end.

Writes results/stress.md and results/stress.json; ends with 1 where something was wrong.
`,
  );
command.parse(Deno.args, { from: "user" });
const { short = false, seed, only, case: one } = command.opts<
  { short?: boolean; seed: number; only?: string; case?: number }
>();
const wanted = (part: string) => only === undefined || only === part;
const started = performance.now();

const read: ReadFigures[] = [];
for (const [kind, { cases }] of Object.entries(inputKinds)) {
  if (!wanted("reading") && only !== kind) continue;
  const count = short ? Math.ceil(cases / 50) : cases;
  const range = one === undefined ? [0, count] as const : [one, one + 1] as const;
  const line = progress(range[1] - range[0], kind, { unit: "files" });
  // A short form runs beside other tests.
  const limits = { ms: short ? 5000 : 1000, bytes: 200e6 };
  read.push(await readMutated(kind, range, seed, limits, line));
  await line.done();
}
let figures: StressFigures = { read };
if (wanted("together")) {
  figures = { ...figures, together: await startTogether(short ? 1 : 5) };
}
if (wanted("disk")) {
  const line = (of: number) => progress(of, "failing disk", { unit: "writes" });
  figures = { ...figures, disk: await failWrites(short ? 2 : 60, seed, line) };
}
if (wanted("kills")) {
  const kills = short ? 4 : 100, line = progress(kills, "kill -9", { unit: "kills" });
  figures = { ...figures, killed: await killStudies(kills, short ? 1 : 6, seed, line) };
  await line.done();
}
const table = stressTable(figures), faults = faultsOf(figures);
console.log(toText(table));
const minutes = ((performance.now() - started) / 60_000).toFixed(0);
const notes = faults.length === 0 ? "Nothing was lost, nothing was wrong." : faults.join("\n");
console.log(`\n${notes}\n${minutes} min`);
if (only === undefined) {
  await writeAtomic(join(projectFolder, "results", "stress.md"), toMarkdown(table));
  await writeJson(join(projectFolder, "results", "stress.json"), { seed, short, ...figures });
}
Deno.exit(faults.length === 0 ? 0 : 1);
