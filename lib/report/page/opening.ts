/** What the page shows before anything is unfolded. */
import { answersOf } from "../answers.ts";
import { isFolded } from "../folds/report.ts";
import { joinTiles, tile } from "../grid.ts";
import type { SampleSet } from "../samples.ts";
import { plainRuns } from "../settings_table.ts";
import { ablationHtml } from "./ablation.ts";
import type { PageContent } from "./content.ts";
import { figureHtml } from "./figure.ts";
import { links, markdown, swatch } from "./pieces.ts";
import { picturesHtml } from "./pictures.ts";
import { tableHtml } from "./table.ts";
import { FEW_FOLDS, FEW_SEEDS } from "./texts.ts";

/** What is seen before anything is unfolded: the answer, the ablation, a figure, some drawings. */
export async function openingHtml(
  { runs: all, sections, findings, overFolds }: PageContent,
): Promise<string> {
  const runs = all.filter((run) => !isFolded(run));
  const answers = overFolds?.answers ?? answersOf(plainRuns(runs));
  const said = answers.length > 0
    ? answers.map((answer) => `- ${answer}`).join("\n")
    : overFolds !== undefined
    ? FEW_FOLDS
    : `${FEW_SEEDS}\n\n${findings.split("\n").filter((line) => line.startsWith("- ")).join("\n")}`;
  const figures = [
    ...Object.entries(overFolds?.figures ?? {}),
    ...sections.flatMap(({ figures }) => Object.entries(figures)),
  ];
  const figure = figures.find(([name]) => name.endsWith("-size")) ?? figures[0];
  const drawn = fourPrompts(sections.flatMap(({ samples }) => samples ?? []));
  return `<section id="answer" aria-labelledby="answer-heading">
<h2 id="answer-heading">The answer</h2>
<div class="findings">${markdown(said)}</div>
${
    overFolds === undefined
      ? ablationHtml(plainRuns(runs), "ablation")
      : overFolds.tables.slice(0, 2).map(({ table }, i) =>
        tableHtml(table, `opening-${i + 1}`, { decorate: swatch })
      ).join("\n")
  }
${figure === undefined ? "" : await figureHtml(figure[1], "first-figure", links(figure[0], all))}
${
    drawn === undefined
      ? ""
      : await picturesHtml(drawn, "first-pictures", "Four prompts, row by row")
  }
</section>`;
}

/** Rows that the opening shows the drawings of, and how many prompts. */
const SHOWN_ROWS = ["A0", "A2", "A3", "A6"], SHOWN_PROMPTS = 4;

/** The first prompts of each set in turn, at all products; undefined where no run drew any. */
function fourPrompts(sets: readonly SampleSet[]): SampleSet | undefined {
  const [first] = sets;
  if (first === undefined) return undefined;
  const alike = sets.filter(({ size }) => size === first.size);
  const has = (row: string) => alike.every(({ rows }) => rows.some((one) => one.row === row));
  const names = [...new Set(first.rows.map(({ row }) => row))].filter(has);
  const shown = names.some((row) => SHOWN_ROWS.includes(row))
    ? names.filter((row) => SHOWN_ROWS.includes(row))
    : names;
  const places = Array.from({ length: SHOWN_PROMPTS }, (_, i) => ({
    set: alike[i % alike.length]!,
    at: Math.floor(i / alike.length),
  })).filter(({ set, at }) => at < set.prompts.length);
  const rows = shown.map((row) => {
    const { label } = first.rows.find((one) => one.row === row)!;
    const tiles = places.map(({ set, at }) =>
      tile(set.rows.find((one) => one.row === row)!.tiles, at)
    );
    return { row, label, tiles: joinTiles(tiles) };
  });
  return { prompts: places.map(({ set, at }) => set.prompts[at]!), size: first.size, rows };
}
