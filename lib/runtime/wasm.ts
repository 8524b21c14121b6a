import { dirname, join } from "@std/path";
import { createRequire } from "node:module";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { registerWasmKernels } from "./wasm_kernels.ts";

/**
 * Registers the backend "wasm" with the kernels it lacks; its binaries lie beside the package.
 *
 * It computes on one thread. tfjs starts its threads in browsers only; made to start under Deno they
 * run, but wait for each other by spinning: on two busy cores a training step took three times as
 * long.
 */
export function loadWasm(): void {
  const entry = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
  setWasmPaths(join(dirname(entry), "/"));
  registerWasmKernels();
}
