/** Whether the numbers of runs lie where a reference says that such runs lie. */
import { quantile, studentQuantile } from "../eval/mod.ts";
import { overSeeds } from "./ablation.ts";
import { queryStatistic } from "./query_statistics.ts";
import type { RunConfig, RunRecord } from "./record.ts";
import { flatten } from "./page/settings.ts";
import { stream } from "../runtime/mod.ts";
import type { Summary } from "./statistics.ts";
import { cellText, type Column, fullHeading, isSummary, type Table, textColumn } from "./table.ts";
import { tablesOf } from "./tables.ts";

/** Where the mean of new runs is to lie, with 95 %. */
export interface ReferenceInterval {
  readonly low: number;
  readonly high: number;
  /** What was drawn anew: seeds of the reference, or queries of its only seed. */
  readonly by: "seeds" | "queries";
}

/** A number beside the reference's, or a row that cannot be compared, with the reason. */
export interface Reproduced {
  readonly dataset: string;
  readonly row: string;
  readonly fraction: number;
  readonly column?: Column;
  readonly here?: Summary;
  readonly reference?: Summary;
  /** Undefined where the reference gives none. */
  readonly interval?: ReferenceInterval | undefined;
  readonly inside?: boolean | undefined;
  readonly reason?: string;
}

/**
 * Every number of evaluation.json that tables show, beside that of the reference's runs with the same
 * settings (all but the seed); empty where the reference has none of the data sets.
 */
export function reproduced(
  runs: readonly RunRecord[],
  reference: readonly RunRecord[],
): Reproduced[] {
  const known = new Set(reference.map(({ config }) => config.dataset.name));
  const groups = Map.groupBy(
    runs.filter(({ config }) => known.has(config.dataset.name)),
    settingsKey,
  );
  const alike = Map.groupBy(reference, settingsKey);
  const columns = new Map<string, Column[]>();
  return [...groups].flatMap(([settings, mine]): Reproduced[] => {
    const { config } = mine[0]!, { dataset: { name: dataset }, row, fraction } = config;
    const theirs = onePerSeed(alike.get(settings) ?? []);
    const about = { dataset, row, fraction };
    if (theirs.length === 0) return [{ ...about, reason: whyNot(config, reference) }];
    if (!columns.has(dataset)) columns.set(dataset, columnsOf(runs, dataset));
    return columns.get(dataset)!.flatMap((column): Reproduced[] => {
      const here = overSeeds(mine, column.key), there = overSeeds(theirs, column.key);
      if (here === undefined || there === undefined) return [];
      const interval = referenceInterval(theirs, column.key, here.n);
      const { digits = 0, scale = 1 } = typeof column.format === "string" ? {} : column.format;
      // Half a unit of the last digit that tables show is no difference.
      const slack = 0.5 * 10 ** -digits / scale;
      const inside = interval &&
        here.mean >= interval.low - slack && here.mean <= interval.high + slack;
      return [{ ...about, column, here, reference: there, interval, inside }];
    });
  });
}

/**
 * 95 % interval of the mean of `n` new runs like those of a reference, of the metric `key`.
 *
 * From two seeds on the prediction interval m ± t · s · √(1/n + 1/N) of N seeds with mean m and sample
 * deviation s, t of Student's distribution with N − 1 degrees of freedom (Hahn and Meeker, Statistical
 * Intervals, chapter 4). Of one seed the percentile bootstrap over its queries (2000 draws): that is
 * how far other queries would move the number, not how far another seed would. Undefined where the
 * number is not made of queries.
 */
export function referenceInterval(
  reference: readonly RunRecord[],
  key: string,
  n: number,
): ReferenceInterval | undefined {
  const summary = overSeeds(reference, key);
  if (summary === undefined) return undefined;
  const { mean, std, n: N } = summary;
  if (std !== undefined) {
    const half = studentQuantile(N - 1) * std * Math.sqrt(1 / n + 1 / N);
    return { low: mean - half, high: mean + half, by: "seeds" };
  }
  const statistic = queryStatistic(key);
  const values = statistic?.keys.map((name) => reference[0]!.queries[name]);
  const count = values?.[0]?.length ?? 0;
  if (!statistic || !values || count === 0 || values.some((one) => one?.length !== count)) {
    return undefined;
  }
  const random = stream(0, "reproduced"), places = new Int32Array(count);
  const drawn = Float64Array.from({ length: 2000 }, () => {
    for (let q = 0; q < count; q++) places[q] = random.int(count);
    return statistic.of(
      values.map((one) => Float64Array.from(places, (place) => one![place] as number)),
    );
  });
  return { low: quantile(drawn, 0.025), high: quantile(drawn, 0.975), by: "queries" };
}

/** Settings on which no compared number depends, besides seed, backend and versions. */
const IRRELEVANT = ["evaluate.measures", "evaluate.shown", "train.logEvery"];

/** The same for runs that differ in their seed alone. */
function settingsKey({ config }: RunRecord): string {
  return JSON.stringify(decisive(config));
}

/** The first run of each seed, of runs of the same settings: two studies may hold the same one. */
function onePerSeed(runs: readonly RunRecord[]): RunRecord[] {
  return [...Map.groupBy(runs, ({ config }) => config.seed).values()].map(([first]) => first!);
}

/** The settings that decide numbers, by path. */
function decisive(config: RunConfig): Record<string, string> {
  // How settings came about does not matter: what they came to stands in the rest.
  const ways = ["seed", "backend", "versions", "changes", "tuned", "rowTitle"];
  const rest = Object.entries(config).filter(([key]) => !ways.includes(key));
  const { kind: _, licence: __, ...dataset } = config.dataset;
  const all = flatten({ ...Object.fromEntries(rest), dataset }).filter(([path]) =>
    !IRRELEVANT.includes(path)
  );
  return Object.fromEntries(all.sort(([a], [b]) => a < b ? -1 : 1));
}

/** What keeps the reference's nearest run from being compared. */
function whyNot(config: RunConfig, reference: readonly RunRecord[]): string {
  const { dataset, row, fraction } = config, mine = decisive(config);
  const like = reference.filter(({ config: c }) =>
    c.dataset.name === dataset.name && c.row === row && c.fraction === fraction
  );
  if (like.length === 0) return "not in the reference";
  const differing = like.map(({ config }) => {
    const theirs = decisive(config);
    return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])]
      .filter((path) => mine[path] !== theirs[path])
      .map((path) => `${path} ${short(mine[path])} (${short(theirs[path])} in the reference)`);
  }).sort((a, b) => a.length - b.length)[0]!;
  const more = differing.length > 3 ? ` and ${differing.length - 3} more` : "";
  return `other settings: ${differing.slice(0, 3).join(", ")}${more}`;
}

function short(value = "none"): string {
  return value.length > 24 ? `${value.slice(0, 16)}…` : value;
}

/** Columns of all tables whose cells are means over seeds, each key once. */
function columnsOf(runs: readonly RunRecord[], dataset: string): Column[] {
  const found = new Map<string, Column>();
  for (const { table } of tablesOf(runs, dataset)) {
    for (const column of table.columns) {
      const measured = table.rows.some((row) => isSummary(row[column.key]));
      if (measured && !found.has(column.key)) found.set(column.key, column);
    }
  }
  return [...found.values()];
}

/** "57 of 60 numbers inside the reference interval; 4 have none; 1 row not comparable" */
export function reproducedLine(found: readonly Reproduced[]): string {
  const count = (is: (one: Reproduced) => boolean) => found.filter(is).length;
  const all = count(({ interval }) => interval !== undefined);
  const none = count(({ here, interval }) => here !== undefined && interval === undefined);
  const rows = count(({ reason }) => reason !== undefined);
  return `${
    count(({ inside }) => inside === true)
  } of ${all} numbers inside the reference interval` +
    (none > 0 ? `; ${none} have none` : "") +
    (rows > 0 ? `; ${rows} ${rows === 1 ? "row" : "rows"} not comparable` : "");
}

/** {@link reproduced} as a table; undefined where there is nothing to compare with. */
export function reproducedTable(found: readonly Reproduced[]): Table | undefined {
  if (found.length === 0) return undefined;
  const number = (key: string, title: string) => (
    { key, title, align: "right", format: { digits: 3 } } as const
  );
  return {
    title: "Reproduced or not",
    note:
      `${reproducedLine(found)}. Interval: 95 %. By seeds: where the mean of so many new runs is ` +
      "to lie, from the spread of the reference's seeds (prediction interval, Student's t). By " +
      "queries: of a single reference seed, a bootstrap over its queries; it says how far other " +
      "queries would move the number, not how far another seed would. Half a unit of the last " +
      "digit counts as equal. With 95 % intervals one number in twenty lies outside by chance, " +
      "and numbers of one run do so together.",
    columns: [
      textColumn("dataset", "data set"),
      textColumn("row", "row"),
      { key: "fraction", title: "products (%)", align: "right", format: { digits: 0, scale: 100 } },
      textColumn("metric", "number"),
      number("here", "here"),
      number("reference", "reference"),
      number("difference", "difference"),
      textColumn("interval", "interval [95 %]"),
      textColumn("by", "by"),
      textColumn("verdict", "verdict"),
    ],
    rows: found.map(({ dataset, row, fraction, column, here, reference, interval, ...one }) => {
      if (column === undefined || here === undefined || reference === undefined) {
        return { dataset, row, fraction, verdict: `not comparable: ${one.reason}` };
      }
      const { format } = column, number = (value: number) => cellText(value, format);
      return {
        dataset,
        row,
        fraction,
        metric: fullHeading(column),
        here: { ...here, format },
        reference: { ...reference, format },
        difference: { mean: here.mean - reference.mean, std: undefined, n: here.n, format },
        ...(interval === undefined ? { verdict: "no interval" } : {
          interval: `[${number(interval.low)}, ${number(interval.high)}]`,
          by: interval.by,
          verdict: one.inside ? "inside" : "outside",
        }),
      };
    }),
  };
}
