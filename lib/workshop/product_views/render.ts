/** Renders views of models by Blender, those alone that are not there yet. */
import { join } from "@std/path";
import { isFile, projectFolder } from "../../data/mod.ts";
import { progress, writeJson } from "../../runtime/mod.ts";
import { type Angle, anglesOf } from "./angles.ts";
import { type Model, stemOf } from "./catalogue.ts";

/** Sides of the pictures, and rays for each pixel. */
export const SIDE = 96, SAMPLES = 8;

/** How many models one Blender renders, after which it may have grown. */
const AT_ONCE = 25;

/** A view of a model and where it is rendered to. */
export interface View extends Angle {
  readonly model: Model;
  /** From 1. */
  readonly number: number;
  /** A PNG on the view's ground, or on nothing. */
  readonly picture: string;
  /** A PNG that is white where the model is. */
  readonly mask: string;
}

/** The views of a model and their files in a folder. */
export function viewsOf(model: Model, count: number, folder: string): View[] {
  return anglesOf(model, count).map((angle, i) => {
    const stem = join(folder, `${stemOf(model)}-${i + 1}`);
    return { ...angle, model, number: i + 1, picture: `${stem}.png`, mask: `${stem}.mask.png` };
  });
}

/**
 * Renders what is missing of `count(model)` views of each model into a folder, and returns the views
 * that are there; a model that Blender cannot read is left out and told.
 */
export async function render(
  models: readonly Model[],
  count: (model: Model) => number,
  folder: string,
): Promise<View[]> {
  await Deno.mkdir(folder, { recursive: true });
  const wanted = models.map((model) => ({ model, views: viewsOf(model, count(model), folder) }));
  const missing: Job[] = [];
  for (const { model, views } of wanted) {
    const there = await Promise.all(views.map(({ picture }) => isFile(picture)));
    const left = views.filter((_, i) => !there[i]);
    if (left.length > 0) missing.push({ model, views: left });
  }
  const line = progress(missing.length, "rendering", { unit: "models" });
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    await rendered(missing.slice(from, from + AT_ONCE), join(folder, `jobs-${Deno.pid}.json`));
    line.step(Math.min(missing.length, from + AT_ONCE));
  }
  await line.done();
  const all = wanted.flatMap(({ views }) => views);
  const there = await Promise.all(all.map(({ picture }) => isFile(picture)));
  return all.filter((_, i) => there[i]);
}

interface Job {
  readonly model: Model;
  readonly views: readonly View[];
}

/** Renders some models; where Blender itself ends early, once more one by one. */
async function rendered(jobs: readonly Job[], path: string): Promise<void> {
  if (await blender(jobs, path) === 0 || jobs.length === 1) return;
  for (const { model, views } of jobs) {
    const there = await Promise.all(views.map(({ picture }) => isFile(picture)));
    const left = views.filter((_, i) => !there[i]);
    if (left.length > 0) await rendered([{ model, views: left }], path);
  }
}

/** One run of Blender over jobs that are written to a file; returns its exit code. */
async function blender(jobs: readonly Job[], path: string): Promise<number> {
  const models = jobs.map(({ model: { obj, rotation, size, floor }, views }) => ({
    obj,
    rotation,
    size,
    floor,
    views: views.map(({ azimuth, elevation, ground, picture, mask }) => (
      { azimuth, elevation, ground, picture, mask }
    )),
  }));
  await writeJson(path, { side: SIDE, samples: SAMPLES, models });
  const script = join(projectFolder, "lib", "workshop", "product_views", "render.py");
  const { code, stdout } = await new Deno.Command("blender", {
    args: ["-b", "--factory-startup", "-noaudio", "-P", script, "--", path],
    stderr: "null",
  }).output();
  const said = new TextDecoder().decode(stdout);
  for (const [line] of said.matchAll(/^failed: .*$/gm)) console.error(line);
  if (code !== 0 && jobs.length === 1) console.error(`failed: ${jobs[0]!.model.obj} (${code})`);
  return code;
}
