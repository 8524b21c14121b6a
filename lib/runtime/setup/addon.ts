import { basename, dirname, join, relative } from "@std/path";
import { addonPath, tfjsNodeFolder } from "../addon_path.ts";
import { writeAtomic } from "../files.ts";
import { findCompiler, isFile, lastLine, type Places, readText, run } from "./places.ts";
import { packedTensorflow } from "./packed.ts";
import { LeftOut, tensorflowFolder, tensorflowStamp } from "./python.ts";

/** This project's part of the addon: graphs as functions, and operations that TensorFlow lacks. */
const OWN = ["graph_functions.cc", "fused_kernels.cc"].map(own);
const HEADERS = [
  ...["attention", "call", "compute", "generations", "kernels"],
  ...["loops", "norm", "shapes", "threads"],
].map((name) => own(`fused_${name}.h`));

/** The parts of the addon's build that its stamp remembers. */
interface Build {
  readonly addon: string;
  readonly stamp: string;
  readonly key: string;
  readonly args: readonly string[];
}

function buildOf(places: Places): Build | undefined {
  const tensorflow = tensorflowFolder(places);
  if (tensorflow === undefined) return undefined;
  const addon = addonPath(places.project);
  const source = join(tfjsNodeFolder(places.project), "binding");
  const headers = join(places.project, "node_modules", "node-api-headers", "include");
  const args = [
    ...["-std=c++17", "-O3", "-fPIC", "-shared", "-DNAPI_VERSION=8"],
    // Loops over many numbers at once; values stay what they are.
    ...["-fopenmp-simd", "-fno-trapping-math", "-fno-math-errno"],
    ...[`-I${headers}`, `-I${join(tensorflow, "include")}`],
    `-I${source}`,
    // graph_functions.cc includes the package's tfjs_binding.cc.
    ...[join(source, "tfjs_backend.cc"), ...OWN],
    ...[`-L${tensorflow}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
    // The wheel's own folder, not a copy: its library finds CUDA's wheels from there. Seen from the
    // addon, for a project that is moved with its libraries ("deno task pack").
    `-Wl,-rpath,$ORIGIN/${relative(realFolder(dirname(addon)), tensorflow)}`,
  ];
  const key = `${tensorflowStamp(places)}\n${
    [...args, ...[...OWN, ...HEADERS].map(readText)].join("\n")
  }`;
  return { addon, stamp: `${addon}.txt`, key, args };
}

/** A file of this folder. */
function own(name: string): string {
  return join(import.meta.dirname as string, name);
}

/** A folder without links on its way, as far as it is there. */
function realFolder(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(realFolder(above), basename(path));
  }
}

/** Whether the addon is compiled against the venv's TensorFlow, or was packed with it. */
export function addonDone(places: Places): boolean {
  if (packedTensorflow(places) !== undefined) return isFile(addonPath(places.project));
  const build = buildOf(places);
  return build !== undefined && readText(build.stamp) === build.key && isFile(build.addon);
}

/**
 * Compiles the addon of npm:@tensorflow/tfjs-node-gpu against the C library in the wheel; throws
 * {@link LeftOut}.
 *
 * The package's own install script downloads a TensorFlow of 2022 that many machines cannot use.
 */
export async function compileAddon(places: Places): Promise<void> {
  const build = buildOf(places);
  if (!build) throw new LeftOut("there is no TensorFlow in .venv to compile the addon against");
  const compiler = findCompiler();
  if (compiler === undefined) {
    throw new LeftOut("a C++ compiler is missing: on Debian or Ubuntu, apt install g++");
  }
  const folder = dirname(build.addon);
  await Deno.mkdir(folder, { recursive: true });
  for await (const { name } of Deno.readDir(folder)) { // left by a set-up that was killed
    if (name.endsWith(".tmp")) await Deno.remove(join(folder, name));
  }
  const unfinished = `${build.addon}.${Deno.pid}.tmp`;
  const compiled = await run(compiler, [...build.args, "-o", unfinished]);
  if (!compiled.ok) {
    throw new LeftOut(`${compiler} could not compile the addon (${lastLine(compiled.output)})`);
  }
  // Renamed, not overwritten: a program that has loaded the old addon keeps it.
  await Deno.rename(unfinished, build.addon);
  await writeAtomic(build.stamp, build.key);
}
