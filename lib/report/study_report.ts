/** Everything that is shown of a study: tables, plots and sample grids from its run folders. */
import { join } from "@std/path";
import { writeAtomic } from "../runtime/files.ts";
import { ablationTable } from "./ablation.ts";
import { metricBars, OTHER_BARS, RETRIEVAL_BARS, trainingCurves } from "./figures.ts";
import { cutTiles, joinTiles, labelledGrid, stackPictures, tile, type Tiles } from "./grid.ts";
import { renderFigure } from "./plot.ts";
import { readStudy, type RunRecord, type SkippedRun } from "./record.ts";
import { type Table, toCsv, toJson, toLatex, toMarkdown } from "./table.ts";

/** Paths of what was written, and the run folders that were left out. */
export interface StudyReport {
  tables: string[];
  plots: string[];
  samples: string[];
  skipped: SkippedRun[];
}

/**
 * Writes tables/, plots/ and samples/ of a study folder from its finished runs; nothing is trained.
 *
 * `runs` restricts the report to run folders of those names. Of several runs of one data set, row,
 * seed and fraction (the settings were changed) the one finished last counts; it and malformed ones
 * are named in `skipped`. Throws where no finished run is left.
 */
export async function writeStudyReport(
  studyFolder: string,
  { runs: names }: { runs?: readonly string[] } = {},
): Promise<StudyReport> {
  const report: StudyReport = { tables: [], plots: [], samples: [], skipped: [] };
  const read = await readStudy(studyFolder, { skipped: report.skipped });
  const wanted = names === undefined ? read : read.filter(({ name }) => names.includes(name));
  const runs = newestOfEach(wanted, report.skipped);
  if (runs.length === 0) {
    const reasons = report.skipped.map(({ reason }) => `\n  ${reason}`).join("");
    throw new Error(`${studyFolder}: no finished run to report on${reasons}`);
  }
  for (const dataset of new Set(runs.map(({ config }) => config.dataset.name))) {
    const mine = runs.filter(({ config }) => config.dataset.name === dataset);
    const table = ablationTable(mine, dataset);
    report.tables.push(...await writeTable(table, join(studyFolder, "tables", dataset)));
    report.plots.push(...await writePlots(mine, join(studyFolder, "plots", dataset), dataset));
    const picture = await sampleGrid(mine);
    if (picture !== undefined) {
      const path = join(studyFolder, "samples", `${dataset}.png`);
      await writeAtomic(path, picture);
      report.samples.push(path);
    }
  }
  return report;
}

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

async function writePlots(runs: RunRecord[], basePath: string, dataset: string): Promise<string[]> {
  const has = (metrics: readonly { key: string }[]) =>
    metrics.some(({ key }) => runs.some(({ evaluation }) => key in evaluation.metrics));
  // Bars mix nothing but seeds: with several fractions they show the largest.
  const most = Math.max(...runs.map(({ config }) => config.fraction));
  const whole = runs.filter(({ config }) => config.fraction === most);
  const share = most === 1 ? "" : `, ${Math.round(100 * most)} % of the products`;
  const curves = trainingCurves(whole, `Training on ${dataset}${share}`);
  const figures = {
    ...(has(RETRIEVAL_BARS)
      ? { retrieval: metricBars(whole, RETRIEVAL_BARS, `Retrieval on ${dataset}${share}`) }
      : {}),
    ...(has(OTHER_BARS)
      ? { other: metricBars(whole, OTHER_BARS, `Beyond retrieval on ${dataset}${share}`) }
      : {}),
    ...(curves === undefined ? {} : { training: curves }),
  };
  const paths: string[] = [];
  for (const [name, figure] of Object.entries(figures)) {
    paths.push(...await renderFigure(figure, `${basePath}-${name}`));
  }
  return paths;
}

/** Prompts beside each other in one block of the sample grid, and the least width of a picture. */
const PROMPTS_ACROSS = 8, LEAST_WIDTH = 128;

/**
 * The samples of the first seed of each row, one row below the other, prompts above; more than eight
 * prompts go on in a block below. Undefined where no run drew any.
 *
 * Rows are shown together only where they drew the same prompts; those of the first row count.
 */
export async function sampleGrid(runs: readonly RunRecord[]): Promise<Uint8Array | undefined> {
  const drawn = runs.filter(({ samples }) => samples !== undefined);
  const first = drawn[0]?.samples;
  if (first === undefined) return undefined;
  const prompts = JSON.stringify(first.prompts), rows = new Map<string, RunRecord>();
  for (const run of drawn) {
    const { row, fraction } = run.config, key = `${row} ${fraction}`;
    if (JSON.stringify(run.samples!.prompts) === prompts && !rows.has(key)) rows.set(key, run);
  }
  const shown = [...rows.values()];
  const tiles: Tiles[] = [];
  for (const { samples } of shown) {
    tiles.push(await cutTiles(samples!.picture, { ...samples!, count: first.prompts.length }));
  }
  const partly = shown.some(({ config }) => config.fraction < 1);
  const labels = shown.map(({ config: { row, rowTitle, fraction } }) =>
    `${row} ${rowTitle}` + (partly ? ` ${Math.round(100 * fraction)} %` : "")
  );
  const blocks: Uint8Array[] = [];
  for (let start = 0; start < first.prompts.length; start += PROMPTS_ACROSS) {
    const columns = Math.min(PROMPTS_ACROSS, first.prompts.length - start);
    const places = Array.from({ length: columns }, (_, c) => start + c);
    const block = joinTiles(tiles.flatMap((set) => places.map((place) => tile(set, place))));
    blocks.push(
      await labelledGrid(block, {
        columns,
        scale: Math.max(1, Math.ceil(LEAST_WIDTH / first.size)),
        rowLabels: labels,
        columnLabels: first.prompts.slice(start, start + columns),
      }),
    );
  }
  return blocks.length === 1 ? blocks[0] : await stackPictures(blocks);
}

function newestOfEach(runs: readonly RunRecord[], skipped: SkippedRun[]): RunRecord[] {
  const newest = new Map<string, RunRecord>();
  for (const run of runs) {
    const { dataset, row, seed, fraction } = run.config;
    const key = JSON.stringify([dataset.name, row, seed, fraction]), other = newest.get(key);
    if (other === undefined) {
      newest.set(key, run);
      continue;
    }
    const [kept, left] = run.finished > other.finished ? [run, other] : [other, run];
    newest.set(key, kept);
    skipped.push({
      folder: left.folder,
      reason: `${left.folder}: ${kept.name} is the same row and seed with other settings and newer`,
    });
  }
  return runs.filter((run) => [...newest.values()].includes(run));
}
