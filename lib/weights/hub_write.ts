/** A model as the two folders that transformers and diffusers read. */
import { dirname, join } from "@std/path";
import {
  END_TOKEN,
  type Model,
  type Params,
  START_TOKEN,
  type Tokenizer,
  towerOf,
} from "../model/mod.ts";
import { exists, writeAtomic, writeJson } from "../runtime/mod.ts";
import {
  clipJson,
  modelIndexJson,
  preprocessorJson,
  schedulerJson,
  textEncoderJson,
  unetJson,
  vaeJson,
} from "./hub_config_write.ts";
import { saveParams } from "./params.ts";

/** How to write a model. */
export interface PublishOptions {
  /** Number type of the tensors; F32 unless given. */
  readonly dtype?: "F32" | "F16";
  /** Free text for the header of every file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Writes `folder/clip` (transformers' CLIPModel) and `folder/diffusion` (diffusers'
 * StableDiffusionPipeline), the text tower in both.
 *
 * The folder appears whole or not at all. Throws where it exists, and on a number too large for F16.
 */
export async function writePublished(
  model: Model,
  folder: string,
  { dtype = "F32", metadata = {} }: PublishOptions = {},
): Promise<void> {
  if (await exists(folder)) {
    throw new Error(`${folder} exists; nothing is overwritten: name another folder or delete it`);
  }
  const temporary = `${folder}.${crypto.randomUUID().slice(0, 8)}.tmp`;
  try {
    const save = (path: string, part: Params) =>
      saveParams(join(temporary, path), part, dtype, metadata);
    const { config, tokenizer, params } = model, torch = dtype === "F32" ? "float32" : "float16";
    const json = (path: string, value: unknown) => writeJson(join(temporary, path), value);

    await json("clip/config.json", clipJson(config.clip, tokenizer, torch));
    await json("clip/preprocessor_config.json", preprocessorJson(config.clip));
    await writeTokenizer(join(temporary, "clip"), tokenizer, config.clip.text.contextLength);
    await save(
      "clip/model.safetensors",
      pick(params, (name) => /^(text|vision)$/.test(towerOf(name))),
    );

    const at = "diffusion", file = "diffusion_pytorch_model.safetensors";
    await json(`${at}/model_index.json`, modelIndexJson());
    await json(`${at}/scheduler/scheduler_config.json`, schedulerJson(config));
    await json(`${at}/text_encoder/config.json`, textEncoderJson(config.clip, tokenizer, torch));
    const encoder = pick(params, (name) => name.startsWith("text_model."));
    await save(`${at}/text_encoder/model.safetensors`, encoder);
    await writeTokenizer(
      join(temporary, at, "tokenizer"),
      tokenizer,
      config.clip.text.contextLength,
    );
    await json(`${at}/unet/config.json`, unetJson(config));
    await save(`${at}/unet/${file}`, pick(params, (name) => towerOf(name) === "unet"));
    await json(`${at}/vae/config.json`, vaeJson(config));
    await save(`${at}/vae/${file}`, pick(params, (name) => towerOf(name) === "vae"));

    await Deno.mkdir(dirname(folder), { recursive: true });
    await Deno.rename(temporary, folder);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw error;
  }
}

function pick(params: Params, wanted: (name: string) => boolean): Params {
  return Object.fromEntries(Object.entries(params).filter(([name]) => wanted(name)));
}

/** vocab.json, merges.txt and how to use them, as CLIP's tokenizer is published. */
export async function writeTokenizer(
  folder: string,
  t: Tokenizer,
  contextLength: number,
): Promise<void> {
  const merges = t.merges.map((pair) => pair.join(" "));
  await writeAtomic(join(folder, "vocab.json"), JSON.stringify(t.vocabulary));
  await writeAtomic(join(folder, "merges.txt"), ["#version: 0.2", ...merges, ""].join("\n"));
  const special = {
    bos_token: START_TOKEN,
    eos_token: END_TOKEN,
    pad_token: t.padToken,
    unk_token: END_TOKEN,
  };
  await writeJson(join(folder, "special_tokens_map.json"), special);
  await writeJson(join(folder, "tokenizer_config.json"), {
    ...special,
    add_prefix_space: false,
    do_lower_case: true,
    errors: "replace",
    model_max_length: contextLength,
    tokenizer_class: "CLIPTokenizer",
  });
}
