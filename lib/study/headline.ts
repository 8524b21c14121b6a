/** What the records of a study say in words, and no more than they say. */
import { ENOUGH_SEEDS } from "../eval/mod.ts";
import {
  COMPARED,
  comparisonsOf,
  intervalText,
  isBetter,
  type MadeComparison,
  overSeeds,
  type RunRecord,
} from "../report/mod.ts";
import { dataSetsOf } from "./records.ts";

/** A comparison of two rows. */
interface Comparison {
  readonly row: string;
  readonly against: string;
  readonly question: string;
  readonly compared: keyof typeof NUMBERS;
}

/** What stands for a number under which queries are compared: the mean of some metrics. */
const NUMBERS = {
  retrieval: {
    metric: "R@5 (mean of both ways)",
    keys: ["retrieval.i2t.r5", "retrieval.t2i.r5"],
  },
  outside: {
    metric: "R@5 outside (mean of both ways)",
    keys: ["forgetting.i2t.r5", "forgetting.t2i.r5"],
  },
  noise: { metric: "IS loss", keys: ["is.test"] },
} as const satisfies Partial<
  Record<keyof typeof COMPARED, { readonly metric: string; readonly keys: readonly string[] }>
>;

const comparisons: readonly Comparison[] = [
  {
    row: "A1",
    against: "A0",
    question: "Does ITC improve retrieval on the tuned set?",
    compared: "retrieval",
  },
  {
    row: "A2",
    against: "A0",
    question: "Does IS improve denoising?",
    compared: "noise",
  },
  {
    row: "A3",
    against: "A1",
    question: "Does IS beside ITC help retrieval?",
    compared: "retrieval",
  },
  {
    row: "A3",
    against: "A2",
    question: "Does ITC beside IS help denoising?",
    compared: "noise",
  },
  {
    row: "A6",
    against: "A1",
    question: "Does all of it retrieve better than ITC alone?",
    compared: "retrieval",
  },
  {
    row: "A6",
    against: "A2",
    question: "Does all of it denoise better than IS alone?",
    compared: "noise",
  },
  {
    row: "A6",
    against: "A3",
    question: "Does RSC add to ITC and IS in retrieval?",
    compared: "retrieval",
  },
  {
    row: "A6",
    against: "A3",
    question: "Does RSC keep more of what was known outside the tuned set?",
    compared: "outside",
  },
];

/**
 * Markdown on each data set of the records: the numbers of rows that answer a question, seed by
 * seed, and whether they allow a conclusion. One or two seeds never do.
 */
export function headline(runs: readonly RunRecord[]): string {
  return dataSetsOf(runs).map((name) => {
    const mine = runs.filter(({ config }) => config.dataset.name === name && config.fraction === 1);
    return mine.length === 0 ? "" : onDataSet(name, mine);
  }).filter((text) => text !== "").join("\n\n");
}

function onDataSet(name: string, runs: readonly RunRecord[]): string {
  const seeds = new Set(runs.map(({ config }) => config.seed)).size;
  const made = comparisonsOf(runs, name);
  const lines = comparisons.flatMap((comparison) => {
    const text = compared(runs, comparison, made);
    return text === undefined ? [] : [`- ${text}`];
  });
  return [
    `**${name}**, ${seeds} ${seeds === 1 ? "seed" : "seeds"}:`,
    "",
    ...lines,
    "",
    seeds === 1
      ? "One seed allows no conclusion: how far two runs of the same row lie apart is not known. " +
        "`--seeds 3` measures it."
      : seeds < ENOUGH_SEEDS
      ? "Two seeds allow no conclusion yet; `--seeds 3` is the least."
      : "These are statements on this model and this data, not on the published system.",
    ...(runs.some(({ config }) => config.model.start === "random")
      ? ["", "The starting weights are random: none of these numbers means anything."]
      : []),
  ].join("\n");
}

function compared(
  runs: readonly RunRecord[],
  { row, against, question, compared }: Comparison,
  made: readonly MadeComparison[],
): string | undefined {
  const { metric, keys } = NUMBERS[compared], { better } = COMPARED[compared];
  const ours = valuesOf(runs, row, keys), theirs = valuesOf(runs, against, keys);
  const seeds = [...ours.keys()].filter((seed) => theirs.has(seed));
  if (seeds.length === 0) return undefined;
  const mean = (values: Map<number, number>) =>
    seeds.reduce((sum, seed) => sum + (values.get(seed) as number), 0) / seeds.length;
  const number = (x: number) => better === "lower" ? x.toFixed(4) : `${(100 * x).toFixed(1)} %`;
  const sign = better === "higher" ? 1 : -1;
  const wins =
    seeds.filter((seed) => sign * ((ours.get(seed) as number) - (theirs.get(seed) as number)) > 0)
      .length;
  const one = made.find((other) =>
    other.row === row && other.against === against && other.metric === compared
  );
  const verdict = seeds.length < ENOUGH_SEEDS
    ? ""
    : one !== undefined
    ? ` ${intervalSentence(one)}`
    : wins === seeds.length
    ? ` Better in every one of ${seeds.length} seeds.`
    : wins === 0
    ? ` Better in none of ${seeds.length} seeds.`
    : ` Better in ${wins} of ${seeds.length} seeds: undecided.`;
  return `${question} ${metric} ${number(mean(ours))} (${row}) beside ${
    number(mean(theirs))
  } (${against}).${verdict}`;
}

/** What the interval over seeds and queries allows to say. */
function intervalSentence(one: MadeComparison): string {
  const { comparison, differs, p, seeds } = one;
  return `Difference ${
    intervalText(comparison, COMPARED[one.metric])
  } (95 % over ${seeds} seeds and ` +
    `all queries, p = ${p.toFixed(3)} after Holm's correction): ` +
    (!differs ? "no difference is shown." : isBetter(one) ? "better." : "worse.");
}

/** The mean of some metrics by seed, of the runs of a row that have them all. */
function valuesOf(
  runs: readonly RunRecord[],
  row: string,
  keys: readonly string[],
): Map<number, number> {
  const found = new Map<number, number>();
  for (const run of runs.filter(({ config }) => config.row === row)) {
    const values = keys.flatMap((key) => overSeeds([run], key)?.mean ?? []);
    if (values.length < keys.length) continue;
    found.set(run.config.seed, values.reduce((sum, value) => sum + value, 0) / values.length);
  }
  return found;
}
