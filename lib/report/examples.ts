/** What retrieval found for a few queries, row beside row: the same queries before and after tuning. */
import { comparedRuns } from "./compared_runs.ts";
import type { Tiles } from "./grid.ts";
import type { RunConfig, RunRecord } from "./record.ts";
import type { Neighbours } from "./shown.ts";

/** Captions of a picture, and pictures of a caption. */
export const WAYS = ["i2t", "t2i"] as const;
export type Way = typeof WAYS[number];

/** What the part of a way is called. */
export const WAY_TITLES: Readonly<Record<Way, string>> = {
  i2t: "Captions nearest to a picture",
  t2i: "Pictures nearest to a caption",
};

/** Width and height of the pictures of a sheet, in pixels. */
export const EXAMPLE_SIZE = 64;

/** A record of the data set. */
export interface Shown {
  readonly id: string;
  readonly caption: string;
}

/** A neighbour of a query: right where its caption is the query's. */
export interface FoundExample {
  readonly record: Shown;
  /** Cosine with the query. */
  readonly score: number;
  readonly right: boolean;
}

/** A query and what each row of the sheet found for it, nearest first. */
export interface ExampleQuery {
  readonly record: Shown;
  readonly found: readonly (readonly FoundExample[])[];
}

/** Retrieval examples of one data set. */
export interface ExampleSheet {
  readonly rows: readonly { readonly row: string; readonly label: string }[];
  readonly i2t: readonly ExampleQuery[];
  readonly t2i: readonly ExampleQuery[];
}

/** Pictures of a sheet, as far as they can be shown. */
export interface ExamplePictures {
  /** Pictures of {@link EXAMPLE_SIZE} by the ids of their records. */
  readonly tiles: ReadonlyMap<string, Tiles>;
  /** Their creators with licences, each once. */
  readonly credits: readonly string[];
  /** Whether one of them may not be published. */
  readonly private: boolean;
}

/** Finds pictures of a data set by ids; undefined where the set that runs were measured on is not here. */
export type FindPictures = (
  dataset: Pick<RunConfig["dataset"], "name" | "fingerprint">,
  ids: readonly string[],
) => Promise<ExamplePictures | undefined>;

/**
 * The examples of the first seed of each compared row. Rows stand together only where their queries
 * are the same; those of the first row count. Undefined where no run kept any.
 */
export function exampleSheet(runs: readonly RunRecord[]): ExampleSheet | undefined {
  const kept = comparedRuns(runs, ({ neighbours }) => neighbours);
  const first = kept[0];
  if (first === undefined) return undefined;
  const shown = kept.filter(({ kept }) => queriesOf(kept) === queriesOf(first.kept));
  const way = (which: Way): ExampleQuery[] =>
    first.kept[which].map(({ query }, q) => ({
      record: first.kept.records[query]!,
      found: shown.map(({ kept: { records, [which]: examples } }) =>
        examples[q]!.nearest.map(({ record, score, match }) => (
          { record: records[record]!, score, right: match }
        ))
      ),
    }));
  return {
    rows: shown.map(({ run: { config } }) => (
      { row: config.row, label: `${config.row} ${config.rowTitle}` }
    )),
    i2t: way("i2t"),
    t2i: way("t2i"),
  };
}

function queriesOf({ records, i2t, t2i }: Neighbours): string {
  return JSON.stringify([i2t, t2i].map((way) => way.map(({ query }) => records[query])));
}

/** Ids of the records whose pictures a sheet shows: queries of one way, neighbours of the other. */
export function picturedIds({ i2t, t2i }: ExampleSheet): string[] {
  const found = t2i.flatMap(({ found }) => found.flat().map(({ record }) => record.id));
  return [...new Set([...i2t.map(({ record }) => record.id), ...found])];
}

/** How a neighbour is marked, in words. */
export function verdict({ right }: Pick<FoundExample, "right">): "right" | "wrong" {
  return right ? "right" : "wrong";
}

/** A cosine in two digits, with a minus sign. */
export function cosineText(score: number): string {
  const text = score.toFixed(2);
  return text === "-0.00" ? "0.00" : text.replace("-", "−");
}
