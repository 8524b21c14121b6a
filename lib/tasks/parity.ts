/** `deno task parity`: does this implementation give the numbers of the published ones? */
import { Command, Option } from "commander";
import {
  type CaseResult,
  casesIn,
  caseText,
  checkCase,
  parityJson,
  singlePrecision,
  summaryText,
  tensorFloat32,
} from "../workshop/mod.ts";
import {
  type BackendName,
  backendNames,
  describeBackend,
  startBackend,
  writeJson,
} from "../runtime/mod.ts";
import { strict } from "./arguments.ts";

const more = `
FOLDER holds one case, or a folder for each. A case is told by its content:
  CLIP, UNet, autoencoder   config.json (the library's own), weights.safetensors, io.safetensors
  samplers, optimiser,      io.json with the settings, io.safetensors
  metrics, consistency
  tokenizer                 a JSON file with "cases": [{"text", "ids", "padded77"}, …]
  shapes                    JSON files of published names and shapes, against the preset sd15
Sizes are those of each config.json; tensors are in PyTorch's layout. docs/parity.md tells the names.

Allowed are, relative to the largest absolute value: outputs 2e-5, gradients and the ends of samplers'
walks 1e-4; on a GPU, whose products may be rounded to TF32, 1e-3 for all; ids, ranks and time steps
are exact. A tensor missing or added, a wrong shape and an option that is not supported are errors.

Exit status: 0 where every case passes, 1 where one does not, 2 on wrong arguments.
`;

const command = strict(new Command("deno task parity"))
  .description("Compare this implementation with reference values of the published ones.")
  .argument("<folder>", "a case, or a folder of cases")
  .addOption(
    new Option("--backend <name>", "what computes; by default the first that works")
      .choices([...backendNames]),
  )
  .option("--json <file>", "write every comparison to this file")
  .option("--all", "show a line for every tensor")
  .addHelpText("after", more);
command.parse([...Deno.args], { from: "user" });
const { backend, json, all } = command.opts<
  { backend?: BackendName; json?: string; all?: boolean }
>();
const refuse = (message: string): never => command.error(`error: ${message}`, { exitCode: 2 });

const cases = await found(command.args[0] as string);
const info = await startBackend(backend).catch((error: Error) => refuse(error.message));
const onGpu = info.device.startsWith("GPU") || info.name === "webgpu";
const tolerances = onGpu ? tensorFloat32 : singlePrecision;
console.log(describeBackend(info));

const results: CaseResult[] = [];
for (const folder of cases) {
  const result = await checkCase(folder, tolerances);
  results.push(result);
  console.log(`\n${caseText(result, all)}`);
}
console.log(`\n${summaryText(results, info.name)}`);
if (json !== undefined) {
  const { name, device, library } = info;
  await writeJson(json, parityJson(results, { name, device, library }, tolerances));
  console.log(`written to ${json}`);
}
Deno.exit(results.every(({ passed }) => passed) ? 0 : 1);

/** The cases of the argument; one without any is a wrong argument. */
async function found(folder: string): Promise<string[]> {
  try {
    const cases = await casesIn(folder);
    if (cases.length > 0) return cases;
    return refuse(`${folder} holds no case: expected config.json, io.safetensors, … or subfolders`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
      throw error;
    }
    return refuse(`${folder} is no folder: expected a case, or a folder of cases`);
  }
}
