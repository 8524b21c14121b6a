/** What computes: the backend and its graphs, random streams, files, progress, downloads. */
export { type BackendName, backendNames, describeBackend, startBackend } from "./backend.ts";
export { type Claim, Claims, type Held, isClaim, ownerOf, pause } from "./claims.ts";
export { describeOwner, type Owner } from "./claim_file.ts";
export { type Compiled, compiled } from "./compiled.ts";
export { isComplaint, isSystemError, Misnamed } from "./complaint.ts";
export {
  type Card,
  cardMemoryUsed,
  cards,
  describeCard,
  driverVersion,
  gpuMemoryUsed,
} from "./cuda.ts";
export { download, DownloadError, type DownloadOptions } from "./download.ts";
export { exists, isDiskFull, joinedBytes, writeAtomic, writeJson } from "./files.ts";
export { hashFile } from "./hash.ts";
export { LIBC_PATHS, systemText } from "./libc.ts";
export { collectGarbage, memoryUsed, resetPeak } from "./memory_used.ts";
export { nativeBackend } from "./native.ts";
export { display, inNotebook, type MimeBundle } from "./notebook.ts";
export { inPieces } from "./pieces.ts";
export { duration, type Progress, progress, type ProgressOptions } from "./progress.ts";
export { projectFolder } from "./project.ts";
export { Stream, stream } from "./random.ts";
export { after, derived, rawBinding } from "./recorder.ts";
export { retryAfter } from "./request.ts";
export { onShapes } from "./shapes/on_shapes.ts";
export {
  ADAM,
  ADAM_W,
  ATTENTION,
  GEGLU,
  GELU,
  MATRIX_PRODUCT,
  NORM,
  SWISH,
} from "./tensorflow_kernels.ts";
export { tf } from "./tf.ts";
export { type ProcessorUse, sideBySide, threadSettings } from "./threads.ts";
export { isAlive, thisProcess } from "./this_process.ts";
export { findAdapter } from "./webgpu.ts";
