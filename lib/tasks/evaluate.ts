/** `deno task evaluate`: measures finished runs further, or checks the measures on real pictures. */
import { basename, dirname, join, relative, resolve } from "@std/path";
import { tablesOf, toText, writeTable } from "../report/mod.ts";
import { describeBackend, isComplaint, progress, startBackend } from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import {
  dataSetsOf,
  Evaluator,
  type FinishedRun,
  finishedRuns,
  presetOf,
  recordsOf,
  sanityTable,
  savedSetting,
  StudyContext,
  studyFolder,
  updateReport,
} from "../study/mod.ts";
import { type EvaluateArguments, parseEvaluate } from "./evaluate_options.ts";
import { stopOnSignal } from "./signals.ts";
import { folderOf } from "./study_argument.ts";
import { tellError } from "./told.ts";

const { given } = parseEvaluate(Deno.args);
await ensureSetup();
if (given.sanity !== undefined) await sanity(given.sanity, given);
else await evaluate(given.target as string, given);

/** Measures every finished run of a study, or one run; then brings the study's tables up to date. */
async function evaluate(target: string, { options }: EvaluateArguments): Promise<never> {
  const { runs, evaluator } = await (async () => {
    const folder = await folderOf(target), runs = await finishedRuns(folder);
    const study = dirname(dirname(runs[0]!.folder));
    const setting = study === studyFolder(basename(study))
      ? await savedSetting(basename(study))
      : undefined;
    return { runs, evaluator: new Evaluator(options, setting) };
  })().catch(tellError);
  if (options.extractor) console.log(describeBackend(await startBackend()));
  const work: (FinishedRun & Awaited<ReturnType<Evaluator["missing"]>>)[] = [];
  for (const run of runs) {
    work.push({ ...run, ...await evaluator.missing(run).catch(tellError) });
  }
  const all = runs.length * options.measures.length;
  const todo = work.reduce((sum, { missing }) => sum + missing.length, 0);
  console.log(
    `${runs.length} finished ${runs.length === 1 ? "run" : "runs"}, ${all} measures, ` +
      `${all - todo} of them taken already`,
  );
  const faults: string[] = [], left = new Map<string, string>();
  const stop = stopOnSignal();
  if (todo > 0) {
    console.log(describeBackend(await startBackend()));
    const line = progress(all, "evaluate", { unit: "measures", start: all - todo });
    let done = all - todo;
    for (const { hash, missing, ...run } of work) {
      if (missing.length === 0 || stop.asked()) continue;
      const { dataset, row, seed } = run.config, label = `${dataset.name} ${row} seed ${seed}`;
      try {
        await evaluator.take(run, hash, missing, {
          onPhase: (what) => {
            if (stop.asked()) throw new Stopped();
            line.step(done, `${label}: ${what}`);
          },
          onMeasure: ({ name }, why) => {
            line.step(++done, label);
            if (why !== undefined) left.set(`${name} on ${dataset.name}`, why);
          },
          onFault: ({ name }, error) => faults.push(`${label}, ${name}: ${error.message}`),
        });
      } catch (error) {
        if (!(error instanceof Stopped)) {
          if (!isComplaint(error)) throw error;
          faults.push(`${label}: ${(error as Error).message}`);
        }
      }
    }
    await line.done();
  }
  stop.release();
  for (const [what, why] of left) console.log(`not measured: ${what}: ${why}`);
  for (const fault of faults) console.error(`failed: ${fault}`);
  await tell(runs);
  if (stop.asked()) console.error("stopped; the same command goes on with what is missing");
  Deno.exit(stop.code() || (faults.length > 0 ? 1 : 0));
}

/** Asked to stop between two phases. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Tables of the study that the runs are of, printed, and their paths. */
async function tell(runs: readonly FinishedRun[]): Promise<void> {
  const folder = dirname(dirname(runs[0]!.folder));
  // A run that lies alone has no study to report on.
  if (basename(dirname(runs[0]!.folder)) !== "runs") return;
  const named = (await finishedRuns(folder)).map(({ folder }) => ({
    folder,
    name: basename(folder),
  }));
  const { paths } = await updateReport(folder, named);
  const records = await recordsOf(folder, named);
  for (const dataset of dataSetsOf(records)) {
    for (const { table } of tablesOf(records, dataset)) console.log(`\n${toText(table)}`);
  }
  console.log(`written to ${relative(Deno.cwd(), folder)}:`);
  for (const path of paths.filter((path) => path.includes("/tables/"))) {
    console.log(`  ${relative(Deno.cwd(), path)}`);
  }
}

/** Checks on real pictures that the measures of drawing put worse pictures behind better ones. */
async function sanity(dataset: string, { output, options }: EvaluateArguments): Promise<never> {
  const context = new StudyContext(presetOf("mini"), false, options.extractor);
  await context.dataSet(dataset).catch(tellError);
  console.log(describeBackend(await startBackend()));
  const line = progress(4, "sanity", { unit: "kinds of pictures" });
  let done = 0;
  const table = await sanityTable(context, dataset, {
    onDone: (what) => line.step(++done, what),
  });
  await line.done();
  console.log(`\n${toText(table)}`);
  const base = join(resolve(output), basename(dataset));
  for (const path of await writeTable(table, base)) console.log(relative(Deno.cwd(), path));
  Deno.exit(0);
}
