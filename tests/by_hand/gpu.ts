/**
 * Every row that needs a card, beside PyTorch on the same card, within a limit of time:
 * `deno run -A tests/by_hand/gpu.ts PYTHON [seconds] [folder]`; PYTHON has torch, diffusers, transformers.
 *
 * Writes gpu.json and gpu.md anew after each row, so that one that is cut short has what it measured.
 */
import { join } from "@std/path";
import { cards, describeCard, writeAtomic, writeJson } from "unidiff/runtime/mod.ts";
import {
  type BenchResult,
  benchTable,
  type Measurement,
  measureProcess,
  measureUnit,
  ourSide,
  type Side,
  startSide,
  torchSide,
} from "unidiff/workshop/mod.ts";

const [python, seconds = "420", folder = "results/bench"] = Deno.args;
if (python === undefined) {
  console.error("expected a Python with torch, diffusers and transformers as first argument");
  Deno.exit(2);
}
const [card] = cards(), started = performance.now();
if (card === undefined) {
  console.error("nvidia-smi names no card: nothing to measure here (deno task doctor says more)");
  Deno.exit(1);
}

/** Unit, batch and rounds, the most wanted first. */
const rows = [
  ["step-sd15", 4, 3],
  ["forward-sd15", 4, 5],
  ["step-reference", 32, 5],
  ["step-reference", 256, 5],
  ["ddim-reference", 16, 3],
  ["ddim-sd15", 4, 2],
  ["step-mini", 32, 5],
  ["optimiser", 32, 5],
] as const;

const ours = ourSide("tensorflow", (script) => ["run", "-A", script]);
const commands = [ours, torchSide(python, true)], sides: Side[] = [];
const measurements: Measurement[] = [], said: string[] = [];
const timer = setTimeout(() => finish("the time is over"), 1000 * Number(seconds));

await Deno.mkdir(folder, { recursive: true });
try {
  await start();
  if (!sides[0]!.onGpu) throw new Error(`computes on the processor: ${sides[0]!.about}`);
  for (const [unit, batch, rounds] of rows) {
    await row(`${unit}, batch ${batch}`, async () => [
      await measureUnit(sides, { unit, batch, folder }, { rounds, atLeast: 100 }),
    ]);
  }
  for (const side of sides) await side.end();
  // Each side has the card for itself here: without checkpointing a step takes nearly all of it.
  for (const unit of ["step-sd15", "step-sd15-whole"]) {
    await row(`memory of ${unit}`, () => measureProcess(commands, { unit, batch: 4, folder }, 2));
  }
} catch (error) {
  said.push(error instanceof Error ? error.message : String(error));
}
await finish(said.length > 0 ? "with what is said above" : "all rows");

async function start(): Promise<void> {
  for (const command of commands) sides.push(await startSide(command));
}

/** Measures a row and writes everything; a row that fails is said, and the others go on. */
async function row(name: string, measure: () => Promise<Measurement[]>): Promise<void> {
  try {
    const found = await measure();
    measurements.push(...found.map((m) => found.length > 1 ? m : { ...m, unit: name }));
  } catch (error) {
    said.push(`${name}: ${error instanceof Error ? error.message.slice(0, 500) : error}`);
  }
  await write();
  console.error(`${((performance.now() - started) / 1000).toFixed(0)} s: ${name}`);
}

async function write(): Promise<void> {
  const result: BenchResult = {
    schema: 1,
    when: new Date().toISOString(),
    machine: `${navigator.hardwareConcurrency} processors, driver ${card!.driver}`,
    sides: Object.fromEntries(sides.map(({ name, about }) => [name, about])),
    card: describeCard(card!),
    measurements,
  };
  await writeJson(join(folder, "gpu.json"), { ...result, said });
  const notes = said.map((line) => `\nNot measured: ${line}\n`).join("");
  await writeAtomic(join(folder, "gpu.md"), benchTable(result) + notes);
}

async function finish(why: string): Promise<never> {
  clearTimeout(timer);
  await write();
  console.log(await Deno.readTextFile(join(folder, "gpu.md")));
  console.log(`${why}; written to ${join(folder, "gpu.json")} and gpu.md`);
  Deno.exit(said.length > 0 || measurements.length < rows.length + 10 ? 1 : 0);
}
