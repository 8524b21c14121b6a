import { COMPARED } from "./differences.ts";
import { equallyMany, measuredAlike, present, summaryOf } from "./measured.ts";
import { column, metricTable, namesOf, PERCENT } from "./metric_table.ts";
import type { RunRecord } from "./record.ts";
import type { Table } from "./table.ts";

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
  const attributes = namesOf(found.numbers.values(), "attributes", "accuracy");
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
  const kid = kept.flatMap((run) => found.sources.get(run)?.kid ?? [])[0];
  return metricTable(
    `Drawing on ${dataset}`,
    notes,
    found,
    kept,
    columns,
    kid && {
      metric: {
        ...COMPARED.kid,
        title: "KID",
        file: kid.file,
        paths: [kid.path],
        values: (run) => {
          const value = found.numbers.get(run)?.kid;
          return value === undefined ? undefined : [value];
        },
      },
      against: ["A3", "A2"],
    },
  );
}
