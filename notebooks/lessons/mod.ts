/** Helpers of notebooks 01, 02 and 06, which show a step by hand: `import * as lessons from "unidiff/lessons"`. */
export { visibleBatch } from "./batch.ts";
export { between, drawnBy, noiseToPicture } from "./drawing.ts";
export { centred, cosines, embeddings, middleFeature } from "./features.ts";
export { formRows, onlyLoss } from "./rows.ts";
export { gradientTable } from "./gradients.ts";
export { collapseByHand } from "./collapse.ts";
export { noiseLevels } from "./noise.ts";
export { captionTable, roundTrip, tokenTable } from "./words.ts";
