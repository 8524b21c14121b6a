/** Set-up of the machine: the venv, the kernel, the wheel, the addon. Loads no package. */
export { isComplaint, isSystemError, Misnamed } from "../complaint.ts";
export { isDiskFull } from "../files.ts";
export { LIBC_PATHS } from "../libc.ts";
export { projectFolder } from "../project.ts";
export { addonDone } from "./addon.ts";
export { cudaFaults, cudnnVersion, librariesIn, namesIn, systemLibraryFolders } from "./cuda.ts";
export { jupyterEnvironment, jupyterProgram } from "./jupyter.ts";
export { writePack } from "./pack.ts";
export { packedTensorflow } from "./packed.ts";
export { kernelDone } from "./kernel.ts";
export {
  findCompiler,
  findProgram,
  isFile,
  lastLine,
  type Places,
  placesOf,
  run,
} from "./places.ts";
export { notebooksAvailable, tensorflowFolder, tensorflowStamp } from "./python.ts";
export { ensureSetup, isSetUp } from "./setup.ts";
