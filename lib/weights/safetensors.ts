/**
 * Reading and writing of safetensors files: 8 bytes little-endian header length, a JSON header
 * (name → dtype, shape, byte range), then the raw numbers. Tensors pass one at a time, large ones in
 * pieces, so a file of several gigabytes needs no second copy in memory.
 *
 * Format: safetensors 0.x, "Format" section of its README.
 */
export type { Dtype, Header, TensorInfo } from "./header.ts";
export {
  type FileHeader,
  type Piece,
  type RawTensor,
  readSafetensors,
  readSafetensorsHeader,
  SafetensorsFile,
  type TensorData,
} from "./safetensors_read.ts";
export { type TensorEntry, type WriteOptions, writeSafetensors } from "./safetensors_write.ts";
