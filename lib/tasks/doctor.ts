/** `deno task doctor`: what is here, what works, and how to mend what does not. */
import { dirname, join } from "@std/path";
import { plainArguments } from "./plain_arguments.ts";
import { availableDataSets, dataFolder } from "../data/mod.ts";
import {
  type BackendName,
  backendNames,
  cards,
  describeCard,
  driverVersion,
  findAdapter,
  projectFolder,
  startBackend,
  tf,
} from "../runtime/mod.ts";
import {
  addonDone,
  cudaFaults,
  cudnnVersion,
  findCompiler,
  findProgram,
  isFile,
  kernelDone,
  librariesIn,
  namesIn,
  notebooksAvailable,
  packedTensorflow,
  placesOf,
  tensorflowFolder,
  tensorflowStamp,
} from "../runtime/setup/mod.ts";

plainArguments("doctor", {
  about: "Tell what is here, what works, and how to mend what does not.",
});

const SETUP = "run: deno task setup (it says what it lacks)";
let faults = 0, onCard = false;

function line(what: string, found: string): void {
  console.log(`${what.padEnd(12)} ${found}`);
}

function fault(what: string, found: string, remedy: string): void {
  faults++;
  line(what, found);
  console.log(`${"".padEnd(12)} → ${remedy}`);
}

/** A line for what was found, or a fault with its remedy. */
function check(what: string, found: string | undefined, fallback: string, remedy: string): void {
  if (found === undefined) fault(what, fallback, remedy);
  else line(what, found);
}

function system(): void {
  const size = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const { total, available } = Deno.systemMemoryInfo();
  const { os, arch } = Deno.build;
  line("system", `${os} ${arch}, ${navigator.hardwareConcurrency} processors`);
  line("memory", `${size(available)} free of ${size(total)}`);
  line("deno", `${Deno.version.deno} (${Deno.execPath()})`);
  if (/^2\.8\.[23]$/.test(Deno.version.deno)) {
    fault("", "this Deno's notebook kernel hides errors", "use npx -y deno@2.8.1 task …");
  }
  line("tfjs", tf.version.tfjs);
  const settings = ["UNIDIFF_BACKEND", "UNIDIFF_DATA", "UNIDIFF_TENSORFLOW", "UNIDIFF_PYTHON"];
  for (const name of [...settings, "TF_NUM_INTRAOP_THREADS", "NVIDIA_TF32_OVERRIDE"]) {
    const value = Deno.env.get(name);
    if (value) line("setting", `${name}=${value}`);
  }
}

function installed(): void {
  const places = placesOf();
  if (packedTensorflow(places) !== undefined) {
    line("packed", `with ${packedTensorflow(places)}; notebooks are not executed here`);
    return;
  }
  const python = Deno.env.get("UNIDIFF_PYTHON") || findProgram("python3", "python");
  check("python", python, "not found", "install Python 3.10 or newer with venv");
  check("compiler", findCompiler(), "not found", "on Debian or Ubuntu: apt install g++");
  check("tensorflow", tensorflowFolder(places), "no wheel in .venv", SETUP);
  const addon = addonDone(places) ? "compiled against that wheel" : undefined;
  check("addon", addon, "not compiled", SETUP);
  const jupyter = notebooksAvailable(places);
  if (!jupyter) fault("jupyter", "not in .venv", SETUP);
  else if (kernelDone(places)) line("jupyter", "in .venv, with the Deno kernel");
  else fault("jupyter", "its kernel starts another Deno than this one", SETUP);
}

/** Tries every backend; returns the one that a run would take. */
async function backends(): Promise<BackendName | undefined> {
  const works: BackendName[] = [];
  for (const name of backendNames) {
    try {
      const { library, device, threads, selfTest } = await startBackend(name);
      onCard ||= device === "GPU (CUDA)";
      const worst = Math.max(0, ...selfTest.map(({ error }) => error));
      const cores = threads === undefined ? "" : ` (threads: ${threads})`;
      const error = name === "cpu" ? "" : `, largest error ${worst.toExponential(0)}`;
      const software = name === "webgpu" && (await findAdapter())?.software;
      if (!software) works.push(name);
      const note = software ? "; software, slower than wasm: only if UNIDIFF_BACKEND=webgpu" : "";
      line(name, `works on ${device}${cores}, ${library}${error}${note}`);
    } catch (problem) {
      const text = message(problem).replace(/^backend .* cannot work: /, "");
      // Most machines have no graphics card, which is no fault.
      if (name === "webgpu") line(name, text);
      else fault(name, text, SETUP);
    }
  }
  const forced = Deno.env.get("UNIDIFF_BACKEND");
  if (!forced) return works[0];
  try {
    return (await startBackend()).name;
  } catch (problem) {
    fault("backend", message(problem), "unset UNIDIFF_BACKEND, or mend what it names");
  }
}

/** NVIDIA's cards and libraries; what is missing is a fault where TensorFlow computes elsewhere. */
function cuda(): void {
  const found = cards(), driver = driverVersion(found);
  if (driver === undefined) return;
  for (const card of found) line("card", describeCard(card));
  const places = placesOf(), tensorflow = tensorflowFolder(places);
  const site = tensorflow === undefined ? undefined : dirname(tensorflow);
  const libraries = librariesIn(site), version = cudnnVersion(namesIn(site ?? ""));
  const cudnn = version ?? (libraries.has("libcudnn.so.9") ? "9" : "not found");
  line(
    "cuda",
    `driver ${driver}, cuDNN ${cudnn}, TensorFlow ${
      onCard ? "computes there" : "computes elsewhere"
    }`,
  );
  if (onCard || Deno.env.get("UNIDIFF_TENSORFLOW") === "cpu") return;
  const wheel = tensorflowStamp(places);
  for (
    const { found: what, remedy } of cudaFaults({ driver, cards: found.length, wheel, libraries })
  ) {
    fault("", what, remedy);
  }
}

async function data(): Promise<void> {
  try {
    for (const { name, folder, where } of await availableDataSets()) {
      line("data set", `${name} (${where}: ${folder})`);
    }
    if (!Deno.env.get("UNIDIFF_DATA")) {
      line("", "more, such as fashion-man: set UNIDIFF_DATA to the folder that holds them");
    }
  } catch (problem) {
    fault("data set", message(problem), "correct or unset UNIDIFF_DATA");
  }
  const weights = join(dataFolder, "mini");
  const lacking = ["autoencoder", "clip", "unet"].filter((name) =>
    !isFile(join(weights, `${name}.safetensors`))
  );
  const remedy = "run: deno task pretrain (hours), or fetch data/ again";
  check("weights", lacking.length > 0 ? undefined : weights, `no ${lacking.join(", ")}`, remedy);
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

system();
installed();
const used = await backends();
cuda();
await data();
line("results", join(projectFolder, "results"));
check("in use", used, "no backend", "see above: nothing can be computed");
console.log(faults === 0 ? "\neverything works" : `\nto mend: ${faults}, see →`);
Deno.exit(used === undefined ? 1 : 0);
