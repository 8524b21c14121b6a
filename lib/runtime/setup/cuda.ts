/** What a set-up for NVIDIA cards lacks: which library, from which wheel. */
import { join } from "@std/path";

/** The libraries that TensorFlow's CUDA wheel opens, and the wheel that brings each. */
export const CUDA_WHEELS: Readonly<Record<string, string>> = {
  "libcudart.so.12": "nvidia-cuda-runtime-cu12",
  "libcublas.so.12": "nvidia-cublas-cu12",
  "libcublasLt.so.12": "nvidia-cublas-cu12",
  "libcufft.so.11": "nvidia-cufft-cu12",
  "libcusolver.so.11": "nvidia-cusolver-cu12",
  "libcusparse.so.12": "nvidia-cusparse-cu12",
  "libcudnn.so.9": "nvidia-cudnn-cu12",
};

/** The first driver that CUDA 12 runs with. */
const OLDEST_DRIVER = "525.60.13";

/** Something that is wrong, and what mends it. */
export interface CudaFault {
  readonly found: string;
  readonly remedy: string;
}

/** What is known of a machine with NVIDIA's driver. */
export interface CudaSetup {
  readonly driver: string;
  /** How many cards the driver names. */
  readonly cards: number;
  /** The TensorFlow in the venv, such as "tensorflow-cpu==2.21.0". */
  readonly wheel: string;
  /** Names of files in the folders where libraries are looked for. */
  readonly libraries: ReadonlySet<string>;
}

/** Why TensorFlow does not compute on the card, as far as can be told; empty where nothing is missing. */
export function cudaFaults({ driver, cards, wheel, libraries }: CudaSetup): CudaFault[] {
  const faults: CudaFault[] = [];
  if (cards === 0) {
    faults.push({
      found: `driver ${driver} is installed, but nvidia-smi names no card`,
      remedy: "run nvidia-smi and see what it says; a container must be started with the card",
    });
  }
  if (older(driver, OLDEST_DRIVER)) {
    faults.push({
      found: `driver ${driver} is older than ${OLDEST_DRIVER}, which CUDA 12 needs`,
      remedy: "install a newer driver",
    });
  }
  if (wheel.startsWith("tensorflow-cpu")) {
    const remedy = "run: UNIDIFF_TENSORFLOW=cuda deno task setup";
    return [...faults, { found: `${wheel} is installed, which has no CUDA`, remedy }];
  }
  const missing = Object.keys(CUDA_WHEELS).filter((name) => !libraries.has(name));
  if (wheel !== "" && missing.length > 0) {
    const wheels = [...new Set(missing.map((name) => CUDA_WHEELS[name]))];
    faults.push({
      found: `not found: ${missing.join(", ")}`,
      remedy: `run: .venv/bin/python -m pip install ${wheels.join(" ")} (or add the folder that ` +
        "has them to LD_LIBRARY_PATH)",
    });
  }
  return faults;
}

/** Whether a version such as "470.57" comes before another. */
function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  const at = b!.findIndex((part, i) => part !== (a![i] ?? 0));
  return at >= 0 && (a![at] ?? 0) < b![at]!;
}

/** cuDNN's version in the names of a `site-packages` folder; undefined where no wheel of it is there. */
export function cudnnVersion(names: Iterable<string>): string | undefined {
  for (const name of names) {
    const version = /^nvidia_cudnn_cu\d+-([\d.]+)\.dist-info$/.exec(name)?.[1];
    if (version) return version;
  }
  return undefined;
}

/** Folders outside the project where the system's loader finds libraries. */
export function systemLibraryFolders(): string[] {
  const named = (Deno.env.get("LD_LIBRARY_PATH") ?? "").split(":").filter((path) => path !== "");
  return [
    ...named,
    "/usr/local/cuda/lib64",
    `/usr/lib/${Deno.build.arch}-linux-gnu`,
    "/usr/lib64",
  ];
}

/** Names of the files in the folders of `site`'s wheels and of the system; what cannot be read is left out. */
export function librariesIn(site: string | undefined): Set<string> {
  const wheels = site === undefined
    ? []
    : namesIn(join(site, "nvidia")).map((name) => join(site, "nvidia", name, "lib"));
  return new Set([...wheels, ...systemLibraryFolders()].flatMap(namesIn));
}

/** Names in a folder; none where it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}
