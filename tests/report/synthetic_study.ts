/** A small study of invented numbers, on disk in the layout that real runs have. */
import { join } from "@std/path";
import { writeSamples } from "unidiff/report/grid.ts";
import type { Evaluation, RunConfig, RunRecord } from "unidiff/report/record.ts";
import { type Embedding, type Neighbours, writeShown } from "unidiff/report/shown.ts";
import { stream } from "unidiff/runtime/random.ts";

const ROWS = {
  A0: ["nothing (zero-shot)", 0, 0, 0],
  A1: ["ITC", 1, 0, 0],
  A2: ["IS", 0, 1, 0],
  A3: ["ITC + IS", 1, 1, 0],
  A6: ["ITC + IS + RSC (UniDiff)", 1, 1, 1],
} as const;
export type SyntheticRow = keyof typeof ROWS;

export const PROMPTS = [
  "black hoodies & sweatshirts for men",
  "a red armchair",
  "blue denim jeans for women with a very long description that has to be broken",
  "a white lamp",
];

/** The record of one invented run, without curves, queries and pictures. */
export function runRecord(row: SyntheticRow, seed: number): RunRecord {
  return {
    folder: "",
    name: `${row}-${seed}`,
    config: config(row, seed),
    evaluation: evaluation(row, seed),
    queries: {},
    later: [],
    metrics: [],
    samples: undefined,
    finished: 0,
  };
}

/** The config of one invented run. */
export function config(row: SyntheticRow, seed: number, dataset = "shop"): RunConfig {
  const [rowTitle, itc, is, rsc] = ROWS[row];
  return {
    schema: 1,
    row,
    rowTitle,
    weights: { itc, is, rsc, direction: "both" },
    seed,
    fraction: 1,
    preset: "mini",
    dataset: {
      name: dataset,
      kind: "renders",
      licence: "CC0-1.0",
      fingerprint: "00ff",
      train: 600,
      validation: 120,
      test: 150,
    },
    model: {},
    train: { steps: 150 },
    evaluate: {},
    backend: "cpu",
    versions: { deno: "0" },
  };
}

/** The evaluation of one invented run, the same for the same row and seed. */
export function evaluation(row: SyntheticRow, seed: number): Evaluation {
  const [, itc, is, rsc] = ROWS[row], random = stream(seed, "synthetic", row);
  const shake = () => 0.02 * (random.uniform() - 0.5);
  const metrics: Record<string, number> = { "retrieval.gallery": 150, "forgetting.gallery": 500 };
  let sum = 0;
  for (const way of ["i2t", "t2i"]) {
    [[1, 0.2], [5, 0.5], [10, 0.7]].forEach(([k, base]) => {
      const recall = base! + 0.08 * itc + 0.03 * is + 0.01 * rsc + shake();
      sum += metrics[`retrieval.${way}.r${k}`] = recall;
    });
    metrics[`retrieval.${way}.medianRank`] = 6 - 2 * itc;
    metrics[`forgetting.${way}.r5`] = 0.75 - 0.3 * itc + 0.06 * rsc + shake();
  }
  metrics["retrieval.recallSum"] = sum;
  [[1, 0.01], [5, 0.05], [10, 0.1]].forEach(([k, value]) => {
    metrics[`retrieval.chance.r${k}`] = value!;
  });
  metrics["forgetting.chance.r5"] = 0.02;
  metrics["is.test"] = 0.111 - 0.015 * is + shake() / 20;
  metrics["collapse.image.effectiveRank"] = 7 + itc - 0.7 * rsc;
  metrics["collapse.image.meanCosine"] = 0.13 - 0.1 * itc;
  metrics["collapse.image.uniformity"] = -2.39 - 0.4 * itc + 0.1 * rsc;
  return { schema: 1, metrics, seconds: { train: 60, evaluate: 9 }, steps: row === "A0" ? 0 : 150 };
}

/** Lines of metrics.jsonl of one invented run. */
export function metricLines(row: SyntheticRow, seed: number): Record<string, number>[] {
  const [, itc, is, rsc] = ROWS[row], random = stream(seed, "lines", row);
  if (row === "A0") return [];
  return Array.from({ length: 75 }, (_, i) => {
    const step = 2 * (i + 1), noise = 0.1 * random.normal();
    const terms = {
      ...(itc ? { itc: 3.4 * Math.exp(-step / 60) + 0.3 + noise } : {}),
      ...(is ? { is: 0.12 + 0.05 * Math.exp(-step / 30) + noise / 10 } : {}),
      ...(rsc ? { rsc: 2 * Math.exp(-step / 80) + 0.5 + noise } : {}),
    };
    const total = Object.values(terms).reduce((sum, value) => sum + value, 0);
    return { step, seconds: step / 5, ...terms, total, gradNorm: 1 + noise };
  });
}

/** What retrieval found for five invented queries, of pictures `images/<n>.png`. */
export function neighbours(row: SyntheticRow): Neighbours {
  const [, itc] = ROWS[row], count = 9;
  const way = () =>
    Array.from({ length: 5 }, (_, query) => ({
      query,
      nearest: Array.from({ length: 5 }, (_, n) => {
        // Tuned rows find the query itself first, the others third.
        const record = n === (itc ? 0 : 2) ? query : (query + n + 1) % count;
        return { record, score: 0.9 - 0.2 * n, match: record === query };
      }),
    }));
  return {
    schema: 1,
    records: Array.from({ length: count }, (_, i) => ({
      id: `images/${i}.png`,
      caption: `a <b>thing</b> & ${i}`,
    })),
    i2t: way(),
    t2i: way(),
  };
}

/** An invented map of 150 records in three colours. */
export function embedding(row: SyntheticRow, seed: number): Embedding {
  const random = stream(seed, "map", row), n = 150;
  const points = (x: number) =>
    Array.from({ length: n }, (): [number, number] => [x + 0.2 * random.normal(), random.normal()]);
  return {
    schema: 1,
    ids: Array.from({ length: n }, (_, i) => `${i}.png`),
    attribute: {
      name: "shape",
      values: Array.from({ length: n }, (_, i) => ["round", "long", "flat"][i % 3]!),
    },
    variance: [0.5, 0.25],
    images: points(-1),
    texts: points(1),
  };
}

/** Writes one run folder and returns its path. */
export async function writeRun(
  study: string,
  row: SyntheticRow,
  seed: number,
  { dataset = "shop", hash = "00000000", finished = true, shown = false } = {},
): Promise<string> {
  const folder = join(study, "runs", `${dataset}--${row}--s${seed}--f1--${hash}`);
  await Deno.mkdir(folder, { recursive: true });
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder, name), text);
  await write("config.json", JSON.stringify(config(row, seed, dataset)));
  const lines = metricLines(row, seed).map((line) => JSON.stringify(line) + "\n").join("");
  await write("metrics.jsonl", lines);
  await writeSamples(folder, pixels(row, PROMPTS.length, 32), {
    prompts: PROMPTS,
    size: 32,
    columns: 2,
  });
  if (shown) await writeShown(folder, neighbours(row), embedding(row, seed));
  if (finished) await write("evaluation.json", JSON.stringify(evaluation(row, seed)));
  return folder;
}

/** Discs of a colour of their own: [count, size, size, 3] in [-1, 1]. */
export function pixels(name: string, count: number, size: number): Float32Array {
  const data = new Float32Array(count * size * size * 3).fill(1);
  for (let n = 0; n < count; n++) {
    const colour = stream(n, "colour", name).uniforms(3);
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        if (Math.hypot(x - size / 2, y - size / 2) > size * 0.4) continue;
        for (let c = 0; c < 3; c++) {
          data[((n * size + y) * size + x) * 3 + c] = 2 * colour[c]! - 1;
        }
      }
    }
  }
  return data;
}
