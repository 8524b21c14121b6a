/** What a study starts from: the preset with its sizes, and the weights before any fine-tuning. */
import { isAbsolute, join } from "@std/path";
import {
  clipSpecs,
  clipVitL14,
  embeddedTokenizer,
  loadTokenizer,
  type Model,
  modelSpecs,
  type Tokenizer,
  unetSpecs,
  vaeSpecs,
} from "../model/mod.ts";
import { sha256 } from "../data/mod.ts";
import { exists, hashFile, projectFolder } from "../runtime/mod.ts";
import {
  checkPublished,
  initialParams,
  loadParams,
  loadPublished,
  publishedConfig,
} from "../weights/mod.ts";
import { presetOf } from "./presets.ts";
import type { Preset } from "./preset.ts";
import type { StudyConfig } from "./plan.ts";

/**
 * The preset of a study with its changes, and with the sizes that published folders say where it
 * starts from those. Throws an error that names what is not known or does not fit.
 */
export async function presetFor(
  { preset, changes, published }: Pick<StudyConfig, "preset" | "changes" | "published">,
): Promise<Preset> {
  const known = presetOf(preset, changes);
  if (published === undefined) return known;
  return { ...known, model: (await publishedConfig(published)).model, weights: published };
}

/** The networks that are kept in files of their own. */
const networks = ["autoencoder", "clip", "unet"] as const;

/**
 * The weight files of a preset, empty where it starts at random; throws an error that names a
 * missing one, or what does not fit in published folders.
 */
export async function weightFiles({ name, weights }: Preset): Promise<string[]> {
  if (weights === "random") return [];
  if (typeof weights === "object") return await checkPublished(weights);
  if (weights === "") {
    throw new Error(
      `weights of preset "${name}": none are named; give --clip and --diffusion the folders of a ` +
        'published CLIP and Stable Diffusion ("deno task weights get" fetches them)',
    );
  }
  const folder = folderOf(weights);
  const files = networks.map((network) => join(folder, `${network}.safetensors`));
  for (const file of files) {
    if (!await exists(file)) {
      throw new Error(
        `weights of preset "${name}": ${file} does not exist; "deno task pretrain" makes the ` +
          "miniature's",
      );
    }
  }
  return files;
}

/** What the starting weights are: a hash of their files, or "random". */
export async function startingPoint(preset: Preset): Promise<string> {
  const files = await weightFiles(preset);
  if (files.length === 0) return "random";
  const hashes = [];
  for (const file of files) hashes.push(await hashFile(file));
  // The same files make another model where the other text tower is shared.
  if (typeof preset.weights === "object" && preset.weights.shared) {
    hashes.push(preset.weights.shared);
  }
  return sha256(hashes.join()).slice(0, 16);
}

/** The starting model of a preset, from its files or at random; `say` hears what is to be known. */
export async function loadModel(
  preset: Preset,
  say: (note: string) => void = console.log,
): Promise<Model> {
  const { model: config, weights } = preset;
  if (typeof weights === "object") {
    return { ...await loadPublished(weights, say), config };
  }
  const files = await weightFiles(preset);
  const tokenizer = await tokenizerOf(preset);
  if (files.length === 0) {
    return { config, tokenizer, params: initialParams(modelSpecs(config), 0) };
  }
  const [autoencoder, clip, unet] = files as [string, string, string];
  const params = {
    ...await loadParams(autoencoder, vaeSpecs(config.vae)),
    ...await loadParams(clip, clipSpecs(config.clip)),
    ...await loadParams(unet, unetSpecs(config.unet)),
  };
  return { config, tokenizer, params };
}

/** The tokenizer beside a preset's weights; without one, that of the vocabulary's size. */
export async function tokenizerOf({ weights, model }: Preset): Promise<Tokenizer> {
  const own = typeof weights === "string" && weights !== "random"
    ? join(folderOf(weights), "tokenizer")
    : "";
  if (own !== "" && await exists(own)) return await loadTokenizer(own);
  return model.clip.text.vocabulary === clipVitL14.text.vocabulary
    ? await embeddedTokenizer()
    : await loadTokenizer(join(projectFolder, "data", "mini", "tokenizer"));
}

function folderOf(weights: string): string {
  return isAbsolute(weights) ? weights : join(projectFolder, weights);
}
