/** `deno task pretrain`: makes the miniature's weights in data/mini, resumable at any step. */
import { Command, Option } from "commander";
import { join } from "@std/path";
import { exists, progress, projectFolder, startBackend, tf, writeJson } from "../runtime/mod.ts";
import {
  clipSpecs,
  loadTokenizer,
  type Params,
  type ParamSpecs,
  unetSpecs,
  vaeSpecs,
} from "../model/mod.ts";
import {
  autoencoderTask,
  clipTask,
  type Encoded,
  encodePictures,
  heldOutPictures,
  normaliseLatents,
  PACKAGES,
  type Pictures,
  type PretrainRecipe,
  RECIPES,
  RENDER_VERSION,
  type Source,
  sourcesOfRecipe,
  startAutoencoder,
  type TrainingCorpus,
  trainingCorpus,
  trainShown,
  unetTask,
  writeModelCard,
} from "../workshop/mod.ts";
import { cacheFolder } from "../data/mod.ts";
import { DRAWING_VERSION } from "../drawn/mod.ts";
import { type LoopConfig, removeCheckpoint, type Task } from "../train/mod.ts";
import { initialParams, loadParams, readSafetensorsHeader, saveParams } from "../weights/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import { strict } from "./arguments.ts";

const command = strict(new Command("deno task pretrain"))
  .description("Train a small model's autoencoder, CLIP and UNet from scratch into a folder.")
  .addOption(
    new Option(
      "--recipe <name>",
      "mini: the weights in data/mini; nano: seconds, no useful model",
    ).choices(Object.keys(RECIPES)).default("mini"),
  )
  .option("--out <folder>", "where to write the weights (data/mini; .cache/pretrained/nano)")
  .option("--work <folder>", "checkpoints and curves (.cache/pretrain)")
  .option("--weights-only", "train, but measure nothing and write no card")
  .addOption(
    new Option("--only <network>", "train one network alone; the UNet needs the other two")
      .choices(["autoencoder", "clip", "unet"]),
  )
  .addHelpText(
    "after",
    `
A network whose file lies in --out is not trained again: delete the file to do so. Networks are trained
in legs, each from the file that the one before has left. A killed job goes on where it was. With all
files there, the model is measured anew and its card written.
`,
  );
command.parse(Deno.args, { from: "user" });
const given = command.opts<{
  recipe: keyof typeof RECIPES;
  out?: string;
  work?: string;
  only?: string;
  weightsOnly?: true;
}>();
const options = {
  ...given,
  out: given.out ??
    (given.recipe === "mini"
      ? join(projectFolder, "data", "mini")
      : join(cacheFolder("pretrained"), given.recipe)),
  work: given.work ?? join(cacheFolder("pretrain"), given.recipe),
};

await ensureSetup();
await startBackend();
const recipe: PretrainRecipe = RECIPES[options.recipe], { model: config } = recipe;
const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
let gathered: Promise<TrainingCorpus> | undefined;
const gather = () =>
  gathered ??= trainingCorpus(config.imageSize, recipe.drawn, sourcesOfRecipe(recipe));

type Network = keyof PretrainRecipe["shares"];

/** The corpus with the shares of a network, gathered when a network is first trained. */
async function sourcesFor(network: Network): Promise<Source[]> {
  const corpus = await gather();
  return Object.entries(recipe.shares[network]).map(([name, share]) => (
    { pictures: corpus[name as keyof TrainingCorpus] as Pictures, share }
  ));
}

/** What makes two trainings of a network the same. */
async function identityOf(network: Network, loop: LoopConfig): Promise<string> {
  const { drawn } = recipe, share = recipe.shares[network];
  const counts = Object.entries(await gather()).map(([name, { count }]) => [name, count]);
  const versions = { DRAWING_VERSION, RENDER_VERSION, PACKAGES };
  const sources = { drawn, ...versions, counts: Object.fromEntries(counts) };
  return JSON.stringify({ loop, share, sources });
}

const fileOf = (network: Network) => join(options.out, `${network}.safetensors`);

/** Trains a network into its file; `finish` may change the parameters before they are saved. */
async function train<Batch>(
  network: Network,
  leg: number,
  loop: LoopConfig,
  task: Task<Batch>,
  finish: (params: Params) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const label = leg > 1 ? `${network}-${leg}` : network, folder = join(options.work, label);
  const identity = await identityOf(network, loop);
  const { params } = await trainShown(task, loop, { label, folder, identity });
  await finish(params);
  // Files hold half precision: what is measured and built upon is what a user will load.
  await saveParams(fileOf(network), params, "F16", { network, leg: `${leg}` });
  await removeCheckpoint(folder);
  tf.dispose(params);
}

/** How many legs of a network's training its file has behind it. */
async function legsDone(network: Network): Promise<number> {
  if (!await exists(fileOf(network))) return 0;
  const { metadata } = await readSafetensorsHeader(fileOf(network));
  return Number(metadata.leg ?? 1);
}

/**
 * A network's parameters, trained first as far as its file is behind its recipe and `--only` allows it:
 * leg by leg, from `first` on or from what the file has.
 */
async function network<Leg extends LoopConfig, Batch>(
  name: Network,
  specs: ParamSpecs,
  legs: readonly Leg[],
  first: (seed: number) => Params,
  task: (leg: Leg, start: Params) => Promise<Task<Batch>>,
  finish?: (params: Params) => Promise<void>,
): Promise<Params> {
  const done = await legsDone(name), wanted = options.only === undefined || options.only === name;
  if (done === 0 && !wanted) {
    if (options.only === "clip" || options.only === "autoencoder") return {};
    throw new Error(`${fileOf(name)} does not exist: train ${name} first`);
  }
  if (done >= legs.length) console.log(`${name}: ${fileOf(name)} is there, nothing to do`);
  for (let i = done; wanted && i < legs.length; i++) {
    const leg = legs[i] as Leg & { readonly seed: number };
    const start = i === 0 ? first(leg.seed) : await loadParams(fileOf(name), specs);
    await train(name, i + 1, leg, await task(leg, start), finish);
  }
  return loadParams(fileOf(name), specs);
}

const vae = await network(
  "autoencoder",
  vaeSpecs(config.vae),
  recipe.autoencoder,
  (seed) => startAutoencoder(config.vae, seed),
  async (leg, start) => autoencoderTask(config.vae, leg, await sourcesFor("autoencoder"), start),
  async (params) => {
    const { garments } = await gather();
    normaliseLatents(params, config.vae, garments as Pictures);
  },
);
const clip = await network(
  "clip",
  clipSpecs(config.clip),
  recipe.clip,
  (seed) => initialParams(clipSpecs(config.clip), seed),
  async (leg, start) => clipTask(config.clip, leg, tokenizer, await sourcesFor("clip"), start),
);
if (options.only !== undefined && options.only !== "unet") Deno.exit(0);
const model = { config, tokenizer, params: { ...vae, ...clip } };

/** The sources as latents, encoded once for all legs. */
async function encodeSources() {
  const sources = await sourcesFor("unet"), encoded: Encoded[] = [];
  const count = sources.reduce((sum, { pictures }) => sum + pictures.count, 0);
  const line = progress(count, "encoding the corpus", { unit: "pictures" });
  for (const source of sources) {
    const before = encoded.reduce((sum, { pictures }) => sum + pictures.count, 0);
    encoded.push(await encodePictures(model, source, (n) => line.step(before + n)));
  }
  await line.done();
  return encoded;
}

let latents: ReturnType<typeof encodeSources> | undefined;
const unet = await network(
  "unet",
  unetSpecs(config.unet),
  recipe.unet,
  (seed) => initialParams(unetSpecs(config.unet), seed),
  async (leg, start) => unetTask(model, leg, await (latents ??= encodeSources()), start),
);
await writeJson(join(options.out, "config.json"), config);
if (options.weightsOnly) {
  console.log(`the weights are in ${options.out}`);
  Deno.exit(0);
}
await writeModelCard(
  options.out,
  { ...model, params: { ...model.params, ...unet } },
  recipe,
  await heldOutPictures(config.imageSize),
  options.work,
);
console.log(`the model is in ${options.out}`);
