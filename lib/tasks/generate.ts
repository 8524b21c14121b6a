/** `deno task generate`: draws pictures of captions with a fine-tuned model or the miniature. */
import { Command, InvalidArgumentError } from "commander";
import { join, relative } from "@std/path";
import { sha256 } from "../data/mod.ts";
import { drawPictures, type SamplerName, samplerOf, samplers } from "../model/mod.ts";
import { pictureGrid, plainGrid, tile, toTiles } from "../report/mod.ts";
import {
  describeBackend,
  exists,
  progress,
  projectFolder,
  startBackend,
  writeAtomic,
  writeJson,
} from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import {
  findModelFolder,
  loadModelFolder,
  operationsOf,
  presetOf,
  presets,
  readAbout,
} from "../study/mod.ts";
import { count, natural, number, strict } from "./arguments.ts";
import { slug } from "./slug.ts";
import { tellError } from "./told.ts";

const command = strict(new Command("deno task generate"))
  .description("Draw pictures of captions.")
  .argument("<captions...>", "captions, each in quotes")
  .option("--model <name>", 'a fine-tuned model, "mini", or a folder', "mini")
  .option("--count <n>", "pictures of each caption", count, 6)
  .option(
    "--guidance <scale>",
    "how closely captions are followed; the preset's unless given",
    number,
  )
  .option("--steps <n>", "steps of the sampler; the preset's unless given", count)
  .option("--sampler <name>", Object.keys(samplers).join(", "), sampler, "ddim" as SamplerName)
  .option("--seed <n>", "of the noise that pictures begin as", natural, 0)
  .option(
    "--output <folder>",
    "where to write; a folder of its own in results/generated/ unless given",
  )
  .addHelpText(
    "after",
    `
Writes grid.png, one file for each picture, and settings.json. The same arguments give the same
pictures, in the same folder; they are not drawn twice.

Examples:
  deno task generate "A woman wearing a red dress."
  deno task generate "A red chair." "A blue chair." --model mine --guidance 5 --seed 3
`,
  );
command.parse(Deno.args, { from: "user" });
const captions = command.args, given = command.opts<Given>();

const settings = await (async () => {
  const folder = await findModelFolder(given.model), about = await readAbout(folder);
  const known = about !== undefined && about.preset in presets ? about.preset : "mini";
  const { evaluate } = presetOf(known);
  const { guidance = evaluate.guidance, steps = evaluate.samplingSteps, count, sampler, seed } =
    given;
  const weights = await Promise.all(
    ["clip", "unet", "autoencoder"].map(async (network) =>
      sha256(await Deno.readFile(join(folder, `${network}.safetensors`)))
    ),
  );
  const model = { folder: given.model, weights: sha256(weights.join()).slice(0, 16) };
  return { folder, drawn: { captions, model, count, guidance, steps, sampler, seed } };
})().catch(tellError);
const { drawn } = settings, key = sha256(JSON.stringify(drawn)).slice(0, 8);
const output = given.output ??
  join(projectFolder, "results", "generated", `${slug(captions[0]!)}-${key}`);
const written = `${relative(Deno.cwd(), output)}: grid.png, ${
  captions.length * drawn.count
} pictures`;
if (await isDrawn()) {
  console.log(`drawn already, ${written}`);
  Deno.exit(0);
}
await ensureSetup();
console.log(
  describeBackend(
    await startBackend(undefined, { operations: await operationsOf(settings.folder) }),
  ),
);
await draw().catch(tellError);
console.log(`written to ${written}, settings.json`);
Deno.exit(0);

interface Given {
  model: string;
  count: number;
  guidance?: number;
  steps?: number;
  sampler: SamplerName;
  seed: number;
  output?: string;
}

function sampler(text: string): SamplerName {
  try {
    samplerOf(text);
    return text as SamplerName;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

/** Whether these pictures are there; others in a folder that was named are not overwritten. */
async function isDrawn(): Promise<boolean> {
  const path = join(output, "settings.json");
  if (!await exists(path)) return false;
  const found = await Deno.readTextFile(path);
  if (found.trim() === JSON.stringify(drawn, null, 2)) return true;
  return command.error(`error: ${path} tells of other pictures; choose another --output`, {
    exitCode: 2,
  });
}

async function draw(): Promise<void> {
  const model = await loadModelFolder(settings.folder), { imageSize: size } = model.config;
  const prompts = captions.flatMap((caption) => Array.from({ length: drawn.count }, () => caption));
  let line: ReturnType<typeof progress> | undefined;
  const pixels = await drawPictures(model, prompts, drawn, (done, of) => {
    (line ??= progress(of, "drawing")).step(done);
    return new Promise((resolve) => setTimeout(resolve, 0));
  });
  await line?.done();
  const tiles = toTiles(pixels, size);
  for (let i = 0; i < tiles.count; i++) {
    const name = `${String(i + 1).padStart(3, "0")}-${slug(prompts[i]!)}.png`;
    await writeAtomic(join(output, name), await plainGrid(tile(tiles, i), 1));
  }
  const grid = { size, columns: drawn.count, rowLabels: captions, scale: Math.max(1, 128 / size) };
  await writeAtomic(join(output, "grid.png"), await pictureGrid(pixels, grid));
  await writeJson(join(output, "settings.json"), drawn);
}
