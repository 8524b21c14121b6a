/** The three losses: pure functions of tensors. */
export {
  cosineAlignment,
  crossModalKl,
  gramMatching,
  instanceContrast,
  needsProjection,
  type RscForm,
  rscForms,
  rscLoss,
} from "./rsc.ts";
export { featuresAnchor, relationsAnchor, weightsAnchor } from "./anchor.ts";
export { crossEntropy } from "./cross_entropy.ts";
export { isLoss } from "./is.ts";
export { itcLoss, sharedTargets } from "./itc.ts";
export { type Direction, stopGradient } from "./reciprocal.ts";
export { type Anchor, type LossTerms, type LossWeights, totalLoss } from "./total.ts";
