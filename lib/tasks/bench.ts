/** `deno task bench`: how fast this is, beside PyTorch where asked for. */
import { dirname, join, resolve } from "@std/path";
import {
  type BenchResult,
  benchTable,
  growthPlot,
  growthTable,
  LARGE_FILE,
  makeUnit,
  measureGrowth,
  type Measurement,
  measureProcess,
  measureUnit,
  ourSide,
  profileTable,
  profileUnit,
  type Side,
  startSide,
  torchSide,
} from "../workshop/mod.ts";
import {
  cards,
  describeBackend,
  describeCard,
  duration,
  exists,
  progress,
  startBackend,
  stream,
  writeAtomic,
  writeJson,
} from "../runtime/mod.ts";
import { writeSafetensors } from "../weights/mod.ts";
import { type BenchOptions, parseBench } from "./bench_options.ts";
import { commandOf } from "./rights.ts";

const { options, refuse } = parseBench(Deno.args), started = performance.now();
const earlier = options.compare === undefined ? undefined : await earlierResult(options.compare);
const folder = await Deno.makeTempDir({ prefix: "unidiff-bench-" });
try {
  if (options.profile) await profile();
  else if (options.growth) await growth();
  else await compare(options);
} finally {
  await Deno.remove(folder, { recursive: true });
}
Deno.exit(0);

async function earlierResult(path: string): Promise<BenchResult> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as BenchResult;
  } catch (error) {
    return refuse(`--compare ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Every unit on every side in turn, then start-up and memory in processes of their own. */
async function compare(o: BenchOptions): Promise<void> {
  const commands = o.backends.map((name) =>
    ourSide(name, (script) => commandOf("bench_worker", script, []), o.threads)
  );
  if (o.units.includes("load")) await largeFile();
  const sides: Side[] = [], measurements: Measurement[] = [];
  const lines = o.units.length + o.memory.length,
    line = progress(lines, "bench", { unit: "units" });
  try {
    for (const command of commands) sides.push(await startSide(command));
    if (o.python !== undefined) {
      commands.push(torchSide(o.python, sides[0]!.onGpu, o.threads));
      sides.push(await startSide(commands.at(-1)!));
    }
    for (const unit of o.units) {
      measurements.push(await measureUnit(sides, { unit, batch: o.batch, folder }, o));
      line.step(measurements.length, unit);
    }
  } finally {
    for (const side of sides) await side.end();
  }
  for (const [i, unit] of o.memory.entries()) {
    const both = await measureProcess(commands, { unit, batch: o.batch, folder }, 4);
    measurements.push(...(i === 0 ? both : both.slice(1)));
    line.step(o.units.length + i + 1, `memory of ${unit}`);
  }
  await line.done();
  const [card] = sides[0]?.onGpu ? cards() : [];
  const result: BenchResult = {
    schema: 1,
    when: new Date().toISOString(),
    machine: `${navigator.hardwareConcurrency} processors, ${Deno.build.os} ${Deno.build.arch}, ` +
      `load ${Deno.loadavg()[0]?.toFixed(1)}`,
    sides: Object.fromEntries(sides.map(({ name, about }) => [name, about])),
    ...(card === undefined ? {} : { card: describeCard(card) }),
    measurements,
  };
  await writeJson(`${o.output}.json`, result);
  const table = benchTable(result, earlier);
  await writeAtomic(`${o.output}.md`, table);
  console.log(`\n${result.machine}; ${sides.map(({ about }) => about).join("; ")}\n\n${table}`);
  const left = measurements.filter((m) => m.left !== 0).map((m) => `${m.unit}: ${m.left}`);
  console.log(left.length === 0 ? "tensors left behind: none" : `tensors left: ${left.join(", ")}`);
  console.log(`written to ${o.output}.json and .md in ${duration(seconds())}`);
}

async function profile(): Promise<void> {
  const [backend] = options.backends;
  console.log(describeBackend(await startBackend(backend as "tensorflow")));
  const tables: string[] = [];
  for (const name of options.units) {
    const make = () => makeUnit(name, { batch: options.batch, folder });
    tables.push(profileTable(name, await profileUnit(make)));
    console.log(`\n${tables.at(-1)}`);
  }
  await writeAtomic(`${options.output}-profile.md`, tables.join("\n"));
}

async function growth(): Promise<void> {
  console.log(describeBackend(await startBackend(options.backends[0] as "tensorflow")));
  const series = await measureGrowth(folder, (what) => console.error(what));
  const table = growthTable(series);
  await Deno.mkdir(dirname(options.output), { recursive: true });
  await writeAtomic(`${options.output}-growth.md`, table);
  await writeJson(`${options.output}-growth.json`, series);
  const paths = await growthPlot(series, `${options.output}-growth`);
  console.log(`\n${table}\nwritten: ${paths.join(", ")} in ${duration(seconds())}`);
}

/** A file of 1 GB, made once for both sides. */
async function largeFile(): Promise<void> {
  const path = resolve(join(folder, LARGE_FILE));
  if (await exists(path)) return;
  const data = stream(0, "bench", "large").uniforms(2 ** 20);
  const values = new Float32Array(2 ** 24);
  for (let at = 0; at < values.length; at += data.length) values.set(data, at);
  const entries = Array.from({ length: 15 }, (_, i) => ({
    name: `part.${i}.weight`,
    shape: [2 ** 12, 2 ** 12],
    data: values,
  }));
  await writeSafetensors(path, entries);
}

function seconds(): number {
  return (performance.now() - started) / 1000;
}
