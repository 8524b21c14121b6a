/** The model of a run folder or a model folder, wherever it started from. */
import { dirname, join, resolve } from "@std/path";
import type { Model } from "../model/mod.ts";
import { exists } from "../runtime/mod.ts";
import { loadModelFolder, modelOfRun } from "./model_folder.ts";
import { settingIn } from "./setting.ts";
import { loadModel, presetFor, startingPoint } from "./start.ts";

/**
 * The fine-tuned model of a finished run, `results/<study>/runs/<run>`, or of a model folder.
 *
 * Throws an Error where the folder is neither, the run is not finished, or the weights that it
 * started from are no longer what they were.
 */
export async function modelIn(
  folder: string,
  say: (note: string) => void = console.log,
): Promise<Model> {
  if (await exists(join(folder, "autoencoder.safetensors"))) return await loadModelFolder(folder);
  const path = join(folder, "config.json");
  if (!await exists(path)) {
    throw new Error(
      `${folder}: expected a run folder (results/<study>/runs/<run>) or a model folder with a ` +
        "config.json, found none",
    );
  }
  if (!await exists(join(folder, "evaluation.json"))) {
    throw new Error(`${folder}: the run is not finished (no evaluation.json); let it end first`);
  }
  const { model } = JSON.parse(await Deno.readTextFile(path)) as { model: unknown };
  const study = dirname(dirname(resolve(folder)));
  const setting = await settingIn(study);
  if (setting === undefined) {
    throw new Error(
      `${join(study, "study.json")}: no such file; it says what the run started from`,
    );
  }
  const preset = await presetFor(setting), start = await startingPoint(preset);
  if (JSON.stringify(model) !== JSON.stringify({ ...preset.model, start })) {
    throw new Error(
      `${path}: the run started from other weights or sizes than ${study} names now (start ` +
        `${(model as { start?: string }).start}, found ${start}); put the old files back`,
    );
  }
  return await modelOfRun(await loadModel(preset, say), folder);
}
