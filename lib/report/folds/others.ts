/** What rows keep on other sets as they are: real pictures, where the outside set is a drawn one. */
import { clusterBootstrap } from "../../eval/mod.ts";
import { bothWays, hit } from "../both_ways.ts";
import { type LaterEvaluation, measurePath } from "../evaluations.ts";
import { column, namesOf, PERCENT } from "../metric_table.ts";
import type { RunRecord } from "../record.ts";
import { type Table, textColumn } from "../table.ts";
import { paired, type QueryMetric } from "./pooled.ts";
import { foldSummary } from "./rows_table.ts";

/** What R@5 on a set is called by the measure of lib/eval/measures/retrieval.ts. */
const keyOf = (other: string, way: string) => `others.${other}.${way}.r5`;
/** The row that the others are compared with. */
const AGAINST = "A3";

/**
 * R@5 of each row on each other set, and its difference from A3 on the same queries, of runs that
 * `deno task evaluate --measures other-sets` has measured; undefined where none was.
 */
export function otherSetsTable(runs: readonly RunRecord[]): Table | undefined {
  const hash = mostMeasured(runs);
  if (hash === undefined) return undefined;
  const of = ({ later }: RunRecord) =>
    later.find((one) => one.hash === hash && setsOf(one).length > 0);
  const measured = runs.filter((run) => of(run) !== undefined);
  const rows = distinct(measured, ({ config }) => [config.dataset.name]).flatMap((set) => {
    const here = measured.filter(({ config }) => config.dataset.name === set);
    return distinct(here, (run) => setsOf(of(run)!)).flatMap((other) =>
      distinct(here, ({ config }) => [config.row]).flatMap((row) => {
        const mine = here.filter(({ config }) => config.row === row);
        const [i2t, t2i] = ["i2t", "t2i"].map((way) => foldSummary(mine, keyOf(other, way), of));
        if (i2t === undefined) return [];
        const both = row === AGAINST
          ? undefined
          : paired(here, [set], row, AGAINST, metricOf(other, of));
        const difference = both && {
          ...clusterBootstrap(both.differences, both.clusters),
          sources: both.sources,
        };
        const { rowTitle } = mine[0]!.config;
        return [{ set, other, row, title: rowTitle, seeds: i2t.n, i2t, t2i, difference }];
      })
    );
  });
  if (rows.length === 0) return undefined;
  return {
    title: "On other sets as they are",
    note:
      "The model that was tuned on one set finds pictures and captions of another, one picture " +
      "of each caption, among all of that set. Means over the folds, ± deviation over seeds; " +
      `difference from ${AGAINST}: both ways' mean in points, 95 % interval by a bootstrap of the ` +
      "other set's products crossed with seeds. Without a claim of its own: intervals are not " +
      "corrected for their number.",
    columns: [
      textColumn("set", "tuned on"),
      textColumn("other", "measured on"),
      textColumn("row", "row"),
      textColumn("title", "trained with"),
      { key: "seeds", title: "seeds", align: "right", format: { digits: 0 } },
      column("i2t", "i→t R@5", PERCENT, "higher"),
      column("t2i", "t→i R@5", PERCENT, "higher"),
      { key: "difference", title: `difference from ${AGAINST}`, align: "right", format: PERCENT },
    ],
    rows,
  };
}

function metricOf(
  other: string,
  of: (run: RunRecord) => LaterEvaluation | undefined,
): QueryMetric {
  const queries = (run: RunRecord) => of(run)?.queries ?? {};
  return {
    title: `R@5 on ${other} (points)`,
    better: "higher",
    scale: 100,
    digits: 1,
    outside: true,
    products: (run) => queries(run)[`others.${other}.product`],
    source: (run, key) => ({
      file: measurePath(of(run)!, keyOf(other, "i2t")),
      path: ["queries", key],
    }),
    ...bothWays(`others.${other}`, hit(5), queries),
  };
}

/** The settings under which the most runs were measured; numbers of several are never mixed. */
function mostMeasured(runs: readonly RunRecord[]): string | undefined {
  const hashes = runs.flatMap(({ later }) =>
    later.filter((one) => setsOf(one).length > 0).map(({ hash }) => hash)
  );
  const counts = [...Map.groupBy(hashes, (hash) => hash)];
  return counts.sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

/** The other sets that an evaluation has numbers of. */
function setsOf({ metrics }: LaterEvaluation): string[] {
  return namesOf([metrics], "others", "i2t.r5");
}

function distinct(
  runs: readonly RunRecord[],
  of: (run: RunRecord) => readonly string[],
): string[] {
  return [...new Set(runs.flatMap(of))].sort();
}
