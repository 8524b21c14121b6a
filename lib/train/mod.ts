/** One training loop for every row. */
export { removeCheckpoint } from "./checkpoint.ts";
export { defaultOptimizer, type LoopConfig } from "./config.ts";
export { belongsToRsc, type RscConfig, rscSpecs } from "./consistency.ts";
export { freezing } from "./freeze.ts";
export { disposeBatch, jointBatch, type JointData } from "./joint_data.ts";
export {
  type LoopOptions,
  type LoopResult,
  type MetricLine,
  type Task,
  trainLoop,
} from "./loop.ts";
export { jointLoss, learningRateOf, limitsOf, type TowerRates } from "./objective.ts";
export type { JointBatch } from "./batch.ts";
export { AdamW, decays, type ParamGroup } from "./optimizer.ts";
export { makeOptimizer } from "./optimizers.ts";
export { warmupCosine } from "./schedule.ts";
export { groupParameters, read, TrainStep } from "./step.ts";
