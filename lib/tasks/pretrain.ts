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
  EMOJI_VERSION,
  type Encoded,
  encodePictures,
  heldOutPictures,
  miniRecipe,
  normaliseLatents,
  type PretrainRecipe,
  type Source,
  startUNet,
  type TrainingCorpus,
  trainingCorpus,
  trainShown,
  unetTask,
  withoutStart,
  writeModelCard,
} from "../workshop/mod.ts";
import { DRAWING_VERSION } from "../drawn/mod.ts";
import { type LoopConfig, removeCheckpoint, type Task } from "../train/mod.ts";
import { loadParams, saveParams } from "../weights/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import { strict } from "./arguments.ts";

const command = strict(new Command("deno task pretrain"))
  .description("Train the miniature's autoencoder, CLIP and UNet from scratch into a folder.")
  .option("--out <folder>", "where to write the weights", join(projectFolder, "data", "mini"))
  .option("--work <folder>", "checkpoints and curves", join(projectFolder, ".cache", "pretrain"))
  .addOption(
    new Option("--only <network>", "train one network alone; the UNet needs the other two")
      .choices(["autoencoder", "clip", "unet"]),
  )
  .addHelpText(
    "after",
    `
A network whose file lies in --out is not trained again: delete the file to do so. A killed job goes on
where it was. With all files there, the model is measured anew and its card written.
`,
  );
command.parse(Deno.args, { from: "user" });
const options = command.opts<{ out: string; work: string; only?: string }>();

await ensureSetup();
await startBackend();
const recipe = miniRecipe, { model: config } = recipe;
const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
let gathered: Promise<TrainingCorpus> | undefined;

/** The corpus with the shares of a network, gathered when a network is first trained. */
async function sourcesFor(network: keyof PretrainRecipe["shares"]): Promise<Source[]> {
  const corpus = await (gathered ??= trainingCorpus(config.imageSize, recipe.drawn));
  const shares = Object.entries(recipe.shares[network]);
  return shares.map(([name, share]) => ({ pictures: corpus[name as keyof TrainingCorpus], share }));
}

type Stage = "autoencoder" | "clip" | "unetFirst" | "unet";

const shareOf = (name: Stage) => recipe.shares[name === "unetFirst" ? "unet" : name];
const corpusIdentity = { drawn: recipe.drawn, DRAWING_VERSION, EMOJI_VERSION };

/** Trains one network unless its file is there; `finish` may change the parameters before saving. */
async function stage<Batch>(
  name: Stage,
  specs: ParamSpecs,
  loop: LoopConfig,
  task: () => Promise<Task<Batch>> | Task<Batch>,
  finish: (params: Params) => Promise<void> | void = () => {},
): Promise<Params> {
  // The first leg of the UNet is no result.
  const file = join(name === "unetFirst" ? options.work : options.out, `${name}.safetensors`);
  if (await exists(file)) {
    console.log(`${name}: ${file} is there, nothing to do`);
    return loadParams(file, specs);
  }
  if (options.only !== undefined && !name.startsWith(options.only)) {
    if (options.only === "unet") throw new Error(`${file} does not exist: train ${name} first`);
    return {};
  }
  const folder = join(options.work, name);
  const made = await task();
  const result = await trainShown(made, loop, {
    label: name,
    folder,
    identity: JSON.stringify({ recipe: recipe[name], ...corpusIdentity, share: shareOf(name) }),
  });
  await finish(result.params);
  // Files hold half precision: what is measured and built upon is what a user will load.
  await saveParams(file, result.params, "F16", { network: name });
  await removeCheckpoint(folder);
  tf.dispose(result.params);
  return loadParams(file, specs);
}

const vae = await stage(
  "autoencoder",
  vaeSpecs(config.vae),
  recipe.autoencoder,
  async () => autoencoderTask(config.vae, recipe.autoencoder, await sourcesFor("autoencoder")),
  async (params) => {
    const { drawn } = await (gathered as Promise<TrainingCorpus>);
    normaliseLatents(params, config.vae, drawn);
  },
);
const clip = await stage(
  "clip",
  clipSpecs(config.clip),
  recipe.clip,
  async () => clipTask(config.clip, recipe.clip, tokenizer, await sourcesFor("clip")),
);
const model = { config, tokenizer, params: { ...vae, ...clip } };
let latents: ReturnType<typeof encodeSources> | undefined;
/** The sources as latents, encoded once for the two legs. */
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
const unetFirst = await stage(
  "unetFirst",
  unetSpecs(config.unet),
  recipe.unetFirst,
  async () => {
    const start = startUNet(config.unet, recipe.unetFirst.seed);
    return unetTask(model, recipe.unetFirst, await (latents ??= encodeSources()), start);
  },
  (params) => {
    const { ema, steps, seed } = recipe.unetFirst;
    Object.assign(params, withoutStart(params, startUNet(config.unet, seed), ema, steps));
  },
);
const unet = await stage(
  "unet",
  unetSpecs(config.unet),
  recipe.unet,
  async () => unetTask(model, recipe.unet, await (latents ??= encodeSources()), unetFirst),
);
if (options.only !== undefined && options.only !== "unet") Deno.exit(0);
await writeJson(join(options.out, "config.json"), config);
await writeModelCard(
  options.out,
  { ...model, params: { ...model.params, ...unet } },
  recipe,
  await heldOutPictures(config.imageSize),
  options.work,
);
console.log(`the miniature is in ${options.out}`);
