/**
 * What a run leaves on disk, and the one place where its shape is written down.
 *
 * A run folder holds config.json, metrics.jsonl, queries.json, cost.json, evaluation.json (written
 * last: its presence means finished), and, when pictures were drawn, samples.png with samples.json. What
 * `deno task evaluate` measures later lies in evaluations/ (see evaluations.ts). Runs that measure
 * retrieval keep neighbours.json and embedding.json to be looked at (see shown.ts).
 */
import { basename, join } from "@std/path";
import { z } from "zod";
import { type LaterEvaluation, readEvaluations } from "./evaluations.ts";
import { unpackedRuns } from "./packed.ts";
import { type Embedding, embeddingSchema, type Neighbours, neighboursSchema } from "./shown.ts";
import { exists, writeAtomic } from "../runtime/mod.ts";

const count = z.int().nonnegative();
const section = z.record(z.string(), z.unknown());
const settings = z.record(
  z.string(),
  z.union([z.number(), z.boolean(), z.string(), z.array(z.number()).readonly()]),
);

/** config.json: the resolved configuration of one run. */
export const runConfigSchema = z.looseObject({
  schema: z.literal(1),
  /** "A0" … "A6", as in the list of rows of the study. */
  row: z.string().min(1),
  rowTitle: z.string(),
  weights: z.looseObject({
    itc: z.number(),
    is: z.number(),
    rsc: z.number(),
    /** "c2d", "d2c" or "both"; of no meaning where `rsc` is 0. */
    direction: z.string(),
  }),
  seed: count,
  /** Share of the training products used, in (0, 1]. */
  fraction: z.number().positive().max(1),
  preset: z.string(),
  /** What was changed of the preset, by path; absent where nothing was. */
  changes: settings.optional(),
  /** What was chosen for the row on the validation split, by path; absent where nothing was. */
  tuned: settings.optional(),
  dataset: z.looseObject({
    name: z.string().min(1),
    kind: z.string().min(1),
    licence: z.string(),
    fingerprint: z.string(),
    /** The fold that is the test part, "1of5"; absent where the set's own splits are. */
    fold: z.string().optional(),
    train: count,
    validation: count,
    test: count,
  }),
  model: section,
  train: section,
  evaluate: section,
  backend: z.string(),
  versions: z.record(z.string(), z.string()),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

/** evaluation.json: recalls are shares in [0, 1], ranks begin at 1; see the writers for each key. */
export const evaluationSchema = z.looseObject({
  schema: z.literal(1),
  metrics: z.record(z.string(), z.number()),
  /** Measures that the data had nothing for, with the reason. */
  left: z.record(z.string(), z.string()).optional(),
  seconds: z.looseObject({ train: z.number(), evaluate: z.number() }),
  /** Training steps taken; 0 for the row that trains nothing. */
  steps: count,
});
export type Evaluation = z.infer<typeof evaluationSchema>;

/** queries.json: numbers of single queries by metric, from which intervals are made. */
export const queriesSchema = z.record(z.string(), z.array(z.number()));
export type Queries = z.infer<typeof queriesSchema>;

/** cost.json: what a run took besides time. */
export const costSchema = z.looseObject({
  parameters: z.looseObject({ total: count, trained: count }),
  /** Bytes; absent where the system does not tell. */
  peakMemory: z.number().optional(),
});
export type Cost = z.infer<typeof costSchema>;

/** One line of metrics.jsonl. Loss terms are unweighted and absent where a row leaves them out. */
export const metricLineSchema = z.looseObject({
  step: count,
  seconds: z.number(),
  itc: z.number().optional(),
  is: z.number().optional(),
  rsc: z.number().optional(),
  total: z.number(),
  gradNorm: z.number().optional(),
  learningRate: z.number().optional(),
});
export type MetricLine = z.infer<typeof metricLineSchema>;

/**
 * samples.json: what samples.png shows, one square picture of `size` pixels for each prompt.
 *
 * The tiles lie row by row, `columns` in a row, without gaps or labels.
 */
export const samplesSchema = z.looseObject({
  prompts: z.array(z.string()).min(1),
  size: z.int().positive(),
  columns: z.int().positive(),
});
export type Samples = z.infer<typeof samplesSchema>;

/** A finished run, read back. */
export interface RunRecord {
  folder: string;
  name: string;
  config: RunConfig;
  evaluation: Evaluation;
  /** Empty for runs that kept none. */
  queries: Queries;
  /** Absent for runs that kept none. */
  cost?: Cost | undefined;
  /** What `deno task evaluate` measured, by settings. */
  later: LaterEvaluation[];
  /** In the order of steps, each step once. */
  metrics: MetricLine[];
  samples: (Samples & { picture: string }) | undefined;
  /** What retrieval found for a few queries; absent for runs that kept none. Read when asked for. */
  readonly neighbours?: Neighbours | undefined;
  /** Its embeddings in the plane; absent for runs that kept none. Read when asked for. */
  readonly embedding?: Embedding | undefined;
  /** When evaluation.json was written, in ms since 1970. */
  finished: number;
}

/** Reads config.json of a run; throws an error naming what is missing or malformed. */
export function readConfig(folder: string): Promise<RunConfig> {
  return readJson(join(folder, "config.json"), runConfigSchema);
}

/** Reads one finished run; throws an error naming the file (and line) that is missing or malformed. */
export async function readRun(folder: string): Promise<RunRecord> {
  const config = await readConfig(folder), files = await filesIn(folder);
  const has = (name: string) => files.has(name) ? join(folder, name) : undefined;
  const read = async <T>(name: string, schema: z.ZodType<T>) => {
    const path = has(name);
    return path === undefined ? undefined : await readJson(path, schema);
  };
  // Large, and shown of a few runs alone: thousands would fill the memory.
  const later = <T>(name: string, schema: z.ZodType<T>) => {
    const path = has(name);
    return path === undefined ? undefined : parse(path, Deno.readTextFileSync(path), schema);
  };
  const evaluation = await readJson(join(folder, "evaluation.json"), evaluationSchema);
  const picture = has("samples.png");
  return {
    folder,
    name: basename(folder),
    config,
    evaluation,
    queries: await read("queries.json", queriesSchema) ?? {},
    cost: await read("cost.json", costSchema),
    later: files.has("evaluations") ? await readEvaluations(folder) : [],
    metrics: await readMetrics(has("metrics.jsonl")),
    samples: picture === undefined
      ? undefined
      : { ...await readJson(join(folder, "samples.json"), samplesSchema), picture },
    get neighbours() {
      return later("neighbours.json", neighboursSchema);
    },
    get embedding() {
      return later("embedding.json", embeddingSchema);
    },
    finished: (await Deno.stat(join(folder, "evaluation.json"))).mtime?.getTime() ?? 0,
  };
}

/** Names in a folder; none where there is no such folder. */
async function filesIn(folder: string): Promise<Set<string>> {
  const names = new Set<string>();
  for await (const { name } of Deno.readDir(folder)) names.add(name);
  return names;
}

/** Writes queries.json of a run, one line for each metric; numbers in six digits. */
export async function writeQueries(
  folder: string,
  queries: Readonly<Record<string, ArrayLike<number>>>,
): Promise<void> {
  const lines = Object.entries(queries).map(([key, values]) =>
    `  ${JSON.stringify(key)}: ${
      JSON.stringify(Array.from(values, (v) => Number(v.toPrecision(6))))
    }`
  );
  await writeAtomic(join(folder, "queries.json"), `{\n${lines.join(",\n")}\n}\n`);
}

/** A run folder that was left out, and why. */
export interface SkippedRun {
  folder: string;
  reason: string;
}

/**
 * Reads the finished runs of a study folder, packed ones too (packed.ts), sorted by data set, row, fraction (largest first), seed.
 *
 * Unfinished runs are passed over. A malformed one is an error, unless a list `skipped` is given to
 * collect it. Throws where `runs/` does not exist.
 */
export async function readStudy(
  folder: string,
  { skipped }: { skipped?: SkippedRun[] } = {},
): Promise<RunRecord[]> {
  const runs = join(folder, "runs"), records: RunRecord[] = [], share = sharing();
  const plain = (await subfolders(runs)).map((name) => join(runs, name));
  const folders = [...plain, ...await unpackedRuns(runs)];
  const readOne = async (run: string) => {
    if (!await exists(join(run, "evaluation.json"))) return;
    try {
      const record = await readRun(run);
      record.config = share(record.config);
      records.push(record);
    } catch (error) {
      if (skipped === undefined) throw error;
      skipped.push({ folder: run, reason: (error as Error).message });
    }
  };
  for (let at = 0; at < folders.length; at += AT_ONCE) {
    await Promise.all(folders.slice(at, at + AT_ONCE).map(readOne));
  }
  skipped?.sort((a, b) => compareText(a.folder, b.folder));
  return records.sort(compareRuns);
}

/** Runs that are read at the same time: a disk in the network answers late, but many at once. */
const AT_ONCE = 16;

/** Makes sections that configurations have in common one object: thousands of runs differ in little. */
function sharing(): (config: RunConfig) => RunConfig {
  const known = new Map<string, unknown>();
  return (config) =>
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => {
        if (typeof value !== "object") return [key, value];
        const text = JSON.stringify(value);
        if (!known.has(text)) known.set(text, value);
        return [key, known.get(text)];
      }),
    ) as RunConfig;
}

function compareRuns(one: RunRecord, other: RunRecord): number {
  const { config: a } = one, { config: b } = other;
  return compareText(a.dataset.name, b.dataset.name) || compareText(a.row, b.row) ||
    b.fraction - a.fraction || a.seed - b.seed || compareText(one.name, other.name);
}

// By code unit, so that the order does not depend on the user's locale.
const compareText = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0;

async function subfolders(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) if (entry.isDirectory) names.push(entry.name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `${folder}: not found, expected the run folders of a study; ` +
        "give the folder that a study was written to (it holds `runs/`)",
    );
  }
  return names.sort(compareText);
}

async function readMetrics(path: string | undefined): Promise<MetricLine[]> {
  // The row that trains nothing has no steps and may have no file.
  const text = path === undefined ? "" : await Deno.readTextFile(path);
  const bySteps = new Map<number, MetricLine>();
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    const metric = parse(`${path}:${i + 1}`, line, metricLineSchema);
    // A run resumed from a checkpoint repeats a few steps: what was written last counts.
    bySteps.set(metric.step, metric);
  });
  return [...bySteps.values()].sort((a, b) => a.step - b.step);
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new Error(`${path}: cannot be read (${(error as Error).message})`);
  }
  return parse(path, text, schema);
}

function parse<T>(where: string, text: string, schema: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`${where}: not JSON (${(error as Error).message})`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.map((issue) =>
    `${issue.path.map(String).join(".") || "the whole"}: ${issue.message}`
  );
  throw new Error(
    `${where}: ${issues.join("; ")}. Remove the run folder and start the study again: ` +
      "it repeats only this run",
  );
}
