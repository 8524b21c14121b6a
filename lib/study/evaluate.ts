/** Measures finished runs: more measures, more samples, another split, another network. */
import { basename, join, resolve } from "@std/path";
import { exists, tf } from "../runtime/mod.ts";
import { sha256, type Split } from "../data/mod.ts";
import { DRAWING_VERSION } from "../drawn/mod.ts";
import {
  DIVERSITY,
  type EvaluateConfig,
  type Extractor,
  type Measure,
  measuresOf,
  MOBILENET,
  PROBE,
  takeMeasures,
} from "../eval/mod.ts";
import {
  evaluationFolder,
  type EvaluationSettings,
  measuresDone,
  readConfig,
  type RunConfig,
  writeMeasure,
} from "../report/mod.ts";
import { StudyContext } from "./context.ts";
import { folderPreset, modelOfRun } from "./model_folder.ts";
import { presetOf, presets } from "./presets.ts";
import type { Preset } from "./preset.ts";
import type { StudySetting } from "./setting.ts";
import { presetFor } from "./start.ts";
import { RunSubject } from "./subject.ts";

/** What is to be measured, and how. */
export interface EvaluateOptions {
  readonly measures: readonly string[];
  readonly split: Split;
  /** Overrides of the run's own settings. */
  readonly samples?: number;
  readonly samplingSteps?: number;
  readonly guidance?: number;
  /** Sets for the measure "other-sets". */
  readonly others?: readonly string[];
  /** The default network of features unless given. */
  readonly extractor?: () => Promise<Extractor>;
  /** Where the data set of runs is, if it is none of the known ones. */
  readonly data?: string;
}

/** A finished run that can be measured. */
export interface FinishedRun {
  readonly folder: string;
  readonly config: RunConfig;
}

/** The finished run in a folder, or those of a study's folder; throws where there is none. */
export async function finishedRuns(folder: string): Promise<FinishedRun[]> {
  const runs = join(folder, "runs");
  const folders = await exists(join(folder, "evaluation.json")) ? [folder] : [];
  if (folders.length === 0 && await exists(runs)) {
    for await (const { name, isDirectory } of Deno.readDir(runs)) {
      const run = join(runs, name);
      if (isDirectory && await exists(join(run, "evaluation.json"))) folders.push(run);
    }
  }
  if (folders.length === 0) {
    throw new Error(
      `${folder}: no finished run, expected a run's folder with evaluation.json or a study's with ` +
        "runs/ that hold one",
    );
  }
  return await Promise.all(
    folders.sort().map(async (folder) => ({ folder, config: await readConfig(folder) })),
  );
}

/** Makes one context serve all runs that start from the same model and measure on the same data. */
export class Evaluator {
  readonly #options: EvaluateOptions;
  readonly #setting: Partial<Pick<StudySetting, "datasets" | "published">>;
  readonly #contexts = new Map<string, Promise<StudyContext>>();

  /** `setting` of the runs' study says where data and published folders are that have no name here. */
  constructor(
    options: EvaluateOptions,
    setting: Partial<Pick<StudySetting, "datasets" | "published">> = {},
  ) {
    measuresOf(options.measures);
    this.#options = options;
    this.#setting = setting;
  }

  /** The measures that a run lacks, under the hash of the settings. */
  async missing({ folder, config }: FinishedRun): Promise<{ hash: string; missing: Measure[] }> {
    const hash = hashOf((await this.#settings(config)).settings);
    const done = await measuresDone(folder, hash);
    const missing = measuresOf(this.#options.measures).filter(({ name }) => !done.includes(name));
    return { hash, missing };
  }

  /** Takes one measure of a run and writes it; several of one run share pictures and embeddings. */
  async take(
    { folder, config }: FinishedRun,
    hash: string,
    missing: readonly Measure[],
    listener: {
      readonly onPhase?: (what: string) => void | Promise<void>;
      readonly onMeasure?: (measure: Measure, left?: string) => void | Promise<void>;
      readonly onFault?: (measure: Measure, error: Error) => void;
    } = {},
  ): Promise<void> {
    const context = await this.#context(config);
    const { settings, evaluate } = await this.#settings(config);
    const { name, fold } = config.dataset;
    const place = this.#options.data ??
      this.#setting.datasets?.find((set) => basename(resolve(set)) === name) ?? name;
    // The fold of the run, not what else the data set's address says.
    const dataset = [place, ...(fold === undefined ? [] : [`fold=${fold}`])].join("#");
    await checkSame(context, dataset, config);
    const start = await context.model(), model = await modelOfRun(start, folder);
    try {
      const subject = await RunSubject.of(context, {
        dataset,
        fraction: config.fraction,
        seed: config.seed,
        model,
        config: evaluate,
        split: settings.split,
        folder: evaluationFolder(folder, hash),
        ...(listener.onPhase ? { onPhase: listener.onPhase } : {}),
      });
      for (const measure of missing) {
        const started = performance.now();
        try {
          const { metrics, queries, left } = await takeMeasures(subject, [measure]);
          const plain = Object.entries(queries).map(([key, values]) => [key, Array.from(values)]);
          const why = left[measure.name];
          await writeMeasure(folder, hash, {
            schema: 1,
            measure: measure.name,
            settings,
            metrics,
            ...(plain.length > 0 ? { queries: Object.fromEntries(plain) } : {}),
            ...(why === undefined ? {} : { left: why }),
            seconds: (performance.now() - started) / 1000,
          });
          await listener.onMeasure?.(measure, why);
        } catch (error) {
          // One measure's fault costs no other measure its work; the command tells of it at its end.
          if (!listener.onFault || !(error instanceof Error) || error.name === "Stopped") {
            throw error;
          }
          listener.onFault(measure, error);
        }
      }
    } finally {
      const own = Object.entries(model.params).filter(([name, t]) => t !== start.params[name]);
      tf.dispose(own.map(([, t]) => t));
    }
  }

  /** The resolved settings of a run's measures; their hash names the folder. */
  async #settings(
    config: RunConfig,
  ): Promise<{ settings: EvaluationSettings; evaluate: EvaluateConfig }> {
    const { evaluate: defaults } = await this.#preset(config);
    const { samples, samplingSteps, guidance, split, others } = this.#options;
    const resolved: EvaluateConfig = {
      ...defaults,
      ...(config.evaluate as Partial<EvaluateConfig>),
      ...(samples === undefined ? {} : { samples }),
      ...(samplingSteps === undefined ? {} : { samplingSteps }),
      ...(guidance === undefined ? {} : { guidance }),
      ...(others === undefined ? {} : { others }),
    };
    // The default network is known without loading it.
    const { name, hash } = this.#options.extractor
      ? await (await this.#context(config)).extractor()
      : MOBILENET;
    const { timesteps, outside, featureTimestep, seed, gallery } = resolved;
    const settings: EvaluationSettings = {
      split,
      ...(gallery === undefined ? {} : { gallery }),
      samples: resolved.samples,
      samplingSteps: resolved.samplingSteps,
      guidance: resolved.guidance,
      timesteps,
      outside,
      outsideDrawing: DRAWING_VERSION,
      ...(resolved.others === undefined ? {} : { others: resolved.others }),
      featureTimestep,
      seed,
      probe: PROBE,
      diversity: DIVERSITY,
      extractor: { name, hash },
    };
    return { settings, evaluate: resolved };
  }

  /** The preset of a run: one by name, from published folders where its study says so, or a model folder. */
  async #preset({ preset }: RunConfig): Promise<Preset> {
    const { published } = this.#setting;
    if (Object.hasOwn(presets, preset)) {
      return await presetFor({ preset, changes: {}, ...(published ? { published } : {}) });
    }
    if (await exists(join(preset, "config.json"))) {
      return { ...presetOf("mini"), ...await folderPreset(preset) };
    }
    throw new Error(
      `preset "${preset}" of the run is neither one of ${Object.keys(presets).join(", ")} nor a ` +
        "folder with config.json; put the model back where it was",
    );
  }

  #context(config: RunConfig): Promise<StudyContext> {
    const key = JSON.stringify([config.preset, config.evaluate]);
    const known = this.#contexts.get(key);
    if (known) return known;
    const made = (async () => {
      const preset = await this.#preset(config);
      const evaluate = { ...preset.evaluate, ...(config.evaluate as Partial<EvaluateConfig>) };
      return new StudyContext({ ...preset, evaluate }, true, this.#options.extractor);
    })();
    this.#contexts.set(key, made);
    return made;
  }
}

/** Throws where the data or the starting weights are others than those of the run. */
async function checkSame(
  context: StudyContext,
  dataset: string,
  config: RunConfig,
): Promise<void> {
  const { fingerprint } = await context.dataSet(dataset), expected = config.dataset.fingerprint;
  if (fingerprint !== expected) {
    throw new Error(
      `data set ${basename(dataset)}: fingerprint ${fingerprint.slice(0, 16)}, expected ` +
        `${expected.slice(0, 16)} of the run; its pictures or captions are others. Set ` +
        "UNIDIFF_DATA as it was, or name the folder with --data",
    );
  }
  const start = await context.startingPoint(), { start: trainedFrom } = config.model;
  if (start !== trainedFrom) {
    throw new Error(
      `starting weights ${start}, expected ${trainedFrom} of the run; they have been replaced, ` +
        "repeat the run with the new ones",
    );
  }
}

/** A name for settings: 8 hexadecimal digits. */
export function hashOf(settings: EvaluationSettings): string {
  return sha256(JSON.stringify(settings)).slice(0, 8);
}
