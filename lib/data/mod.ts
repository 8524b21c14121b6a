/** Records of pictures and captions: where they lie, how they are read, split and made into pixels. */
export { parseAddress } from "./address.ts";
export { batchIndices, evaluationRecords, subsetByProduct, trainingRecords } from "./batches.ts";
export {
  availableDataSets,
  dataPlaces,
  findDataSet,
  type FindOptions,
  photographsOrDrawn,
} from "./find.ts";
export { sha256 } from "./fingerprint.ts";
export { foldName, foldsByProduct } from "./folds.ts";
export { cacheFolder, dataFolder, downloadsFolder, isFile, projectFolder } from "./folders.ts";
export { METADATA } from "./formats/imagefolder.ts";
export { FORMATS } from "./formats/mod.ts";
export { countByKind, loadFolder } from "./load.ts";
export { looksOf, nearDuplicates } from "./near_duplicates.ts";
export { filePicture, readPicture } from "./picture.ts";
export { openPixels, type PixelFile, positionsOf } from "./pixel_cache.ts";
export { flipPixels, loadPixels, recordPixels, toPixels } from "./pixels.ts";
export { mapLimited } from "./pool.ts";
export { mayBePublished, PUBLISHABLE } from "./publishable.ts";
export {
  type DataSet,
  type Fold,
  type Problem,
  type ProductRecord,
  type Split,
  SPLITS,
} from "./record.ts";
export { rowFile } from "./row_file.ts";
export { DRAWN_SETS } from "./sources/drawn.ts";
export { ASKED, sourceOf, SOURCES } from "./sources/mod.ts";
export type { Licence, Source } from "./sources/source.ts";
export { type DataStats, dataStats } from "./stats.ts";
