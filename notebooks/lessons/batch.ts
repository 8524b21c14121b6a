/** One small batch that a notebook can show whole, and everything that the losses make of it. */
import { loadPixels, trainingRecords } from "../../lib/data/mod.ts";
import { makeSchedule, type Model, type Schedule } from "../../lib/model/mod.ts";
import { pictureGrid } from "../../lib/report/mod.ts";
import { stream } from "../../lib/runtime/mod.ts";
import { type Preset, presetFor, type StudyConfig, StudyContext } from "../../lib/study/mod.ts";
import { jointBatch, type JointBatch } from "../../lib/train/mod.ts";

/** A batch with the model it goes through. */
export interface VisibleBatch {
  readonly preset: Preset;
  readonly model: Model;
  readonly schedule: Schedule;
  readonly captions: readonly string[];
  /** Short names of the pictures, for the edges of matrices. */
  readonly labels: readonly string[];
  readonly batch: JointBatch;
  /** The pictures with their captions, as PNG. */
  readonly picture: Uint8Array;
}

/**
 * `count` training pictures of a study's first data set, each of another caption, chosen by a seed; no
 * caption is dropped, no picture is mirrored.
 */
export async function visibleBatch(
  setting: Pick<StudyConfig, "datasets" | "preset" | "changes" | "published">,
  { count = 6, seed = 0 } = {},
): Promise<VisibleBatch> {
  const preset = await presetFor(setting), context = new StudyContext(preset);
  const name = setting.datasets[0] as string;
  const records = trainingRecords(await context.dataSet(name));
  const captions = records.map((record) => record.captions[0] as string);
  const chosen: number[] = [];
  for (const i of stream(seed, "visible-batch").permutation(records.length)) {
    const fresh = chosen.every((other) => captions[other] !== captions[i]);
    if (fresh && chosen.length < count) chosen.push(i);
  }
  const model = await context.model(), data = await context.training(name, 1, 0);
  const draws = { ...preset.train, batch: chosen.length, seed, captionDropout: 0, flip: false };
  const own = chosen.map((i) => captions[i] as string), size = 128;
  const pixels = await loadPixels(chosen.map((i) => records[i]!), size);
  return {
    preset,
    model,
    schedule: makeSchedule(preset.model.schedule),
    captions: own,
    labels: own.map((caption, i) => `${i + 1} ${caption.replace(/^An? /, "").split(/[ ,.]/)[0]}`),
    batch: jointBatch(model, data, chosen, 0, draws),
    picture: await pictureGrid(pixels, { size, scale: 1, columns: own.length, columnLabels: own }),
  };
}
