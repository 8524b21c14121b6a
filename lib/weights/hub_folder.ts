/** A published model as it lies on the hub: a CLIP folder and a Stable Diffusion pipeline folder. */
import { join } from "@std/path";
import {
  type ClipConfig,
  type ClipTextConfig,
  loadTokenizer,
  type ModelConfig,
  type Tokenizer,
} from "../model/mod.ts";
import { exists } from "../runtime/mod.ts";
import { clipConfig, unetConfig, vaeConfig } from "./hub_config.ts";
import { isObject } from "./header.ts";
import { parsePython, shown } from "./plain_json.ts";
import { schedulerConfig } from "./scheduler_config.ts";

/** Which two folders make a model, and how. */
export interface PublishedFolders {
  /** A folder such as `openai/clip-vit-large-patch14`: config.json, model.safetensors. */
  readonly clip: string;
  /** A pipeline folder such as Stable Diffusion v1.5: model_index.json, unet/, vae/, … */
  readonly diffusion: string;
  /** Whose text tower becomes the shared one, where the two differ. */
  readonly shared?: "clip" | "diffusion" | undefined;
  /** Which variant of the files to take, such as "fp16". */
  readonly variant?: string | undefined;
  /** Side in pixels of the pictures to draw; the pipeline's own unless given. */
  readonly imageSize?: number | undefined;
}

/** The sizes that the two folders say, and the text towers of both. */
export interface PublishedConfig {
  readonly model: ModelConfig;
  readonly towers: Readonly<Record<"clip" | "diffusion", ClipTextConfig>>;
}

/**
 * Reads the config.json of every part and checks that the parts fit each other.
 *
 * Throws an Error that names folder, option, value found and value expected. Where the sizes of the
 * two text towers differ, `shared` must say which counts.
 */
export async function publishedConfig(folders: PublishedFolders): Promise<PublishedConfig> {
  const { clip: folder, diffusion } = folders;
  const pipeline = await pipelineConfig(diffusion, folders.imageSize);
  const clipJson = await readJson(folder, "config.json", "a CLIP folder");
  const clip = named(folder, () => clipConfig(clipJson)), { encoder, ...parts } = pipeline;
  const text = chooseText(folders, clip, encoder), width = text.hiddenSize;
  if (parts.unet.crossAttention !== width) {
    throw new Error(
      `${diffusion}: the UNet expects text states ${parts.unet.crossAttention} wide, but the text ` +
        `tower of ${folder} is ${width} wide; take the CLIP that the pipeline was trained with`,
    );
  }
  return {
    model: { ...parts, clip: { ...clip, text } },
    towers: { clip: clip.text, diffusion: encoder },
  };
}

/** What a pipeline folder says: everything of a model but CLIP, and its own text encoder. */
export type PipelineConfig = Omit<ModelConfig, "clip"> & { readonly encoder: ClipTextConfig };

/**
 * Reads the config.json of every part of a pipeline folder, and its scheduler's, and checks that the parts
 * fit each other; throws like {@link publishedConfig}.
 */
export async function pipelineConfig(
  diffusion: string,
  wantedSize?: number,
): Promise<PipelineConfig> {
  await checkPipeline(diffusion);
  const [textJson, unetJson, vaeJson, scheduleJson] = await Promise.all([
    ...["text_encoder", "unet", "vae"].map((part) => readJson(join(diffusion, part))),
    readJson(join(diffusion, "scheduler"), "scheduler_config.json"),
  ]);
  const encoder = named(join(diffusion, "text_encoder"), () => textEncoderConfig(textJson));
  const unet = named(join(diffusion, "unet"), () => unetConfig(unetJson));
  const vae = named(join(diffusion, "vae"), () => vaeConfig(vaeJson));
  const schedule = named(
    join(diffusion, "scheduler"),
    () => schedulerConfig(scheduleJson).schedule,
  );
  const latent = isObject(unetJson) && typeof unetJson.sample_size === "number"
    ? unetJson.sample_size
    : 64;
  const factor = 2 ** (vae.channels.length - 1);
  const imageSize = wantedSize ?? latent * factor;
  checkTogether(diffusion, { unet, vae, imageSize }, factor);
  return { encoder, unet, vae, schedule, imageSize };
}

/** Refuses parts that do not meet. */
function checkTogether(
  diffusion: string,
  { unet, vae, imageSize }: Pick<ModelConfig, "unet" | "vae" | "imageSize">,
  factor: number,
) {
  if (unet.inChannels !== vae.latentChannels || unet.outChannels !== vae.latentChannels) {
    throw new Error(
      `${diffusion}: the UNet has ${unet.inChannels} channels in and ${unet.outChannels} out, ` +
        `expected ${vae.latentChannels} as the autoencoder's latents have`,
    );
  }
  const unit = factor * 2 ** (unet.channels.length - 1);
  if (!Number.isInteger(imageSize / unit) || imageSize <= 0) {
    throw new Error(`image size ${imageSize}: expected a multiple of ${unit}`);
  }
}

/** The sizes of the text tower that counts. */
function chooseText(
  { clip: folder, diffusion, shared }: PublishedFolders,
  clip: ClipConfig,
  encoder: ClipTextConfig,
): ClipTextConfig {
  if (shared === "diffusion") return encoder;
  if (shared === "clip") return clip.text;
  const names = Object.keys(clip.text) as (keyof ClipTextConfig)[];
  // Which token is pooled is CLIP's matter; old files say 2 and mean the same.
  const differ = names.filter((name) => name !== "endOfText" && clip.text[name] !== encoder[name]);
  if (differ.length === 0) return clip.text;
  const list = differ.map((name) => `${name} ${clip.text[name]} and ${encoder[name]}`).join(", ");
  throw new Error(
    `the text tower of ${folder} and the text encoder of ${diffusion} differ: ${list}. ` +
      chooseShared,
  );
}

/** How a user chooses. */
export const chooseShared =
  'One of them must become the shared one: choose "clip" (the diffusion model then gets text ' +
  'states it was not trained with) or "diffusion" (CLIP then gets a text tower it was not trained ' +
  "with)";

/** A text encoder's sizes from its own config.json, which has the options of CLIP's text tower. */
export function textEncoderConfig(json: unknown): ClipTextConfig {
  return clipConfig({ text_config: json }).text;
}

/** Checks that a folder is a Stable Diffusion pipeline. */
async function checkPipeline(folder: string): Promise<void> {
  const json = await readJson(folder, "model_index.json", "a Stable Diffusion pipeline folder");
  const found = isObject(json) ? json._class_name : undefined;
  if (found !== "StableDiffusionPipeline") {
    throw new Error(
      `${join(folder, "model_index.json")}: _class_name is ${shown(found)}, expected ` +
        '"StableDiffusionPipeline" (Stable Diffusion v1)',
    );
  }
}

/** Reads JSON of a folder; throws an error that names the file and what the folder should be. */
export async function readJson(
  folder: string,
  name = "config.json",
  what = "a part of a pipeline",
): Promise<unknown> {
  const path = join(folder, name);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof NotADirectory)) throw error;
    throw new Error(`${path}: no such file; expected ${folder} to be ${what}`, { cause: error });
  }
  try {
    return parsePython(text);
  } catch (error) {
    throw new Error(`${path}: no JSON: ${shown((error as Error).message)}`);
  }
}

/** Puts the folder before what is wrong with its config. */
function named<T>(folder: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${folder}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The tokenizer of a published model: `vocab.json` and `merges.txt`, or `tokenizer.json`, of the
 * pipeline, else of the CLIP folder. Throws where neither has one.
 */
export async function publishedTokenizer(folders: PublishedFolders): Promise<Tokenizer> {
  const places = [join(folders.diffusion, "tokenizer"), folders.clip];
  for (const folder of places) {
    for (const name of ["merges.txt", "tokenizer.json"]) {
      if (await exists(join(folder, name))) return await loadTokenizer(folder);
    }
  }
  throw new Error(
    `expected vocab.json and merges.txt, or tokenizer.json, in ${places.join(" or ")}, found none`,
  );
}
