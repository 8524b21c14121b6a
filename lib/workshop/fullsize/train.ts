/** What a training step of the published sizes costs here, under the options that save memory. */
import { join } from "@std/path";
import { makeSchedule } from "../../model/mod.ts";
import {
  type Changes,
  describeEstimate,
  type DeviceMemory,
  estimateStep,
  gib,
  type Preset,
  presetOf,
  randomBatch,
  type RowId,
  rowOf,
  trainedParameters,
  trainingOf,
  weightsOf,
} from "../../study/mod.ts";
import { gpuMemoryUsed, memoryUsed, resetPeak, tf } from "../../runtime/mod.ts";
import { disposeBatch, jointLoss, limitsOf, trainLoop } from "../../train/mod.ts";
import { loadPublished } from "../../weights/mod.ts";
import { cpuSeconds, type Figures, maybe, timed } from "./measure.ts";

interface Training {
  readonly what: string;
  readonly row: RowId;
  readonly changes: Changes;
}

const clip = "^(text_model|text_projection|vision_model|visual_projection|logit_scale)";
const sgd = { "train.optimizer": "sgd", "train.momentum": 0 };

/** Trainings of preset sd15 at 256², with gradient checkpointing and a batch of 4. */
export const trainings: Readonly<Record<string, Training>> = {
  "train-all-sgd": { what: "everything, SGD without momentum", row: "A6", changes: sgd },
  "train-unet": {
    what: "the UNet alone, SGD with momentum",
    row: "A6",
    changes: { "train.optimizer": "sgd", "train.freeze": clip },
  },
  "train-clip": {
    what: "CLIP alone, AdamW",
    row: "A6",
    changes: { "train.freeze": "^(?!text_|vision_|visual_|logit_scale)" },
  },
  "train-lora": { what: "adapters of rank 8, AdamW", row: "A6", changes: { "train.lora": 8 } },
  "train-pair": {
    what: "everything, SGD without momentum, ITC + IS with a batch of 2",
    row: "A3",
    changes: { ...sgd, "train.batch": 2 },
  },
  "train-all-momentum": {
    what: "everything, SGD with momentum",
    row: "A6",
    changes: { "train.optimizer": "sgd" },
  },
  "train-all-adamw": { what: "everything, AdamW", row: "A6", changes: {} },
};

/** The preset of a training. */
export function presetFor({ changes }: Training): Preset {
  const preset = presetOf("sd15", {
    "train.batch": 4,
    "train.steps": 3,
    "train.warmup": 0,
    "train.logEvery": 1,
    "train.checkpointSeconds": 1e6,
    ...changes,
  });
  return { ...preset, model: { ...preset.model, imageSize: 256 } };
}

/** Three steps of a training, through the training loop itself; a note instead where it cannot fit. */
export async function trainingPass(
  folder: string,
  training: Training,
  limit: DeviceMemory,
): Promise<Figures> {
  const preset = presetFor(training), row = rowOf(training.row), { model: sizes } = preset;
  const train = trainingOf(preset, row), weights = weightsOf(preset, row);
  const estimate = await estimateStep(preset, row);
  const what = `training step, ${row.title}, ${sizes.imageSize}², batch ${train.batch}: ` +
    training.what;
  if (estimate.total > limit.bytes) {
    const note = `refused: needs ${describeEstimate(estimate)}; ${limit.what} is ` +
      gib(limit.bytes);
    return { what, estimate: estimate.total, note };
  }
  const folders = { clip: join(folder, "clip"), diffusion: join(folder, "diffusion") };
  const loaded = await timed(() => loadPublished({ ...folders, imageSize: sizes.imageSize }));
  const { config: model, params: start } = loaded.value;
  const { params, learningRate } = trainedParameters(preset, row, start, 0);
  const schedule = makeSchedule(model.schedule), seconds: number[] = [], cpu: number[] = [];
  const run = await Deno.makeTempDir();
  resetPeak();
  try {
    const result = await trainLoop(
      {
        params,
        learningRate,
        limits: limitsOf,
        prepare: (step) => randomBatch(model, train.batch, step),
        loss: (p, b) =>
          jointLoss(p, model, schedule, weights, train.rsc, b, { minSnr: train.minSnr }),
        dispose: disposeBatch,
        takeOver: true,
      },
      train,
      {
        folder: run,
        identity: "fullsize",
        onStep: (line) => {
          seconds.push(line.seconds);
          cpu.push(cpuSeconds());
        },
      },
    );
    tf.dispose(result.params);
  } finally {
    await Deno.remove(run, { recursive: true });
  }
  // A step is told of when the next has been handed over, which a processor has then done.
  const [two = NaN, three = NaN] = seconds, again = three - two;
  return {
    what,
    load: loaded.seconds,
    ...maybe("loadPeak", loaded.peak),
    first: two - again,
    again,
    cpu: (cpu[1] ?? NaN) - (cpu[0] ?? NaN),
    ...maybe("peak", memoryUsed()?.peak),
    ...maybe("gpu", gpuMemoryUsed()),
    estimate: estimate.total,
  };
}
