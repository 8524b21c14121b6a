/** `deno task fullsize`: time and memory of the published sizes on this machine, as a table. */
import { Command, InvalidArgumentError } from "commander";
import { join } from "@std/path";
import { cacheFolder } from "../data/mod.ts";
import { type Figures, figuresTable, passes, trainings } from "../workshop/mod.ts";
import { operationsAtATime, sd15 } from "../model/mod.ts";
import { gib, memoryToUse } from "../study/mod.ts";
import {
  describeBackend,
  exists,
  progress,
  projectFolder,
  startBackend,
  writeJson,
} from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import { gibibytes, list, strict } from "./arguments.ts";
import { commandOf } from "./rights.ts";

const ids = [...Object.keys(passes), ...Object.keys(trainings)];
const command = strict(new Command("deno task fullsize"))
  .description(
    "Measure time and memory of Stable Diffusion v1.5 with CLIP ViT-L/14 on this machine: forward " +
      "passes and training steps, each in a process of its own, with random weights of the " +
      "published shapes (2.8 GB on disk, made in a minute). What cannot fit is refused, not tried.",
  )
  .option("--only <lines>", `lines of the table, with commas: ${ids.join(", ")}`, lines, ids)
  .option("--memory-limit <GiB>", "memory to count with; the device's own unless given", gibibytes)
  .option("--folder <path>", "where the weights and the figures lie", cacheFolder("fullsize"))
  .option("--again", "measure once more what was measured");
interface Given {
  only: string[];
  memoryLimit?: number;
  folder: string;
  again?: boolean;
}
const { only, memoryLimit, folder, again = false } = command
  .parse(Deno.args, { from: "user" }).opts<Given>();

await ensureSetup();
const backend = await startBackend(undefined, { operations: operationsAtATime(sd15) });
const limit = memoryToUse(memoryLimit);
console.log(`${describeBackend(backend)}; memory: ${gib(limit.bytes)}`);
const weights = join(folder, "weights");
if (!await exists(weights)) {
  console.log(`writing random weights of the published shapes to ${weights}`);
  await row("write");
}
const bar = progress(only.length, "measuring", { unit: "lines" });
const figures: Figures[] = [];
for (const [i, id] of only.entries()) {
  bar.step(i, id);
  const file = join(folder, "figures", `${id}.json`);
  if (again || !await exists(file)) await writeJson(file, await row(id));
  figures.push(JSON.parse(await Deno.readTextFile(file)));
}
bar.step(only.length);
await bar.done();
console.log(`\n${figuresTable(figures)}`);

/** Measures one line in a process of its own. */
async function row(id: string): Promise<unknown> {
  const script = join(projectFolder, "lib", "tasks", "fullsize_row.ts");
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: commandOf("fullsize_row", script, [id, weights, JSON.stringify(limit)]),

    stdout: "piped",
    stderr: "inherit",
  }).output();
  if (code !== 0) {
    console.error(`${id}: ended with status ${code}${code === 137 ? ", out of memory" : ""}`);
    Deno.exit(1);
  }
  return JSON.parse(new TextDecoder().decode(stdout).trim().split("\n").at(-1) as string);
}

function lines(text: string): string[] {
  const wanted = list(text);
  const unknown = wanted.find((id) => !ids.includes(id));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`"${unknown}" is not known; expected some of ${ids.join(", ")}`);
  }
  return wanted;
}
