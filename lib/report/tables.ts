/** All tables of one data set: the ablation, and what was measured beyond it. */
import { ablationTable, rowCells, settingColumns } from "./ablation.ts";
import { differenceTable } from "./differences.ts";
import {
  equallyMany,
  type Measured,
  measuredAlike,
  measuredOnTest,
  present,
  summaryOf,
} from "./measured.ts";
import type { RunRecord } from "./record.ts";
import type { Column, Format, Table } from "./table.ts";

/** A table with what follows the data set's name in the names of its files. */
export interface NamedTable {
  readonly suffix: string;
  readonly table: Table;
}

/** Every table that the runs on a data set have numbers for, the ablation first. */
export function tablesOf(runs: readonly RunRecord[], dataset: string): NamedTable[] {
  const mine = runs.filter(({ config }) => config.dataset.name === dataset);
  const more = {
    differences: differenceTable(mine, dataset),
    generation: generationTable(mine, dataset),
    embeddings: embeddingTable(mine, dataset),
    retrieval: retrievalTable(mine, dataset),
    classes: classTable(mine, dataset),
  };
  return [
    { suffix: "", table: ablationTable(mine, dataset) },
    ...Object.entries(more).flatMap(([name, table]) =>
      table === undefined ? [] : [{ suffix: `-${name}`, table }]
    ),
  ];
}

type Better = "higher" | "lower" | undefined;

function column(key: string, title: string, format: Format, better?: Better, group?: string) {
  return {
    key,
    title,
    align: "right",
    format,
    ...(better === undefined ? {} : { better }),
    ...(group === undefined ? {} : { group }),
  } satisfies Column as Column;
}

const PERCENT = { digits: 1, scale: 100 };

/** Keys of the form prefix.<name>.suffix that runs have, with the names. */
function namesOf({ numbers }: Measured, prefix: string, suffix: string): string[] {
  const keys = new Set([...numbers.values()].flatMap(Object.keys));
  return [...keys].flatMap((key) =>
    key.startsWith(`${prefix}.`) && key.endsWith(`.${suffix}`)
      ? [key.slice(prefix.length + 1, -suffix.length - 1)]
      : []
  ).sort();
}

/** How well rows draw. Rows that drew other counts of pictures are refused and named in the note. */
export function generationTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const d = (digits: number) => ({ digits });
  const fixed = [
    column("kid", "KID", d(2), "lower"),
    column("kid.std", "its spread", d(2)),
    column("fid", "FID", d(1), "lower"),
    column("fid.half", "FID at half", d(1), "lower"),
    column("clip-fid", "CLIP-FID", d(3), "lower"),
    ...["precision", "recall", "density", "coverage"].map((name) =>
      column(`coverage.${name}`, name, d(2), "higher")
    ),
    column("scorer.score", "score", d(1), "higher", "scorer"),
    column("scorer.r1", "R-precision@1", PERCENT, "higher", "scorer"),
    column("scorer.r5", "R-precision@5", PERCENT, "higher", "scorer"),
    column("diversity", "diversity", d(2)),
    column("memorisation.distance", "nearest training picture", d(2)),
    column("memorisation.tooNear", "too near (%)", PERCENT),
  ];
  const found = measuredAlike(runs, ["generation.samples", ...fixed.map(({ key }) => key)]);
  const { kept, refused, counts } = equallyMany(found);
  if (kept.length === 0) return undefined;
  const attributes = namesOf(found, "attributes", "accuracy");
  const columns = present(found, [
    ...fixed,
    ...attributes.map((name) =>
      column(`attributes.${name}.accuracy`, name, PERCENT, "higher", "attributes (%)")
    ),
  ]);
  const at = (key: string, digits: number, scale = 1) => {
    const summary = summaryOf(found, kept, key);
    return summary === undefined ? "" : (scale * summary.mean).toFixed(digits);
  };
  const has = (key: string) => summaryOf(found, kept, key) !== undefined;
  const s = found.settings, { evaluate } = kept[0]!.config;
  const extractor = (s?.extractor ?? evaluate.extractor) as { name?: string } | undefined;
  const notes = [
    `${counts} pictures${s ? ` of the ${s.split} split` : ""} in every row, ` +
    `${s?.samplingSteps ?? evaluate.samplingSteps} steps, guidance ${
      s?.guidance ?? evaluate.guidance
    }. Features: ${extractor?.name ?? "not stated"}; distances compare rows here and nothing ` +
    "elsewhere.",
    ...(has("kid")
      ? [
        `KID: halves of the real pictures have ${at("kid.floor", 2)} ± ${
          at("kid.floor.std", 2)
        }; its spread is over subsets of ${at("kid.subset", 0)}.`,
      ]
      : []),
    ...(has("fid")
      ? [
        `FID at half: with ${at("fid.pictures", 0)} pictures of each, at which two halves of the ` +
        `real ones have ${at("fid.floor", 1)}.`,
      ]
      : []),
    ...(has("clip-fid")
      ? [`CLIP-FID: in the starting model's own image embeddings, frozen but not independent.`]
      : []),
    ...(has("scorer.score")
      ? [
        `Scorer: a linear map from frozen features to words, fitted to training pictures; on the ` +
        `real pictures score ${at("scorer.real.score", 1)}, R@1 ${
          at("scorer.real.r1", 1, 100)
        } %, R@5 ${at("scorer.real.r5", 1, 100)} % of ${at("scorer.candidates", 0)} captions; ` +
        `with any caption ${at("scorer.anything", 1)}.`,
      ]
      : []),
    ...(attributes.length > 0
      ? [
        `Attributes, by classifiers right on real pictures in ${
          attributes.map((name) =>
            `${at(`attributes.${name}.real`, 1, 100)} % (${name}; ${
              at(`attributes.${name}.classes`, 0)
            } classes, the most frequent ${at(`attributes.${name}.majority`, 1, 100)} %)`
          ).join(", ")
        }.`,
      ]
      : []),
    ...(has("diversity")
      ? [
        `Diversity: distance between ${at("diversity.draws", 0)} pictures of one prompt; between ` +
        `different real pictures ${at("diversity.real", 2)}.`,
      ]
      : []),
    ...(has("memorisation.distance")
      ? [
        `Nearest training picture: the distance to it; of real pictures ${
          at("memorisation.real", 2)
        }. Too near: nearer than 95 % of real ones, 5 % by chance.`,
      ]
      : []),
    ...refused.map(({ run, counts }) =>
      `Refused: ${run.config.row} seed ${run.config.seed}, measured on ${counts} pictures.`
    ),
  ];
  return table(`Drawing on ${dataset}`, notes, found, kept, columns);
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
  return table(
    `Embeddings on ${dataset}`,
    [
      "Of the test pictures, their captions, and the UNet's pooled middle feature. No direction of " +
      "rank, cosine or uniformity is better by itself: effective rank rises under fine-tuning that " +
      "forgets. Alignment: squared distance of a picture to its own caption. CKA: linear, debiased " +
      "(0 for unrelated features, 1 for the same up to rotation)." +
      (gallery === undefined
        ? ""
        : ` Train − test: recall of training pictures minus that of test pictures, in points, in ` +
          `galleries of ${gallery}.`) +
      (columns.some(({ key }) => key.startsWith("drop"))
        ? " Forgotten outside: the start's recall on drawn pictures minus the row's, in points."
        : ""),
    ],
    found,
    runs,
    columns,
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
  return table(
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
  );
}

/** Zero-shot classification, and whether pictures of one class lie together. */
export function classTable(runs: readonly RunRecord[], dataset: string): Table | undefined {
  const found = measuredOnTest(runs);
  const zero = namesOf(found, "zero-shot", "accuracy"), near = namesOf(found, "class-map", "image");
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
  return table(`Classes on ${dataset}`, notes, found, runs, columns);
}

function table(
  title: string,
  notes: readonly string[],
  found: Measured,
  runs: readonly RunRecord[],
  columns: readonly Column[],
): Table {
  const fractions = [...new Set(runs.map(({ config }) => config.fraction))].sort((a, b) => b - a);
  const rows = [...new Set(runs.map(({ config }) => config.row))].sort();
  const settings = settingColumns(fractions.length > 1).filter(({ format }) => format !== "tick");
  const seeds = new Set(runs.map(({ config }) => config.seed)).size;
  return {
    title,
    note: [
      ...notes,
      seeds === 1
        ? "One seed: nothing is marked as best."
        : "Mean ± deviation over seeds; bold where at least three seeds keep apart.",
    ].join(" "),
    columns: [...settings, ...columns],
    rows: fractions.flatMap((fraction) =>
      rows.flatMap((row) => {
        const mine = runs.filter(({ config }) =>
          config.row === row && config.fraction === fraction
        );
        if (mine.length === 0) return [];
        const cells = columns.map(({ key }) => [key, summaryOf(found, mine, key)]);
        return [{ ...rowCells(mine), ...Object.fromEntries(cells) }];
      })
    ),
  };
}
