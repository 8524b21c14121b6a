/** Fine-tuning to a model folder: a study of one row, and the model that its run made. */
import { Misnamed } from "../runtime/mod.ts";
import { join } from "@std/path";
import { StudyContext } from "./context.ts";
import { aboutRun, modelFolderOf, modelOfRun, readAbout, saveModelFolder } from "./model_folder.ts";
import { saveSetting, studyFolder, type StudySetting } from "./setting.ts";
import { presetFor } from "./start.ts";
import { planStudy, runStudy, type StudyOptions } from "./study.ts";
import type { PlannedRun } from "./plan.ts";

/** What {@link finetune} did. */
export interface Finetuned {
  /** The model's folder, see model_folder.ts. */
  readonly folder: string;
  readonly runs: readonly PlannedRun[];
  /** Whether the model is there; false where a stop was asked for. */
  readonly finished: boolean;
}

/**
 * Makes results/<name>/model from the first row of a setting on its first data set, whose other rows
 * are done beside it; what is finished is not repeated, a stopped run goes on from its checkpoint.
 *
 * Throws where the folder holds the model of other settings.
 */
export async function finetune(
  setting: StudySetting,
  options: StudyOptions = {},
): Promise<Finetuned> {
  const folder = modelFolderOf(setting.name), study = studyFolder(setting.name);
  const context = options.context ??
    new StudyContext(await presetFor(setting), setting.skipBad);
  const [run] = await checkUnclaimed(setting, context);
  await saveSetting(setting);
  if (await readAbout(folder) === undefined) {
    const { left } = await runStudy(setting, study, { ...options, context });
    if (left.length > 0) {
      return { folder, runs: await planStudy(context, setting, study), finished: false };
    }
    const model = await modelOfRun(await context.model(), join(study, "runs", run.name));
    await saveModelFolder(folder, model, aboutRun(run.name, run.config));
  }
  return { folder, runs: await planStudy(context, setting, study), finished: true };
}

/** The planned runs; throws where the model's folder holds the model of another run. */
export async function checkUnclaimed(
  setting: StudySetting,
  context: StudyContext,
): Promise<[PlannedRun, ...PlannedRun[]]> {
  const folder = modelFolderOf(setting.name), known = await readAbout(folder);
  const runs = await planStudy(context, setting, studyFolder(setting.name));
  const [run] = runs as [PlannedRun];
  if (known !== undefined && known.run !== run.name) {
    throw new Misnamed(
      `${folder} holds the model of ${known.run}, these settings make ${run.name}; choose another ` +
        "output name, or delete that folder",
    );
  }
  return runs as [PlannedRun, ...PlannedRun[]];
}
