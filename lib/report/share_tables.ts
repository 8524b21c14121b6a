/** Tables of parts of the study: shares of the products, and forms of RSC. */
import { COMPARED } from "./differences.ts";
import { measuredOnTest, present } from "./measured.ts";
import { column, metricTable, PERCENT } from "./metric_table.ts";
import type { RunRecord } from "./record.ts";
import type { Table } from "./table.ts";

/** The numbers that stand for retrieval, drawing, forgetting and collapse. */
const LEADING = [
  column("retrieval.i2t.r5", "i→t R@5", PERCENT, "higher"),
  column("retrieval.t2i.r5", "t→i R@5", PERCENT, "higher"),
  column("is.test", "IS loss", { digits: 4 }, "lower"),
  column("forgetting.i2t.r5", "i→t R@5", PERCENT, "higher", "outside"),
  column("forgetting.t2i.r5", "t→i R@5", PERCENT, "higher", "outside"),
  column("gap.i2t.r5", "i→t R@5", PERCENT, undefined, "train − test"),
  column("gap.t2i.r5", "t→i R@5", PERCENT, undefined, "train − test"),
  column("collapse.image.effectiveRank", "effective rank", { digits: 1 }, undefined, "image"),
  column("collapse.image.meanCosine", "mean cosine", { digits: 3 }, undefined, "image"),
];

/** Rows by the share of the products that they were tuned on; undefined where there is one share. */
export function sizeTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  if (new Set(runs.map(({ config }) => config.fraction)).size < 2) return undefined;
  const found = measuredOnTest(runs);
  return metricTable(
    `Data size on ${dataset}`,
    ["Measured on the whole test split, whatever share of the training products was used."],
    found,
    runs,
    present(found, LEADING),
    { metric: COMPARED.retrieval, against: ["A3", "A1"] },
  );
}

/** Forms of RSC beside its own (A6) and none (A3), at their share; undefined where no other was run. */
export function formsTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const shares = new Set(
    runs.flatMap(({ config: c }) => c.row.startsWith("A7") ? [c.fraction] : []),
  );
  if (shares.size === 0) return undefined;
  const mine = runs.filter(({ config: c }) => /^A([36]$|7)/.test(c.row) && shares.has(c.fraction));
  const found = measuredOnTest(mine);
  return metricTable(
    `Forms of RSC on ${dataset}`,
    ["A6 is form a. Every form is inferred; none is known to be the paper's."],
    found,
    mine,
    present(found, LEADING),
    { metric: COMPARED.retrieval, against: ["A3", "A6"] },
  );
}
