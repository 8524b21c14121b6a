/** What makers need and users do not: pretraining, benchmarks, parity, full size. */
export { growthPlot, growthTable, measureGrowth } from "./bench/growth.ts";
export { type Measurement, measureProcess, measureUnit } from "./bench/measure.ts";
export { profileTable, profileUnit } from "./bench/profile.ts";
export { ourSide, type Side, startSide, torchSide } from "./bench/side.ts";
export { type BenchResult, benchTable } from "./bench/table.ts";
export { LARGE_FILE, makeUnit, unitNames } from "./bench/units.ts";
export { type Figures, passes } from "./fullsize/measure.ts";
export { figuresTable } from "./fullsize/table.ts";
export { trainingPass, trainings } from "./fullsize/train.ts";
export { type CaseResult, casesIn, checkCase } from "./parity/check.ts";
export { singlePrecision, tensorFloat32 } from "./parity/compare.ts";
export { caseText, parityJson, summaryText } from "./parity/report.ts";
export { autoencoderTask, normaliseLatents } from "./pretrain/autoencoder.ts";
export { writeModelCard } from "./pretrain/card.ts";
export { clipTask } from "./pretrain/clip.ts";
export { heldOutPictures, type TrainingCorpus, trainingCorpus } from "./pretrain/corpus.ts";
export { EMOJI_VERSION } from "./pretrain/emoji/corpus.ts";
export type { Source } from "./pretrain/mixture.ts";
export { miniRecipe, type PretrainRecipe } from "./pretrain/recipe.ts";
export { trainShown } from "./pretrain/train_shown.ts";
export {
  type Encoded,
  encodePictures,
  startUNet,
  unetTask,
  withoutStart,
} from "./pretrain/unet.ts";
export { failWrites } from "./stress/failing_disk.ts";
export { inputKinds } from "./stress/inputs.ts";
export { killStudies } from "./stress/killing.ts";
export { type ReadFigures, readMutated } from "./stress/reading.ts";
export { faultsOf, type StressFigures, stressTable } from "./stress/table.ts";
export { startTogether } from "./stress/together.ts";
