/** `deno task tune`: settings of rows chosen on the validation split; no test picture is measured on. */
import { join, relative } from "@std/path";
import { toMarkdown } from "../report/mod.ts";
import { duration, writeAtomic } from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import {
  type Choices,
  choicesTable,
  makeChoices,
  type Question,
  questions,
  readChoices,
  recordsOf,
  studyFolder,
  tuningStudies,
  writeChoices,
} from "../study/mod.ts";
import {
  complaining,
  computeParts,
  dataSetsHere,
  type LoadedPart,
  loadParts,
  planParts,
} from "./parts.ts";
import { stopOnSignal } from "./signals.ts";
import { parseTune } from "./tune_options.ts";
import { tellError } from "./told.ts";

const started = performance.now();
const { options, refuse } = await parseTune(Deno.args);
const { preset, rows, name, skipBad, workers, memoryLimit } = options;
const complain = complaining(refuse), folder = studyFolder(name);
const taken = await dataSetsHere(options.datasets).catch(tellError);
const datasets = [...new Set(taken.values())];
const work = await load(questions(datasets, rows)).catch(tellError);
const path = join(folder, "choices.json"), before = await readChoices(path).catch(tellError);

await ensureSetup();
const stop = stopOnSignal();
const runs = await computeParts(work, { workers, memoryLimit, stop, complain });
stop.release();
const choices = await choose();
if (choices.choices.length > 0) {
  await writeChoices(path, choices);
  await writeAtomic(join(folder, "choices.md"), toMarkdown(choicesTable(choices)));
  for (const { dataset, row, comparison, rule, chosen } of choices.choices) {
    const open =
      { equal: "", apart: ", steps of its own", balance: ", λ_is for all rows" }[comparison];
    console.log(`${dataset} ${row}${open}: ${chosen} (by ${rule})`);
  }
  for (const file of ["choices.json", "choices.md"]) {
    console.log(`written: ${relative(Deno.cwd(), join(folder, file))}`);
  }
}
const left = runs.filter(({ finished }) => !finished).length;
if (left > 0) {
  console.error(
    `${left} of ${runs.length} runs are not finished; nothing is chosen for rows that lack one. The ` +
      `same command goes on from the checkpoints:\n  deno task tune ${Deno.args.join(" ")}`,
  );
}
const seconds = (performance.now() - started) / 1000;
console.log(`${left === 0 ? "done" : "ended"} in ${duration(seconds)}`);
Deno.exit(left === 0 ? 0 : stop.code() || 1);

/** The studies that answer some questions, with data and weights. */
async function load(asked: readonly Question[]): Promise<LoadedPart[]> {
  const studies = tuningStudies(preset, asked).map(({ title, config }) => (
    { title, setting: { ...config, name, skipBad } }
  ));
  return await loadParts(studies, ["train", "validation"]);
}

/** What all finished runs on these data sets allow, beside the choices on others that were made before. */
async function choose(): Promise<Choices> {
  const all = datasets.flatMap((set) => questions([set]));
  const records = await recordsOf(folder, await planParts(await load(all)));
  const names = new Map<string, string>();
  for (const set of datasets) names.set(set, (await work[0]!.context.dataSet(set)).name);
  const asked = all.map((question) => ({ ...question, dataset: names.get(question.dataset)! }));
  const made = makeChoices(preset, asked, records);
  const same = before?.preset === preset && before.start === made.start &&
    before.settings === made.settings;
  const mine = new Set(names.values());
  const others = same ? before.choices.filter(({ dataset }) => !mine.has(dataset)) : [];
  return { ...made, choices: [...others, ...made.choices] };
}
