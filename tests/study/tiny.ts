/** A data set and a setting so small that a whole study takes seconds. */
import { join } from "@std/path";
import { presets } from "unidiff/study/presets.ts";
import type { Preset } from "unidiff/study/preset.ts";
import type { Progress } from "unidiff/runtime/progress.ts";
import { stream } from "unidiff/runtime/random.ts";
import { defaultStudy, type StudyConfig } from "unidiff/study/plan.ts";
import { goodLine, writeFolder } from "../data/folder.ts";

const colours = ["red", "green", "blue", "gold", "gray", "pink", "teal", "navy"];
const things = ["cup", "hat", "box", "lamp"];

/** Writes 32 plain pictures (16 to train on, 8 to validate, 8 to test) and returns their folder. */
export async function tinyDataSet(parent: string): Promise<string> {
  const folder = join(parent, "tiny");
  const files: Record<string, string> = {};
  const lines = colours.flatMap((colour, c) =>
    things.map((thing, t) => {
      const stem = `${colour}-${thing}`;
      const shade = Math.floor(stream(0, "shade", stem).uniform() * 255);
      files[`images/${stem}.png`] = `rgb(${shade}, ${30 * c}, ${60 * t})`;
      const split = t < 2 ? "train" : t < 3 ? "validation" : "test";
      const tone = c % 2 === 0 ? "warm" : "cold";
      return goodLine(stem, { text: `A ${colour} ${thing}.`, split, tone });
    })
  );
  await writeFolder(folder, lines, files);
  return folder;
}

/** The preset of tests without a checkpoint after each step. */
export const quick: Preset = {
  ...presets.nano,
  train: { ...presets.nano.train, checkpointSeconds: 1000 },
};

/** No progress line. */
export const silent: Progress = { step() {}, done: () => Promise.resolve() };

/** Rows A0 and A6 on a set, in the preset of tests, unless told otherwise. */
export function tinyStudy(dataset: string, more: Partial<StudyConfig> = {}): StudyConfig {
  return { ...defaultStudy, preset: "nano", datasets: [dataset], rows: ["A0", "A6"], ...more };
}

/** evaluation.json and metrics.jsonl of a run, without the times. */
export async function numbersOf(run: string): Promise<{ evaluation: string; metrics: string }> {
  const evaluation = await Deno.readTextFile(join(run, "evaluation.json"));
  const metrics = await Deno.readTextFile(join(run, "metrics.jsonl")).catch(() => "");
  return {
    evaluation: evaluation.replace(/"seconds": \{[^}]*\}/, '"seconds": …'),
    metrics: metrics.replace(/"seconds":[^,]*/g, '"seconds":…'),
  };
}

/** Content and time of change of every file under a folder, by path; of no use for big folders. */
export async function snapshot(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) Object.assign(found, await snapshot(path));
    else {
      const bytes = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
      const { mtime } = await Deno.stat(path);
      found[path] = `${new Uint8Array(bytes).toBase64()} ${mtime?.getTime()}`;
    }
  }
  return found;
}
