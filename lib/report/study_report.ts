/** Everything that is shown of a study: tables, plots, sample grids and the page, from its run folders. */
import { join } from "@std/path";
import { writeAtomic } from "../runtime/mod.ts";
import { exampleSheet, type FindPictures, picturedIds } from "./examples.ts";
import { examplesPicture } from "./examples_picture.ts";
import { embeddingMaps } from "./embedding_figure.ts";
import { metricBars, OTHER_BARS, RETRIEVAL_BARS, trainingCurves } from "./figures.ts";
import { fractionCurves } from "./fraction_curves.ts";
import type { PageSection } from "./page/content.ts";
import { pageHtml } from "./page/page.ts";
import { foldedReport, isCompared, isFolded } from "./folds/report.ts";
import { type Figure, renderFigure } from "./plot.ts";
import type { RunRecord, SkippedRun } from "./record.ts";
import { reproduced, reproducedLine, reproducedTable } from "./reproduced.ts";
import { reportedRuns } from "./selection.ts";
import { plainRuns } from "./settings_table.ts";
import { comparableSamples, sampleGrid } from "./samples.ts";
import { tablesOf, tablesOverSets } from "./tables.ts";
import { type Table, toCsv, toJson, toLatex, toMarkdown } from "./table.ts";

/** Paths of what was written, and the run folders that were left out. */
export interface StudyReport {
  tables: string[];
  plots: string[];
  samples: string[];
  /** index.html, the whole study as one page. */
  page: string;
  skipped: SkippedRun[];
  /** How many numbers lie where the reference has them, in one line. */
  reproduced?: string;
}

/** Options of {@link writeStudyReport}. */
export interface ReportOptions {
  /** Restricts the report to run folders of these names. */
  readonly runs?: readonly string[];
  /** What the runs say in words, as Markdown; it opens the page. */
  readonly findings?: (runs: readonly RunRecord[]) => string;
  /** Runs that these are compared with. */
  readonly reference?: readonly RunRecord[];
  /** Finds the pictures of retrieval examples; captions stand alone without it. */
  readonly pictures?: FindPictures;
}

/**
 * Writes tables/, plots/, samples/ and index.html of a study folder from its finished runs; nothing
 * is trained.
 *
 * Of several runs of one data set, row, seed, fraction and changes (the preset itself is another) the
 * one finished last counts; it and malformed ones are named in `skipped`. Runs of a changed preset
 * have a table of their own. Throws where no finished run is left.
 */
export async function writeStudyReport(
  studyFolder: string,
  { runs: names, findings = () => "", reference = [], pictures: find }: ReportOptions = {},
): Promise<StudyReport> {
  const page = join(studyFolder, "index.html"), sections: PageSection[] = [];
  const report: StudyReport = { tables: [], plots: [], samples: [], page, skipped: [] };
  const runs = await reportedRuns(studyFolder, {
    skipped: report.skipped,
    ...(names === undefined ? {} : { names }),
  });
  const folded = runs.filter(isFolded), unfolded = runs.filter((run) => !isFolded(run));
  for (const dataset of new Set(unfolded.map(({ config }) => config.dataset.name))) {
    const mine = unfolded.filter(({ config }) => config.dataset.name === dataset);
    const tables = tablesOf(mine, dataset);
    for (const { suffix, table } of tables) {
      const base = join(studyFolder, "tables", `${dataset}${suffix}`);
      report.tables.push(...await writeTable(table, base));
    }
    const plain = plainRuns(mine), whole = wholeRuns(plain), figures = figuresOf(plain, dataset);
    for (const [name, figure] of Object.entries(figures)) {
      report.plots.push(...await renderFigure(figure, join(studyFolder, "plots", name)));
    }
    const picture = await sampleGrid(whole);
    if (picture !== undefined) {
      const path = join(studyFolder, "samples", `${dataset}.png`);
      await writeAtomic(path, picture);
      report.samples.push(path);
    }
    const samples = await comparableSamples(whole);
    const examples = await examplesOf(whole, find);
    if (examples !== undefined) {
      const { sheet, pictures } = examples;
      // Whoever copies plots into a repository should see it by the name.
      const name = `${dataset}-examples${pictures?.private ? PRIVATE : ""}.png`;
      const path = join(studyFolder, "plots", name);
      const title = `Retrieval examples on ${dataset}`;
      await writeAtomic(path, await examplesPicture(sheet, title, pictures));
      report.plots.push(path);
    }
    sections.push({
      dataset,
      tables: tables.map(({ table }) => table),
      figures,
      samples,
      ...(examples === undefined ? {} : { examples }),
    });
  }
  const overFolds = foldedReport(folded);
  for (const [name, figure] of Object.entries(overFolds.figures)) {
    report.plots.push(...await renderFigure(figure, join(studyFolder, "plots", name)));
  }
  for (const [dataset, mine] of Map.groupBy(folded.filter(isCompared), setOf)) {
    // The same prompts alone stand beside each other: those of the first fold.
    const first = mine.filter(({ config }) => config.dataset.fold === mine[0]!.config.dataset.fold);
    const picture = await sampleGrid(first), samples = await comparableSamples(first);
    if (picture === undefined) continue;
    const path = join(studyFolder, "samples", `${dataset}.png`);
    await writeAtomic(path, picture);
    report.samples.push(path);
    sections.push({ dataset, tables: [], figures: {}, samples });
  }
  const overSets = [...overFolds.tables, ...tablesOverSets(unfolded)];
  for (const { name, table } of overSets) {
    report.tables.push(...await writeTable(table, join(studyFolder, "tables", name)));
  }
  const compared = reproduced(runs, reference), verdicts = reproducedTable(compared);
  const line = reproducedLine(compared);
  if (verdicts !== undefined) {
    report.tables.push(...await writeTable(verdicts, join(studyFolder, "tables", "reproduced")));
    report.reproduced = line;
  }
  const content = {
    folder: studyFolder,
    runs,
    sections,
    ...(unfolded.length === 0 ? { overFolds } : {}),
    findings: unfolded.length === 0 ? "" : findings(plainRuns(unfolded)),
    overSets: overSets.map(({ table }) => table),
    ...(verdicts === undefined ? {} : { reproduced: { line, table: verdicts } }),
  };
  await writeAtomic(page, await pageHtml(content));
  return report;
}

const setOf = ({ config }: RunRecord) => config.dataset.name;

/** Writes `basePath`.md, .csv, .tex and .json and returns their paths. */
export async function writeTable(table: Table, basePath: string): Promise<string[]> {
  const texts = {
    md: toMarkdown(table),
    csv: toCsv(table),
    tex: toLatex(table),
    json: toJson(table),
  };
  for (const [ending, text] of Object.entries(texts)) {
    await writeAtomic(`${basePath}.${ending}`, text);
  }
  return Object.keys(texts).map((ending) => `${basePath}.${ending}`);
}

/** Ends the name of a picture that may not be published. */
export const PRIVATE = "-private";

/** The retrieval examples of runs on one data set, with their pictures where they are found. */
async function examplesOf(runs: readonly RunRecord[], find: FindPictures | undefined) {
  const sheet = exampleSheet(runs);
  if (sheet === undefined) return undefined;
  const pictures = await find?.(runs[0]!.config.dataset, picturedIds(sheet));
  return { sheet, ...(pictures === undefined ? {} : { pictures }) };
}

/** Of several fractions the runs of the largest. */
function wholeRuns(runs: readonly RunRecord[]): RunRecord[] {
  const most = Math.max(...runs.map(({ config }) => config.fraction));
  return runs.filter(({ config }) => config.fraction === most);
}

/** The figures of one data set by the names of their files. */
function figuresOf(runs: RunRecord[], dataset: string): Record<string, Figure> {
  const has = (metrics: readonly { key: string }[]) =>
    metrics.some(({ key }) => runs.some(({ evaluation }) => key in evaluation.metrics));
  // Bars mix nothing but seeds: with several fractions they show the largest.
  const whole = wholeRuns(runs), most = whole[0]!.config.fraction;
  const share = most === 1 ? "" : `, ${Math.round(100 * most)} % of the products`;
  const curves = trainingCurves(whole, `Training on ${dataset}${share}`);
  const sizes = fractionCurves(runs, undefined, `Data size on ${dataset}`);
  const maps = embeddingMaps(whole, `Embeddings on ${dataset}${share}`);
  return {
    ...(has(RETRIEVAL_BARS)
      ? {
        [`${dataset}-retrieval`]: metricBars(
          whole,
          RETRIEVAL_BARS,
          `Retrieval on ${dataset}${share}`,
        ),
      }
      : {}),
    ...(has(OTHER_BARS)
      ? {
        [`${dataset}-other`]: metricBars(
          whole,
          OTHER_BARS,
          `Beyond retrieval on ${dataset}${share}`,
        ),
      }
      : {}),
    ...(sizes === undefined ? {} : { [`${dataset}-size`]: sizes }),
    ...(curves === undefined ? {} : { [`${dataset}-training`]: curves }),
    ...(maps === undefined ? {} : { [`${dataset}-embeddings`]: maps }),
  };
}
