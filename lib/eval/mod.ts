/** What is measured: retrieval, collapse, generation, statistics. */
export { effectiveRank, meanCosine, spread, uniformity } from "./collapse.ts";
export { colouringAttribute, type EmbeddingMap, embeddingMap } from "./embedding_map.ts";
export { type Example, exampleQueries, type Examples, retrievalExamples } from "./examples.ts";
export { cached, type Extractor } from "./extractor.ts";
export { extractorFromFolder } from "./extractor_folder.ts";
export { coverageOf, frechetDistance, kernelDistance } from "./generation.ts";
export { type Verdict, verdictOf } from "./equivalence.ts";
export { colourGrid, fitScorer, scoresOf, seen } from "./judge.ts";
export { innerProducts, type Rows, takeRows, transposed } from "./linalg.ts";
export { DIVERSITY } from "./measures/generative.ts";
export { DEFAULT_MEASURES, measures, measuresOf, takeMeasures } from "./measures/registry.ts";
export { PROBE } from "./measures/retrieval.ts";
export type {
  DrawnPictures,
  Embedded,
  EmbeddedSet,
  EvaluateConfig,
  Gallery,
  Measure,
  OtherSet,
  Pictures,
  RealPictures,
  Subject,
  TestPictures,
  Visual,
} from "./measures/subject.ts";
export { NotMeasurable } from "./measures/subject.ts";
export { MOBILENET, mobilenet } from "./mobilenet.ts";
export { clusterBootstrap } from "./clusters.ts";
export { ranks, recallAtK, retrieval, retrievalBothWays, sameLabel } from "./retrieval.ts";
export { compareSeeds, type Comparison, ENOUGH_SEEDS, holm } from "./significance.ts";
export { halves } from "./split_half.ts";
export { mean, median, quantile, standardDeviation } from "./statistics.ts";
export { studentQuantile } from "./student.ts";
export { unetFeatures } from "./unet_features.ts";
