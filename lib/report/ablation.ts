/** The ablation table of one data set: a row for each set of losses, means over seeds. */
import type { RunConfig, RunRecord } from "./record.ts";
import { COMPARED } from "./differences.ts";
import { withDifferences } from "./row_differences.ts";
import { configSources, sourceIn } from "./sources.ts";
import { summariseSources, type Summary } from "./statistics.ts";
import type { Cell, Column, Format, Table } from "./table.ts";

const PERCENT: Format = { digits: 1, scale: 100 };

/** The columns of the ablation that are read from `metrics` of evaluation.json; the key is the metric's own. */
export const ABLATION_METRICS: readonly Column[] = [
  ...(["i2t", "t2i"] as const).flatMap((way) => {
    const group = way === "i2t" ? "i→t" : "t→i", align = "right", key = `retrieval.${way}`;
    return [
      ...[1, 5, 10].map((k): Column => (
        { key: `${key}.r${k}`, title: `R@${k}`, group, align, format: PERCENT, better: "higher" }
      )),
      {
        key: `${key}.medianRank`,
        title: "median rank",
        group,
        align,
        format: { digits: 1 },
        better: "lower",
      } satisfies Column,
    ];
  }),
  {
    key: "retrieval.recallSum",
    title: "R sum",
    align: "right",
    format: PERCENT,
    better: "higher",
  },
  {
    key: "is.test",
    title: "IS loss",
    align: "right",
    format: { digits: 4 },
    better: "lower",
  },
  {
    key: "kid",
    title: "KID",
    align: "right",
    format: { digits: 2 },
    better: "lower",
  },
  ...(["i2t", "t2i"] as const).map((way): Column => ({
    key: `forgetting.${way}.r5`,
    title: way === "i2t" ? "i→t R@5" : "t→i R@5",
    group: "outside",
    align: "right",
    format: PERCENT,
    better: "higher",
  })),
];

/**
 * The ablation table of the runs on one data set: rows in the order A0 … A6 (and by fraction, where
 * there are several), what each trains with, and its numbers as mean ± std over seeds.
 *
 * Throws where no run is of that data set.
 */
export function ablationTable(runs: readonly RunRecord[], dataset: string): Table {
  const mine = runs.filter(({ config }) => config.dataset.name === dataset);
  if (mine.length === 0) {
    const names = distinct(runs.map(({ config }) => config.dataset.name));
    throw new Error(
      `no finished run on ${dataset}, expected one of: ${names.join(", ") || "none"}`,
    );
  }
  const fractions = distinct(mine.map(({ config }) => config.fraction)).sort((a, b) => b - a);
  const titles = distinct(mine.map(({ config }) => config.row)).sort();
  const lines = fractions.flatMap((fraction) =>
    titles.flatMap((row) => {
      const seeds = mine.filter(({ config }) => config.row === row && config.fraction === fraction);
      return seeds.length === 0 ? [] : [seeds];
    })
  );
  const table: Table = {
    title: `Ablation on ${dataset}`,
    note: noteOf(mine),
    columns: [...settingColumns(fractions.length > 1), ...ABLATION_METRICS],
    rows: lines.map(tableRow),
    sources: lines.map(configSources),
  };
  // The single task beside both is ITC alone: the compared number is retrieval's.
  const differences = { metric: COMPARED.retrieval, against: ["A3", "A1"] };
  return withDifferences(table, lines, mine, differences);
}

/** The number `metric` over the given runs of one row; undefined where none has it. */
export function overSeeds(runs: readonly RunRecord[], metric: string): Summary | undefined {
  return summariseSources(runs.flatMap((run) => sourceIn(run, metric) ?? []));
}

/** The columns that say what a row is. */
export function settingColumns(severalFractions: boolean): Column[] {
  const tick = (key: string, title: string): Column => (
    { key, title, align: "center", format: "tick" }
  );
  return [
    { key: "row", title: "row", align: "left", format: "text" },
    { key: "title", title: "trained with", align: "left", format: "text" },
    ...(severalFractions
      ? [
        {
          key: "fraction",
          title: "products (%)",
          align: "right",
          format: { digits: 0, scale: 100 },
        } satisfies Column,
      ]
      : []),
    tick("itc", "ITC"),
    tick("is", "IS"),
    tick("rsc", "RSC"),
    { key: "seeds", title: "seeds", align: "right", format: { digits: 0 } },
  ];
}

/** What a row of the ablation is, from its runs. */
export function rowCells(seeds: readonly RunRecord[]): Record<string, Cell> {
  const { row, rowTitle, weights, fraction } = seeds[0]!.config;
  return {
    row,
    title: rowTitle,
    fraction,
    itc: weights.itc !== 0,
    is: weights.is !== 0,
    rsc: rscText(weights),
    seeds: seeds.length,
  };
}

function tableRow(seeds: readonly RunRecord[]): Record<string, Cell> {
  const cells = rowCells(seeds);
  for (const { key } of ABLATION_METRICS) cells[key] = overSeeds(seeds, key);
  return cells;
}

function rscText({ rsc, direction }: RunConfig["weights"]): Cell {
  if (rsc === 0) return false;
  return { c2d: "C→D", d2c: "D→C", both: "both" }[direction] ?? direction;
}

/** Everything a reader needs to weigh the numbers, and nothing that differs between machines. */
function noteOf(runs: readonly RunRecord[]): string {
  const first = runs[0]!, { dataset } = first.config;
  const seeds = distinct(runs.map(({ config }) => config.seed)).sort((a, b) => a - b);
  const trained = runs.filter(({ evaluation }) => evaluation.steps > 0);
  const steps = distinct(trained.map(({ evaluation }) => evaluation.steps)).sort((a, b) => a - b);
  const presets = distinct(runs.map(({ config }) => config.preset));
  const metric = (key: string) =>
    distinct(runs.flatMap(({ evaluation }) => evaluation.metrics[key] ?? [])).sort((a, b) => a - b);
  const percent = (key: string) => metric(key).map((v) => (100 * v).toFixed(1)).join(" or ");
  const gallery = metric("retrieval.gallery"), outside = metric("forgetting.gallery");
  const samples = metric("generation.samples");
  const chance = [1, 5, 10].map((k) => percent(`retrieval.chance.r${k}`));
  const sentences = [
    `Data: ${dataset.name}, ${dataset.kind}; ${dataset.train} training, ` +
    `${dataset.validation} validation and ${dataset.test} test pictures.`,
    `Preset ${presets.join(" and ")}` +
    (steps.length > 0 ? `, ${steps.join(" or ")} training steps in each trained row` : "") +
    `, ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}.`,
    ...chosenSentence(trained),
    "R@K in %, every true match counted; i→t: a picture looks for its captions, t→i: a caption " +
    "for its pictures" +
    (gallery.length > 0 ? `; gallery of ${gallery.join(" or ")}` : "") +
    (chance.every((text) => text !== "") ? `; chance R@1/5/10 ${chance.join("/")} %` : "") + ".",
    "R sum: the six recalls added, 600 at most. IS loss: denoising error of the test pictures " +
    "on fixed draws." +
    (samples.length > 0
      ? ` KID: ${samples.join(" or ")} drawn pictures to the test pictures; halves of these have ${
        metric("kid.floor").map((value) => value.toFixed(2)).join(" or ")
      }.`
      : ""),
    ...(outside.length > 0
      ? [
        `Outside: retrieval on ${outside.join(" or ")} pictures that no row was tuned on` +
        (percent("forgetting.chance.r5") === ""
          ? "."
          : `; chance R@5 ${percent("forgetting.chance.r5")} %.`),
      ]
      : []),
    seeds.length === 1
      ? "One seed: the spread is unknown, nothing is marked as best."
      : "Mean ± sample standard deviation over seeds; bold where the intervals of at least three " +
        "seeds keep apart.",
  ];
  return sentences.join(" ");
}

/** Whether learning rates were chosen for the set; nothing where the preset's are used. */
function chosenSentence(trained: readonly RunRecord[]): string[] {
  return trained.some(({ config }) => config.tuned !== undefined)
    ? ["Learning rates are those that were chosen for the set, the same for all rows."]
    : [];
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
