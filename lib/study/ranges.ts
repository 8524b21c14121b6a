/** What values a setting of a preset may have. */
import { z } from "zod";
import { rscForms } from "../losses/mod.ts";
import type { Preset, Value } from "./preset.ts";

const whole = (least: number) => z.int().min(least), positive = z.number().positive();
const share = z.number().min(0).max(1), decay = z.number().min(0).lt(1);
const atLeastZero = z.number().min(0);

/** The settings with a range, by path; others have that of their kind alone. */
const RANGES: Readonly<Record<string, z.ZodType>> = {
  "train.steps": whole(1),
  "train.batch": whole(1),
  "train.accumulate": whole(1),
  "train.warmup": whole(0),
  "train.logEvery": whole(1),
  "train.checkpointSeconds": positive,
  "train.optimizer": z.enum(["adamw", "sgd"]),
  "train.betas": z.tuple([decay, decay]),
  "train.momentum": decay,
  "train.eps": positive,
  "train.weightDecay": atLeastZero,
  "train.clipNorm": positive,
  "train.ema": decay,
  "train.freeze": z.string().refine(isPattern, "expected a regular expression"),
  "train.lora": whole(0),
  "train.learningRates.text": atLeastZero,
  "train.learningRates.vision": atLeastZero,
  "train.learningRates.unet": atLeastZero,
  "train.captionDropout": share,
  "train.minSnr": positive,
  "train.gradientNorms": whole(1),
  "train.rsc.form": z.enum(Object.keys(rscForms)),
  "train.rsc.feature": z.enum(["middle", "up"]),
  "train.rsc.condition": z.enum(["caption", "null"]),
  "train.rsc.teacher": z.enum(["tuned", "start"]),
  "train.rsc.temperature": positive,
  "evaluate.split": z.enum(["validation", "test"]),
  "evaluate.gallery": z.enum(["split", "set"]),
  "evaluate.samples": whole(0),
  "evaluate.shown": whole(0),
  "evaluate.samplingSteps": whole(1),
  "evaluate.guidance": atLeastZero,
  "evaluate.outside": whole(0),
  "evaluate.seed": whole(0),
  "lambda.itc": atLeastZero,
  "lambda.is": atLeastZero,
  "lambda.rsc": atLeastZero,
};

/** Settings that are time steps of the preset's schedule. */
const TIME_STEPS = ["train.rsc.timesteps", "evaluate.timesteps", "evaluate.featureTimestep"];

/** Throws an error with path, value and range where a value is none that the setting may have. */
export function checkRange(preset: Preset, path: string, value: Value): void {
  const found = rangeOf(preset, path)?.safeParse(value);
  if (found === undefined || found.success) return;
  const [issue] = found.error.issues, place = issue?.path.map(String).join(".");
  throw new Error(
    `setting "${path}": found ${JSON.stringify(value)}, ${place ? `at ${place} ` : ""}${
      expected(issue?.message ?? "")
    }`,
  );
}

function rangeOf({ model }: Preset, path: string): z.ZodType | undefined {
  if (!TIME_STEPS.includes(path)) return RANGES[path];
  const one = z.int().min(0).max(model.schedule.steps - 1);
  if (path.endsWith("featureTimestep")) return one;
  if (!path.startsWith("train")) return z.array(one).min(1);
  return z.tuple([one, one])
    .refine(([first = 0, last = 0]) => first <= last, "expected the first not after the last");
}

/** zod's "Too small: expected number to be >=1" → "expected number to be >=1" */
function expected(message: string): string {
  return message.replace(/^.*?(?=expected)/, "");
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
