/** Rows, presets, one run, many runs. */
export { parseChange } from "./changes.ts";
export type { Changes } from "./preset.ts";
export {
  checkChoices,
  type Choices,
  choicesFile,
  choicesTable,
  chosenSettings,
  makeChoices,
  readChoices,
  writeChoices,
} from "./choices.ts";
export { closing } from "./closing.ts";
export { committedPictures, committedTable, committedTables } from "./committed.ts";
export { StudyContext } from "./context.ts";
export { type EvaluateOptions, Evaluator, type FinishedRun, finishedRuns } from "./evaluate.ts";
export { checkUnclaimed, finetune } from "./finetune.ts";
export { doRuns, holderOf, type Job } from "./do_runs.ts";
export { describeProcesses, type Engine, followRuns } from "./engine.ts";
export { forgetFailure } from "./failure.ts";
export { gradientOf } from "./gradient_norms.ts";
export { fullGrid, SETS } from "./grid.ts";
export { headline } from "./headline.ts";
export { estimateStep } from "./memory/estimate.ts";
export {
  checkMemory,
  describeEstimate,
  type DeviceMemory,
  gib,
  memoryToUse,
} from "./memory/limit.ts";
export { randomBatch, randomModel, randomTokens, repeatedParams } from "./memory/random_model.ts";
export {
  findModelFolder,
  loadModelFolder,
  modelFolderOf,
  operationsOf,
  readAbout,
  saveModelFolder,
} from "./model_folder.ts";
export { keepOutputs, notebookPython, WITHOUT_JUPYTER } from "./notebooks.ts";
export { updateNotebooks, updateReport } from "./outputs.ts";
export { contactSheet, dataSetTable, embeddedDataSet } from "./overview.ts";
export { presetOf, presets } from "./presets.ts";
export type { Preset } from "./preset.ts";
export { notebookSetting, quickStudy } from "./quick.ts";
export { dataSetsOf, recordsOf, recordsOn } from "./records.ts";
export { type Row, type RowId, rowOf, rows, trainingOf, weightsOf } from "./rows.ts";
export { modelIn } from "./run_model.ts";
export { sanityTable } from "./sanity.ts";
export { foundSheet, type Query, searchPictures } from "./search.ts";
export {
  checkSetting,
  describeSetting,
  savedSetting,
  saveSetting,
  studyFolder,
  type StudySetting,
  studySetting,
} from "./setting.ts";
export { loadModel, presetFor, weightFiles } from "./start.ts";
export { readPlan, savePlan, type StudyPlan } from "./plan_file.ts";
export { askToStop, lastWords, slurmEngine, tasksOf } from "./slurm/engine.ts";
export { parseSlurm, PLAIN_SITE, readSite, type Site, type SlurmOptions } from "./slurm/options.ts";
export { AGAIN } from "./slurm/script.ts";
export { planJobs, planStudy, runStudy, startedRuns, stopFileIn, stopTime } from "./study.ts";
export { defaultStudy, type PlannedRun, type StudyConfig } from "./plan.ts";
export { trainedParameters } from "./trained.ts";
export { choosingStudies } from "./matched.ts";
export { describeLook, type Look, RunWatch, watchedRuns } from "./watch.ts";
export { lineOf } from "./work.ts";
export { parentWantsStop, runWorkers } from "./workers.ts";
