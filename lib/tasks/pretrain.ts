/** `deno task pretrain`: makes the miniature's weights in data/mini, resumable at any step. */
import { Command } from "commander";
import { join } from "@std/path";
import { tf } from "../runtime/tf.ts";
import { startBackend } from "../runtime/backend.ts";
import { exists, writeJson } from "../runtime/files.ts";
import { progress } from "../runtime/progress.ts";
import { projectFolder } from "../runtime/project.ts";
import { loadTokenizer } from "../clip/tokenizer_files.ts";
import { clipSpecs } from "../clip/clip.ts";
import { DRAWING_VERSION } from "../data/synthetic/corpus.ts";
import { unetSpecs } from "../diffusion/unet.ts";
import { vaeSpecs } from "../diffusion/vae.ts";
import type { Params, ParamSpecs } from "../nn/params.ts";
import { autoencoderTask, normaliseLatents } from "../pretrain/autoencoder.ts";
import { writeModelCard } from "../pretrain/card.ts";
import { clipTask } from "../pretrain/clip.ts";
import { pretrainCorpus } from "../pretrain/corpus.ts";
import { miniRecipe } from "../pretrain/recipe.ts";
import { encodePictures, startUNet, unetTask, withoutStart } from "../pretrain/unet.ts";
import type { LoopConfig } from "../train/config.ts";
import { removeCheckpoint } from "../train/checkpoint.ts";
import { type Task, trainLoop } from "../train/loop.ts";
import { loadParams, saveParams } from "../weights/params.ts";
import { ensureSetup } from "../setup/setup.ts";

const options = new Command("pretrain")
  .description("Train the miniature's autoencoder, CLIP and UNet from scratch into a folder.")
  .option("--out <folder>", "where to write the weights", join(projectFolder, "data", "mini"))
  .option("--work <folder>", "checkpoints and curves", join(projectFolder, ".cache", "pretrain"))
  .option("--only <network>", "train autoencoder, clip or unet alone (unet needs the other two)")
  .parse(["deno", "pretrain", ...Deno.args])
  .opts<{ out: string; work: string; only?: string }>();

await ensureSetup();
await startBackend();
const recipe = miniRecipe, { model: config } = recipe;
const drawing = progress(recipe.drawn, "drawing the corpus", { unit: "pictures" });
const corpus = await pretrainCorpus(config.imageSize, recipe.drawn, (n) => drawing.step(n));
await drawing.done();
const sources = [corpus.drawn, corpus.products] as const;
const tokenizer = await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));

/** Trains one network unless its file is there; `finish` may change the parameters before saving. */
async function stage<Batch>(
  name: string,
  specs: ParamSpecs,
  loop: LoopConfig,
  task: () => Promise<Task<Batch>> | Task<Batch>,
  finish: (params: Params) => void = () => {},
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
  const line = progress(loop.steps, name);
  const result = await trainLoop(await task(), loop, {
    folder,
    identity: JSON.stringify({ recipe: recipe[name as keyof typeof recipe], DRAWING_VERSION }),
    onStep: ({ step, seconds: _, rate: __, ...terms }) =>
      line.step(step, Object.entries(terms).map(([k, v]) => `${k} ${v.toPrecision(3)}`).join(" ")),
  });
  await line.done();
  finish(result.params);
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
  () => autoencoderTask(config.vae, recipe.autoencoder, sources),
  (params) => normaliseLatents(params, config.vae, corpus.drawn),
);
const clip = await stage(
  "clip",
  clipSpecs(config.clip),
  recipe.clip,
  () => clipTask(config.clip, recipe.clip, tokenizer, sources),
);
const model = { config, tokenizer, params: { ...vae, ...clip } };
let latents: ReturnType<typeof encodeSources> | undefined;
/** Both sources as latents, encoded once for the two legs. */
async function encodeSources() {
  const [drawn, products] = sources;
  return [await encodePictures(model, drawn), await encodePictures(model, products)] as const;
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
  corpus,
);
console.log(`the miniature is in ${options.out}`);
