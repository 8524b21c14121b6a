/** Which backend computes: chosen once, tested before use. */
import { selfTest, type SelfTestResult, selfTestTolerance } from "./self_test.ts";
import { loadTensorflow } from "./tensorflow.ts";
import { tf } from "./tf.ts";
import type { ProcessorUse } from "./threads.ts";
import { loadWasm } from "./wasm.ts";
import { findAdapter, loadWebgpu } from "./webgpu.ts";

/** The backends, in the order in which they are tried. */
export const backendNames = ["tensorflow", "webgpu", "wasm", "cpu"] as const;
export type BackendName = typeof backendNames[number];

/** The backend in use and what is known of it. */
export interface BackendInfo {
  readonly name: BackendName;
  /** What it computes with, e.g. the C library, its version and where it lies. */
  readonly library: string;
  readonly device: string;
  /** Threads of the processor that it computes on; absent where it computes elsewhere. */
  readonly threads?: number;
  readonly selfTest: readonly SelfTestResult[];
  /** Backends that come first in the order, and why they were not taken. */
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[];
}

let running: BackendInfo | undefined;
const tested = new Map<BackendName, Omit<BackendInfo, "passedOver">>();

/**
 * Starts the first backend that works, or the one that `wanted` or UNIDIFF_BACKEND names.
 *
 * Before use it is compared with the plain cpu backend; one that gives wrong numbers is refused. A
 * named backend that cannot work is an error that says why. Calling it again is cheap. `use` is
 * heeded by the native one, the first time.
 */
export async function startBackend(
  wanted?: BackendName,
  use: ProcessorUse = {},
): Promise<BackendInfo> {
  tf.enableProdMode(); // no banners, no checks of every tensor for NaN: the loop checks the loss
  const forced = wanted ?? forcedBackend();
  if (running && (forced === undefined || forced === running.name)) return running;
  if (forced !== undefined) {
    try {
      return running = { ...await start(forced, use), passedOver: [] };
    } catch (error) {
      throw new Error(`backend "${forced}" was asked for and cannot work: ${message(error)}`, {
        cause: error,
      });
    }
  }
  const passedOver: { name: BackendName; reason: string }[] = [];
  for (const name of backendNames) {
    try {
      if (name === "webgpu") await refuseSoftwareAdapter();
      return running = { ...await start(name, use), passedOver };
    } catch (error) {
      passedOver.push({ name, reason: message(error) });
    }
  }
  const reasons = passedOver.map(({ name, reason }) => `${name}: ${reason}`).join("; ");
  throw new Error(`no backend works here: ${reasons}`);
}

function forcedBackend(): BackendName | undefined {
  const name = Deno.env.get("UNIDIFF_BACKEND");
  if (name === undefined || name === "") return undefined;
  if (!(backendNames as readonly string[]).includes(name)) {
    throw new Error(`UNIDIFF_BACKEND is "${name}", expected one of ${backendNames.join(", ")}`);
  }
  return name as BackendName;
}

/** A software adapter works, but is slower than wasm: it must be asked for. */
async function refuseSoftwareAdapter(): Promise<void> {
  const adapter = await findAdapter();
  if (adapter?.software) {
    throw new Error(`the only adapter is software (${adapter.description}), slower than wasm`);
  }
}

async function start(
  name: BackendName,
  use: ProcessorUse,
): Promise<Omit<BackendInfo, "passedOver">> {
  const known = tested.get(name);
  if (known) {
    await tf.setBackend(name);
    return known;
  }
  const description = await load(name, use);
  if (!await tf.setBackend(name)) throw new Error("TensorFlow.js could not initialise it");
  await tf.ready();
  const gpu = name === "webgpu" || name === "tensorflow" && isGpu();
  const tolerance = gpu ? selfTestTolerance.tf32 : selfTestTolerance.plain;
  const results = name === "cpu" ? [] : await selfTest(tolerance);
  const wrong = results.filter(({ passed }) => !passed);
  if (wrong.length > 0) {
    const found = wrong.map((r) =>
      `${r.name} (${r.problem ?? `error ${r.error.toExponential(1)}`})`
    );
    throw new Error(`it gives wrong numbers: ${found.join(", ")}, allowed ${tolerance}`);
  }
  const device = name === "tensorflow" && gpu ? "GPU (CUDA)" : "CPU";
  const info = { name, device, ...description, selfTest: results };
  tested.set(name, info);
  return info;
}

/** Loads what a backend needs, so that TensorFlow.js can start it. */
async function load(
  name: BackendName,
  use: ProcessorUse,
): Promise<{ library: string; device?: string; threads?: number }> {
  const library = `tfjs ${tf.version.tfjs}`;
  switch (name) {
    case "tensorflow":
      return await loadTensorflow({ use });
    case "webgpu":
      return { library, device: (await loadWebgpu()).description };
    case "wasm":
      loadWasm();
      return { library, threads: 1 };
    case "cpu":
      return { library, threads: 1 };
  }
}

/** Whether the native library computes on a GPU. */
function isGpu(): boolean {
  return (tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
}

/** One line for a user: what computes, and how to get something faster. */
export function describeBackend(info: BackendInfo): string {
  const { name, device, library, threads, passedOver } = info;
  const cores = threads === undefined
    ? ""
    : ` (${threads} ${threads === 1 ? "thread" : "threads"})`;
  const line = `backend: ${name} on ${device}${cores}, ${library}`;
  const native = passedOver.find((p) => p.name === "tensorflow");
  if (!native || name === "webgpu") return line;
  return `${line}; several times slower than the native one, which cannot be used: ${native.reason}`;
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
