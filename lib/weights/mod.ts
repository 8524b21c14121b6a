/** Checkpoint files and their names. */
export { adaptersFor, isAdapter, mergeAdapters } from "./adapters.ts";
export { convertFile } from "./convert.ts";
export { findPublished } from "./hub_cache.ts";
export { clipConfig, unetConfig, vaeConfig } from "./hub_config.ts";
export { publishedConfig, type PublishedFolders } from "./hub_folder.ts";
export { getRepository } from "./hub_get.ts";
export { writePublished, writeTokenizer } from "./hub_write.ts";
export { type FileSummary, safetensorsAt, summarise } from "./inspect.ts";
export { innerShape, nchwToNhwc, nhwcToNchw, toPublished } from "./layout.ts";
export { writeAdapters } from "./lora.ts";
export { knownAs, type Part } from "./names.ts";
export { initialParams, loadParams, paramsFromTensors, saveParams } from "./params.ts";
export { parsePython } from "./plain_json.ts";
export { checkPublished, loadPublished } from "./published.ts";
export {
  type RawTensor,
  readSafetensors,
  readSafetensorsHeader,
  writeSafetensors,
} from "./safetensors.ts";
export { type PublishedScheduler, schedulerConfig } from "./scheduler_config.ts";
export { verify } from "./verify.ts";
