/** Run folders to tables, plots and the page; never trains. */
export { answersOf } from "./answers.ts";
export { packRuns } from "./pack.ts";
export { unpackRuns } from "./packed.ts";
export { ablationTable, overSeeds } from "./ablation.ts";
export { dataStatsTable } from "./data_table.ts";
export {
  COMPARED,
  comparisonsOf,
  differenceTable,
  intervalText,
  isBetter,
  type MadeComparison,
} from "./differences.ts";
export {
  evaluationFolder,
  type EvaluationSettings,
  measuresDone,
  readEvaluations,
  writeMeasure,
} from "./evaluations.ts";
export { EXAMPLE_SIZE, type ExamplePictures, type FindPictures } from "./examples.ts";
export { metricBars, OTHER_BARS, RETRIEVAL_BARS, trainingCurves } from "./figures.ts";
export { fractionCurves } from "./fraction_curves.ts";
export { generationTable } from "./generation_table.ts";
export {
  cutTiles,
  type GridOptions,
  joinTiles,
  labelledGrid,
  pictureGrid,
  plainGrid,
  stackPictures,
  tile,
  type Tiles,
  toTiles,
  writeSamples,
} from "./grid.ts";
export { matrixSvg } from "./matrix.ts";
export { runTable } from "./page/runs.ts";
export { type Figure, renderFigure } from "./plot.ts";
export {
  type Cost,
  readConfig,
  readStudy,
  type RunConfig,
  type RunRecord,
  writeQueries,
} from "./record.ts";
export { sampleGrid } from "./samples.ts";
export { reportedRuns } from "./selection.ts";
export { changesText, plainRuns } from "./settings_table.ts";
export { markdown, show } from "./show.ts";
export { embeddingOf, neighboursOf, writeShown } from "./shown.ts";
export { writeStudyReport, writeTable } from "./study_report.ts";
export { type Cell, type Table, textColumn, toJson, toMarkdown } from "./table.ts";
export { classTable, embeddingTable, retrievalTable, studyTables, tablesOf } from "./tables.ts";
export { toText } from "./text_table.ts";
export { traceCell, traceTable, traceText } from "./trace.ts";
export { wardrobeSheet } from "./wardrobe.ts";
