/** `deno task tune`: learning rates for all rows of a set, chosen over its folds. */
import { join, relative } from "@std/path";
import { toMarkdown } from "../report/mod.ts";
import { duration, writeAtomic } from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import {
  type Choices,
  choicesTable,
  choosingStudies,
  makeChoices,
  readChoices,
  recordsOf,
  studyFolder,
  writeChoices,
} from "../study/mod.ts";
import { complaining, computeParts, dataSetsHere, loadParts, planParts } from "./parts.ts";
import { stopOnSignal } from "./signals.ts";
import { parseTune } from "./tune_options.ts";
import { tellError } from "./told.ts";

const started = performance.now();
const { options, refuse } = parseTune(Deno.args);
const { preset, name, skipBad, workers, memoryLimit } = options;
const complain = complaining(refuse), folder = studyFolder(name);
const taken = await dataSetsHere(options.datasets).catch(tellError);
const datasets = [...new Set(taken.values())];
const studies = choosingStudies(preset, datasets).map(({ title, config }) => (
  { title, setting: { ...config, name, skipBad } }
));
const work = await loadParts(studies).catch(tellError);
const path = join(folder, "choices.json"), before = await readChoices(path).catch(tellError);

await ensureSetup();
const stop = stopOnSignal();
const runs = await computeParts(work, { workers, memoryLimit, stop, complain });
stop.release();
const choices = await choose();
if (choices.choices.length > 0) {
  await writeChoices(path, choices);
  await writeAtomic(join(folder, "choices.md"), toMarkdown(choicesTable(choices)));
  for (const { dataset, chosen } of choices.choices) {
    console.log(`${dataset}: the preset's learning rates × ${chosen}`);
  }
  for (const file of ["choices.json", "choices.md"]) {
    console.log(`written: ${relative(Deno.cwd(), join(folder, file))}`);
  }
}
const left = runs.filter(({ finished }) => !finished).length;
if (left > 0) {
  console.error(
    `${left} of ${runs.length} runs are not finished; nothing is chosen for sets that lack one. The ` +
      `same command goes on from the checkpoints:\n  deno task tune ${Deno.args.join(" ")}`,
  );
}
const seconds = (performance.now() - started) / 1000;
console.log(`${left === 0 ? "done" : "ended"} in ${duration(seconds)}`);
Deno.exit(left === 0 ? 0 : stop.code() || 1);

/** What all finished runs on these data sets allow, beside the choices on others that were made before. */
async function choose(): Promise<Choices> {
  const records = await recordsOf(folder, await planParts(work));
  const names: string[] = [];
  for (const { context, setting } of work.slice(0, 1)) {
    for (const set of setting.datasets) names.push((await context.dataSet(set)).name);
  }
  const mine = new Set(names), made = makeChoices(preset, [...mine], records);
  const same = before?.preset === preset && before.start === made.start &&
    before.settings === made.settings;
  const others = same ? before.choices.filter(({ dataset }) => !mine.has(dataset)) : [];
  return { ...made, choices: [...others, ...made.choices] };
}
