/** `deno task doctor`: what is here, what works, and how to mend what does not. */
import { join } from "@std/path";
import { availableDataSets } from "../data/find.ts";
import { dataFolder, projectFolder } from "../data/folders.ts";
import { type BackendName, backendNames, startBackend } from "../runtime/backend.ts";
import { tf } from "../runtime/tf.ts";
import { findAdapter } from "../runtime/webgpu.ts";
import { addonDone } from "../setup/addon.ts";
import { kernelDone } from "../setup/kernel.ts";
import { findProgram, isFile, placesOf, tensorflowFolder } from "../setup/places.ts";
import { notebooksAvailable } from "../setup/python.ts";

let failures = 0;
const line = (what: string, found: string) => console.log(`${what.padEnd(16)} ${found}`);
const fault = (what: string, found: string, remedy: string) => {
  failures++;
  line(what, `${found}\n${" ".repeat(17)}→ ${remedy}`);
};

const gigabytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GB`;
const { total, available } = Deno.systemMemoryInfo();
line("system", `${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} processors`);
line("memory", `${gigabytes(available)} free of ${gigabytes(total)}`);
line("deno", `${Deno.version.deno} (${Deno.execPath()})`);
if (/^2\.8\.[23]$/.test(Deno.version.deno)) {
  fault("", "this Deno's notebook kernel hides errors", "use deno 2.8.1: npx -y deno@2.8.1 task …");
}
line("tfjs", tf.version.tfjs);

const places = placesOf();
const python = findProgram("python3", "python");
if (python) line("python", python);
else {fault(
    "python",
    "not found",
    "install Python 3.10 or newer: notebooks and native speed need it",
  );}
const compiler = findProgram("c++", "g++", "clang++");
if (compiler) line("compiler", compiler);
else fault("compiler", "not found", "install a C++ compiler (Debian: apt install g++)");
const wheel = tensorflowFolder(places);
if (wheel) line("tensorflow", wheel);
else fault("tensorflow", "no wheel in .venv", "deno task setup");
if (addonDone(places)) line("addon", "compiled against that wheel");
else fault("addon", "not compiled", "deno task setup");
if (!notebooksAvailable(places)) fault("jupyter", "not in .venv", "deno task setup");
else if (kernelDone(places)) line("jupyter", "in .venv, with the Deno kernel");
else fault("jupyter", "its kernel starts another Deno", "deno task setup");
for (
  const name of ["UNIDIFF_BACKEND", "UNIDIFF_DATA", "UNIDIFF_TENSORFLOW", "TF_NUM_INTRAOP_THREADS"]
) {
  const value = Deno.env.get(name);
  if (value !== undefined) line(name, value);
}

/** Starts one backend and says what came of it; true when it works. */
async function tryBackend(name: BackendName): Promise<boolean> {
  try {
    const info = await startBackend(name);
    const worst = Math.max(0, ...info.selfTest.map(({ error }) => error));
    line(
      name,
      `works on ${info.device}; ${info.library}; self-test error ${worst.toExponential(0)}`,
    );
    return true;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    if (name === "webgpu") line(name, text.replace(/^.*cannot work: /, "not here: "));
    else fault(name, text, "deno task setup, or UNIDIFF_BACKEND=wasm");
    return false;
  }
}
const forced = Deno.env.get("UNIDIFF_BACKEND");
const working: string[] = [];
for (const name of backendNames) {
  const adapter = name === "webgpu" ? await findAdapter() : undefined;
  if (adapter?.software) {
    line(name, `software adapter only (${adapter.description}): slower than wasm`);
    if (forced === name && await tryBackend(name)) working.push(name);
  } else if (await tryBackend(name)) working.push(name);
}
const used = forced ? working.find((name) => name === forced) : working[0];
if (used) line("in use", used);
else fault("in use", `nothing: UNIDIFF_BACKEND is "${forced}"`, "unset UNIDIFF_BACKEND");

try {
  for (const { name, folder, where } of await availableDataSets()) {
    line("data set", `${name} (${where}: ${folder})`);
  }
} catch (error) {
  fault(
    "data sets",
    error instanceof Error ? error.message : String(error),
    "correct UNIDIFF_DATA",
  );
}
if (Deno.env.get("UNIDIFF_DATA") === undefined) {
  line(
    "data sets",
    "fashion-man and fashion-woman: set UNIDIFF_DATA to the folder that holds them",
  );
}
const weights = ["autoencoder", "clip", "unet"].filter((name) =>
  !isFile(join(dataFolder, "mini", `${name}.safetensors`))
);
if (weights.length === 0) line("weights", join(dataFolder, "mini"));
else fault("weights", `the miniature lacks ${weights.join(", ")}`, "deno task pretrain");
line("results", join(projectFolder, "results"));
console.log(failures === 0 ? "\neverything works" : `\n${failures} to mend, see →`);
