/** The native backend: npm:@tensorflow/tfjs-node-gpu on the C library of a TensorFlow wheel. */
import { createRequire } from "node:module";
import { addonPath } from "./addon_path.ts";
import { systemText } from "./libc.ts";
import type { Binding } from "./native.ts";
import { registerFusedKernels, registerTensorflowKernels } from "./tensorflow_kernels.ts";
import { tf } from "./tf.ts";
import { type ProcessorUse, threadCount, threadSettings } from "./threads.ts";
import { withoutBanner } from "./banner.ts";

type Addon = Binding & { readonly TF_Version: string };

/**
 * Loads and registers the backend "tensorflow", and says which library it found; throws an error that
 * says why it cannot.
 */
export async function loadTensorflow(
  { use = {}, addon = addonPath() }: { use?: ProcessorUse; addon?: string } = {},
): Promise<{ library: string; threads: number }> {
  try {
    Deno.statSync(addon);
  } catch {
    throw new Error(
      `the native addon is missing (${addon}): run "deno task setup", which compiles it ` +
        `(it needs Python 3.10 or newer with venv, and a C++ compiler)`,
    );
  }
  prepareEnvironment(use);
  // Gone from newer Nodes and Denos, but tfjs-node 4.22 calls it for nearly every operation.
  const util = createRequire(import.meta.url)("node:util");
  util.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  const log = console.log, warn = console.warn;
  console.log = console.warn = () => {}; // the package greets and advises on loading
  try {
    await withoutBanner(() => import("@tensorflow/tfjs-node-gpu"));
  } catch (error) {
    throw new Error(
      `the native addon does not load: ${error instanceof Error ? error.message : error}. ` +
        `Delete ${addon} and run "deno task setup"`,
      { cause: error },
    );
  } finally {
    [console.log, console.warn] = [log, warn];
  }
  const found = tf.findBackend("tensorflow") as
    | { binding?: Partial<Addon>; isUsingGpuDevice?: boolean }
    | null;
  if (found?.binding?.fusedKernels !== true) {
    throw new Error(
      `the native addon is an older one, which lacks what this project adds: run "deno task setup", ` +
        `which compiles it anew (${addon})`,
    );
  }
  registerTensorflowKernels();
  // They are for processors; XLA compiles TensorFlow's own operations alone.
  const xla = Deno.env.get("UNIDIFF_XLA") === "1";
  if (!found.isUsingGpuDevice && !xla) registerFusedKernels();
  const version = found.binding.TF_Version ?? "of unknown version";
  const threads = threadCount(navigator.hardwareConcurrency);
  return { library: `TensorFlow ${version} (${loadedLibrary() ?? addon})`, threads };
}

/** The file of TensorFlow's C library that this process has loaded, where the system tells. */
function loadedLibrary(): string | undefined {
  return /\/.*libtensorflow_cc\.so\S*/.exec(systemText("/proc/self/maps") ?? "")?.[0];
}

/** Settings that TensorFlow's C library reads once, when it loads; a user's own are kept. */
function prepareEnvironment({ operations, frugal }: ProcessorUse): void {
  const defaults = {
    TF_CPP_MIN_LOG_LEVEL: "2",
    // TensorFlow leaves oneDNN off on processors without AVX-512; its AVX2 convolutions are twice as
    // fast in training as the fallback.
    TF_ENABLE_ONEDNN_OPTS: "1",
    ...threadSettings(navigator.hardwareConcurrency, operations),
    // A step leaves gaps in TensorFlow's own memory, of a large model a thirteenth of the whole; memory of
    // the system has none, but a forward pass takes a third longer for it.
    ...(frugal ? { TF_ONEDNN_USE_SYSTEM_ALLOCATOR: "1" } : {}),
    // A card is shared with others: without this TensorFlow takes nearly all of its memory at once.
    TF_FORCE_GPU_ALLOW_GROWTH: "true",
  };
  for (const [name, value] of Object.entries(defaults)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
}
