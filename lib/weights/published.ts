/** Published checkpoints as a model of this project. */
import { join } from "@std/path";
import {
  clipSpecs,
  type Model,
  type ModelConfig,
  type Params,
  textSpecs,
  unetSpecs,
  vaeSpecs,
} from "../model/mod.ts";
import { tf } from "../runtime/mod.ts";
import { BYTES } from "./header.ts";
import { compareTensors, describeDifferences } from "./compare.ts";
import {
  chooseShared,
  type PublishedConfig,
  publishedConfig,
  type PublishedFolders,
  publishedTokenizer,
} from "./hub_folder.ts";
import { checkFit, readParams } from "./params.ts";
import { TensorSource } from "./source.ts";
import { type TensorFiles, tensorFiles } from "./tensor_files.ts";

/** The files of a published model, network by network. */
export interface PublishedFiles {
  readonly clip: TensorFiles;
  readonly text: TensorFiles;
  readonly unet: TensorFiles;
  readonly vae: TensorFiles;
}

/** Finds the files of every network; throws where one is missing, see {@link tensorFiles}. */
export async function publishedFiles(
  { clip, diffusion, variant }: PublishedFolders,
): Promise<PublishedFiles> {
  return {
    // CLIP's repositories seldom have variants: the plain file then counts.
    clip: await tensorFiles(clip, "model", variant).catch(() => tensorFiles(clip, "model")),
    text: await tensorFiles(join(diffusion, "text_encoder"), "model", variant),
    unet: await tensorFiles(join(diffusion, "unet"), "diffusion_pytorch_model", variant),
    vae: await tensorFiles(join(diffusion, "vae"), "diffusion_pytorch_model", variant),
  };
}

/**
 * A model from a CLIP folder and a Stable Diffusion pipeline folder as they lie on the hub: sizes
 * from their config.json, every tensor, the tokenizer, the noise schedule.
 *
 * Safetensors in fp32, fp16 or bf16, whole or in shards. The pipeline's text encoder and CLIP's text
 * tower must be the same, up to the rounding of the narrower file; where they are not, `shared` says
 * which becomes the shared one, and `say` hears by how much they differ. Throws an Error that names
 * what is missing or does not fit. Peak memory is that of the parameters and one tensor more.
 */
export async function loadPublished(
  folders: PublishedFolders,
  say: (note: string) => void = () => {},
): Promise<Model> {
  const config = await publishedConfig(folders), { model } = config;
  const tokenizer = await checkedTokenizer(folders, model);
  const files = await publishedFiles(folders);
  const params: Params = {};
  try {
    Object.assign(params, await readTowers(folders, files, config, say));
    for (const part of ["unet", "vae"] as const) {
      using source = await TensorSource.open(files[part], part);
      const specs = part === "unet" ? unetSpecs(model.unet) : vaeSpecs(model.vae);
      Object.assign(params, await readParams(source, specs));
    }
    return { config: model, params, tokenizer };
  } catch (error) {
    tf.dispose(params);
    throw error;
  }
}

/**
 * Checks everything of two published folders but their numbers, and, where nobody has chosen, that
 * the two text towers are the same; → the files. Throws like {@link loadPublished}.
 */
export async function checkPublished(folders: PublishedFolders): Promise<string[]> {
  const { model, towers } = await publishedConfig(folders);
  await checkedTokenizer(folders, model);
  const files = await publishedFiles(folders);
  for (const part of ["unet", "vae"] as const) {
    using source = await TensorSource.open(files[part], part);
    checkFit(
      source.shapes(),
      part === "unet" ? unetSpecs(model.unet) : vaeSpecs(model.vae),
      source.where,
    );
  }
  using clip = await TensorSource.open(files.clip, "clip");
  using text = await TensorSource.open(files.text, "text");
  checkFit(clip.shapes(), clipSpecs({ ...model.clip, text: towers.clip }), clip.where);
  checkFit(text.shapes(), encoderSpecs(towers.diffusion), text.where);
  if (folders.shared === undefined) await compareTowers(folders, clip, text, () => {});
  return Object.values(files).flatMap((part: TensorFiles) => part.files);
}

/** The tokenizer, checked against the size of the vocabulary. */
async function checkedTokenizer(folders: PublishedFolders, { clip }: ModelConfig) {
  const tokenizer = await publishedTokenizer(folders), { vocabulary } = clip.text;
  if (tokenizer.vocabularySize <= vocabulary) return tokenizer;
  throw new Error(
    `the tokenizer of ${folders.diffusion} has ${tokenizer.vocabularySize} tokens, expected at ` +
      `most ${vocabulary}, as many as the text tower knows`,
  );
}

/** Both towers of CLIP, the text tower from wherever `shared` says. */
async function readTowers(
  folders: PublishedFolders,
  files: PublishedFiles,
  { model, towers }: PublishedConfig,
  say: (note: string) => void,
): Promise<Params> {
  using clip = await TensorSource.open(files.clip, "clip");
  using text = await TensorSource.open(files.text, "text");
  const specs = clipSpecs({ ...model.clip, text: towers.clip });
  const encoder = encoderSpecs(towers.diffusion);
  checkFit(clip.shapes(), specs, clip.where);
  checkFit(text.shapes(), encoder, text.where);
  await compareTowers(folders, clip, text, say);
  const shared = folders.shared ?? (isWider(text, clip) ? "diffusion" : "clip");
  if (shared === "clip") return await readParams(clip, specs);
  const rest = await readParams(clip, specs, (name) => !Object.hasOwn(encoder, name));
  return { ...rest, ...await readParams(text, encoder) };
}

/** Says by how much the two text towers differ; throws where they do and nobody has chosen. */
async function compareTowers(
  folders: PublishedFolders,
  clip: TensorSource,
  text: TensorSource,
  say: (note: string) => void,
): Promise<void> {
  const differences = await compareTensors(clip, text, [...text.tensors.keys()]);
  if (differences.length === 0) return;
  const how = `the text tower of ${folders.clip} and the text encoder of ${folders.diffusion} ` +
    `differ: ${describeDifferences(differences)}`;
  if (folders.shared === undefined) throw new Error(`${how}. ${chooseShared}`);
  say(`${how}; the shared text tower is that of ${folders[folders.shared]}`);
}

/** Whether one file of two that are the same keeps more digits. */
function isWider(text: TensorSource, clip: TensorSource): boolean {
  const bytes = (source: TensorSource) =>
    BYTES[source.stored("text_model.final_layer_norm.weight").info.dtype];
  return bytes(text) > bytes(clip);
}

/** A text encoder: the text tower without CLIP's projection. */
export function encoderSpecs(c: PublishedConfig["towers"]["clip"]) {
  const { "text_projection.weight": _, ...specs } = textSpecs(c, 1);
  return specs;
}
