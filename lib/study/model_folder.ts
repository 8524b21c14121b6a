/** Model folders: what fine-tuning makes of a run, and what commands and notebooks load by name. */
import { join, resolve } from "@std/path";
import { z } from "zod";
import {
  clipSpecs,
  type Model,
  type ModelConfig,
  modelSpecs,
  operationsAtATime,
  type Params,
  type ParamSpecs,
  unetSpecs,
  vaeSpecs,
} from "../model/mod.ts";
import type { RunConfig } from "../report/mod.ts";
import { exists, Misnamed, projectFolder, tf, writeJson } from "../runtime/mod.ts";
import {
  isAdapter,
  loadParams,
  mergeAdapters,
  readSafetensorsHeader,
  saveParams,
  writeTokenizer,
} from "../weights/mod.ts";
import { presetOf, presets } from "./presets.ts";
import type { Preset } from "./preset.ts";
import { studyFolder } from "./setting.ts";
import { loadModel } from "./start.ts";

/** What about.json says of a model: how it came to be. */
const aboutSchema = z.looseObject({
  /** The run folder's name. */
  run: z.string(),
  row: z.string(),
  preset: z.string(),
  dataset: z.looseObject({ name: z.string(), licence: z.string(), fingerprint: z.string() }),
});
export type About = z.infer<typeof aboutSchema>;

/** The folder of the model that a study of one run made. */
export function modelFolderOf(study: string): string {
  return join(studyFolder(study), "model");
}

/**
 * The folder of a model by what a user writes: "mini" for the project's own, the output name of a
 * fine-tuning, or a path. Throws an error that says where it looked.
 */
export async function findModelFolder(name: string): Promise<string> {
  const candidates = /[/\\]/.test(name)
    ? [resolve(name), resolve(name, "model")]
    : [...(name === "mini" ? [join(projectFolder, "data", "mini")] : []), modelFolderOf(name)];
  for (const folder of candidates) if (await exists(join(folder, "config.json"))) return folder;
  throw new Misnamed(
    `model "${name}": no config.json at ${candidates.join(" or ")}; "deno task finetune" makes a ` +
      'model, "mini" is the project\'s own, a name with a slash is a path',
  );
}

/** What is known of how a model folder came to be; undefined where it has no about.json. */
export async function readAbout(folder: string): Promise<About | undefined> {
  const path = join(folder, "about.json");
  if (!await exists(path)) return undefined;
  const result = aboutSchema.safeParse(JSON.parse(await Deno.readTextFile(path)));
  if (result.success) return result.data;
  throw new Error(`${path}: ${z.prettifyError(result.error)}; delete the folder and make it again`);
}

/** How many operations of a folder's model a processor had better run side by side. */
export async function operationsOf(folder: string): Promise<number> {
  const about = await readAbout(folder);
  // A folder that this project has not written holds a published model.
  return about && about.preset in presets ? operationsAtATime(presetOf(about.preset).model) : 1;
}

/**
 * Writes a model: config.json, three files of weights in published names and layout, the tokenizer,
 * and last about.json, whose presence means that it is whole.
 */
export async function saveModelFolder(folder: string, model: Model, about: About): Promise<void> {
  const { config, params } = model;
  const part = (specs: ParamSpecs): Params =>
    Object.fromEntries(Object.keys(specs).map((name) => [name, params[name]!]));
  await saveParams(join(folder, "autoencoder.safetensors"), part(vaeSpecs(config.vae)));
  await saveParams(join(folder, "clip.safetensors"), part(clipSpecs(config.clip)));
  await saveParams(join(folder, "unet.safetensors"), part(unetSpecs(config.unet)));
  await writeTokenizer(join(folder, "tokenizer"), model.tokenizer, config.clip.text.contextLength);
  await writeJson(join(folder, "config.json"), config);
  await writeJson(join(folder, "about.json"), about);
}

/** Loads a model folder; throws an error that names a file which is missing or does not fit. */
export async function loadModelFolder(folder: string): Promise<Model> {
  return await loadModel({ ...presetOf("mini"), ...await folderPreset(folder) });
}

/** What a preset takes from a model folder: its sizes and where its weights are. */
export async function folderPreset(
  folder: string,
): Promise<Pick<Preset, "name" | "model" | "weights">> {
  const path = join(folder, "config.json");
  const model = JSON.parse(await Deno.readTextFile(path)) as ModelConfig;
  try {
    modelSpecs(model); // every size is used here
  } catch (error) {
    throw new Error(
      `${path}: not the sizes of a model (${(error as Error).message}); expected those that ` +
        '"deno task finetune" writes',
      { cause: error },
    );
  }
  return { name: folder, model, weights: resolve(folder) };
}

/** The model of a finished run: the start of its preset with what the run kept over it, adapters merged. */
export async function modelOfRun(start: Model, runFolder: string): Promise<Model> {
  const path = join(runFolder, "weights.safetensors");
  // The row that trains nothing keeps none.
  if (!await exists(path)) return start;
  const all = modelSpecs(start.config), { tensors } = await readSafetensorsHeader(path);
  const specs: ParamSpecs = {};
  for (const [name, { shape }] of tensors) {
    const spec = all[name] ?? (isAdapter(name) ? { shape, init: "zeros" } : undefined);
    if (spec) specs[name] = spec;
  }
  const kept = await loadParams(path, specs);
  const params = mergeAdapters({ ...start.params, ...kept });
  tf.dispose(Object.entries(kept).filter(([name]) => isAdapter(name)).map(([, t]) => t));
  return { ...start, params };
}

/** What about.json says of the model of a run. */
export function aboutRun(run: string, { row, preset, dataset }: RunConfig): About {
  const { name, licence, fingerprint } = dataset;
  return { run, row, preset, dataset: { name, licence, fingerprint } };
}
