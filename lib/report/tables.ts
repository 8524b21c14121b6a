/** All tables of one data set: the ablation, and what was measured beyond it. */
import { ablationTable } from "./ablation.ts";
import { claimsTable, testedClaims } from "./claims.ts";
import { costTable } from "./cost_table.ts";
import { COMPARED, differenceTable } from "./differences.ts";
import { generationTable } from "./generation_table.ts";
import { measuredOnTest, present, summaryOf } from "./measured.ts";
import { column, metricTable, namesOf, PERCENT } from "./metric_table.ts";
import { foldedReport, isFolded } from "./folds/report.ts";
import { claimsBySet, overviewTable } from "./overview.ts";
import type { RunRecord } from "./record.ts";
import { plainRuns, settingsTable } from "./settings_table.ts";
import { formsTable, sizeTable } from "./share_tables.ts";
import type { Table } from "./table.ts";

/** A table with what follows the data set's name in the names of its files. */
export interface NamedTable {
  readonly suffix: string;
  readonly table: Table;
}

/** Every table that the runs on a data set have numbers for, the ablation first. */
export function tablesOf(runs: readonly RunRecord[], dataset: string): NamedTable[] {
  const mine = plainRuns(runs.filter(({ config }) => config.dataset.name === dataset));
  const more = {
    differences: differenceTable(mine, dataset),
    generation: generationTable(mine, dataset),
    embeddings: embeddingTable(mine, dataset),
    retrieval: retrievalTable(mine, dataset),
    classes: classTable(mine, dataset),
    size: sizeTable(mine, dataset),
    forms: formsTable(mine, dataset),
    settings: settingsTable(runs, dataset),
    cost: costTable(mine, dataset),
  };
  return [
    { suffix: "", table: ablationTable(mine, dataset) },
    ...Object.entries(more).flatMap(([name, table]) =>
      table === undefined ? [] : [{ suffix: `-${name}`, table }]
    ),
  ];
}

/** A table with the name of its files in tables/. */
export interface StudyTable {
  readonly name: string;
  readonly table: Table;
}

/** The tables over all data sets: the ablation and the claims side by side, then every claim. */
export function tablesOverSets(runs: readonly RunRecord[]): StudyTable[] {
  if (runs.length === 0) return [];
  const plain = plainRuns(runs), tested = testedClaims(plain);
  const tables = {
    "claims-by-set": claimsBySet(tested),
    overview: overviewTable(plain),
    claims: claimsTable(tested),
  };
  return Object.entries(tables).flatMap(([name, table]) =>
    table === undefined ? [] : [{ name, table }]
  );
}

/** Every table of a study, data set by data set; those over all sets last. */
export function studyTables(all: readonly RunRecord[]): StudyTable[] {
  const folded = all.filter(isFolded), runs = all.filter((run) => !isFolded(run));
  const datasets = [...new Set(runs.map(({ config }) => config.dataset.name))];
  return [
    ...datasets.flatMap((dataset) =>
      tablesOf(runs, dataset).map(({ suffix, table }) => ({ name: `${dataset}${suffix}`, table }))
    ),
    ...foldedReport(folded).tables,
    ...tablesOverSets(runs),
  ];
}

/** The geometry of what models see, what is forgotten, and how far it moved. */
export function embeddingTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const found = measuredOnTest(runs);
  const spread = (of: string) => [
    column(`collapse.${of}.effectiveRank`, "effective rank", { digits: 1 }, undefined, of),
    column(`collapse.${of}.meanCosine`, "mean cosine", { digits: 3 }, undefined, of),
    column(`collapse.${of}.uniformity`, "uniformity", { digits: 2 }, undefined, of),
  ];
  const columns = present(found, [
    ...["image", "text", "unet"].flatMap(spread),
    column("collapse.alignment", "alignment", { digits: 3 }, "lower"),
    ...[
      ["image-unet", "image–UNet"],
      ["image-start", "image–start"],
      ["text-start", "text–start"],
      [
        "unet-start",
        "UNet–start",
      ],
    ].map(([key, title]) => column(`cka.${key}.debiased`, title!, { digits: 3 }, undefined, "CKA")),
    column("gap.i2t.r5", "i→t R@5", PERCENT, undefined, "train − test"),
    column("gap.t2i.r5", "t→i R@5", PERCENT, undefined, "train − test"),
    column("drop.i2t.r5", "i→t R@5", PERCENT, "lower", "forgotten outside"),
    column("drop.t2i.r5", "t→i R@5", PERCENT, "lower", "forgotten outside"),
  ]);
  if (columns.length === 0) return undefined;
  const gallery = summaryOf(found, runs, "gap.gallery")?.mean;
  return metricTable(
    `Embeddings on ${dataset}`,
    [
      "Of the test pictures, their captions, and the UNet's pooled middle feature. No direction of " +
      "rank, cosine or uniformity is better by itself: effective rank rises under fine-tuning that " +
      "forgets. Alignment: squared distance of a picture to its own caption. CKA: linear, debiased " +
      "(0 for unrelated features, 1 for the same up to rotation)." +
      (gallery === undefined
        ? ""
        : ` Train − test: recall of training pictures minus that of test pictures, in points, in ` +
          `galleries of ${gallery.toFixed(0)} on average.`) +
      (columns.some(({ key }) => key.startsWith("drop"))
        ? " Forgotten outside: the start's recall on drawn pictures minus the row's, in points."
        : ""),
    ],
    found,
    runs,
    columns,
    { metric: COMPARED.outside, against: ["A3", "A1"] },
  );
}

/** Retrieval under the other ways of counting, and by the diffusion model. */
export function retrievalTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const found = measuredOnTest(runs), ways = [["i2t", "i→t"], ["t2i", "t→i"]] as const;
  const of = (prefix: string, group: string, keys: readonly ("map" | "meanRank" | "r1" | "r5")[]) =>
    ways.flatMap(([way, arrow]) =>
      keys.map((key) => {
        const titles = { map: "mAP", meanRank: "mean rank", r1: "R@1", r5: "R@5" };
        const format = key === "meanRank" ? { digits: 1 } : PERCENT;
        const better = key === "meanRank" ? "lower" : "higher";
        return column(`${prefix}.${way}.${key}`, `${arrow} ${titles[key]}`, format, better, group);
      })
    );
  const columns = present(found, [
    ...of("retrieval", "equal captions", ["map", "meanRank"]),
    ...of("single", "own pair alone", ["r1", "r5"]),
    ...of("product", "same product", ["r1", "r5"]),
    ...of("probe", "by the diffusion model", ["r1", "r5"]),
  ]);
  if (columns.length === 0) return undefined;
  const at = (key: string, digits = 0) => summaryOf(found, runs, key)?.mean.toFixed(digits) ?? "–";
  return metricTable(
    `Further retrieval on ${dataset}`,
    [
      `Gallery of ${at("retrieval.gallery")}. True matches of a query: ${
        at("retrieval.positives", 1)
      } with an equal caption` +
      (columns.some(({ key }) => key.startsWith("product"))
        ? `, 1 of its own pair (as open_clip counts), ${
          at("product.positives", 1)
        } with an equal caption or of the same product`
        : "") +
      ". Ties count against the query." +
      (columns.some(({ key }) => key.startsWith("probe"))
        ? ` By the diffusion model: among ${
          at("probe.gallery")
        } distinct captions by the smallest ` +
          `noise error over ${at("probe.draws")} draws that all captions share; chance R@1 ${
            (100 * (summaryOf(found, runs, "probe.chance.r1")?.mean ?? 0)).toFixed(1)
          } %.`
        : ""),
    ],
    found,
    runs,
    columns,
    { metric: COMPARED.retrieval, against: ["A3", "A1"] },
  );
}

/** Zero-shot classification, and whether pictures of one class lie together. */
export function classTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const found = measuredOnTest(runs);
  const zero = namesOf(found.numbers.values(), "zero-shot", "accuracy"),
    near = namesOf(found.numbers.values(), "class-map", "image");
  const columns = [
    ...zero.map((name) =>
      column(`zero-shot.${name}.accuracy`, name, PERCENT, "higher", "zero-shot (%)")
    ),
    ...near.flatMap((name) => [
      column(`class-map.${name}.image`, `${name} CLIP`, PERCENT, "higher", "mAP (%)"),
      column(`class-map.${name}.unet`, `${name} UNet`, PERCENT, "higher", "mAP (%)"),
    ]),
  ];
  if (columns.length === 0) return undefined;
  const at = (key: string, digits = 1, scale = 100) =>
    ((summaryOf(found, runs, key)?.mean ?? NaN) * scale).toFixed(digits);
  const notes = [
    ...zero.length > 0
      ? [
        `Zero-shot: the class whose captions are nearest; the most frequent class has ${
          zero.map((name) =>
            `${at(`zero-shot.${name}.majority`)} % (${name}, ${
              at(`zero-shot.${name}.classes`, 0, 1)
            } classes)`
          ).join(", ")
        }.`,
      ]
      : [],
    ...near.length > 0
      ? [
        `mAP: every test picture looks for the others of its class by CLIP image embedding and by ` +
        `UNet feature; a random order has about ${
          near.map((name) => `${at(`class-map.${name}.chance`)} % (${name})`).join(", ")
        }.`,
      ]
      : [],
  ];
  return metricTable(`Classes on ${dataset}`, notes, found, runs, columns);
}
