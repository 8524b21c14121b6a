/** Renders views of models by Blender, those alone that are not there yet. */
import { join } from "@std/path";
import { isFile, projectFolder } from "../../data/mod.ts";
import { progress, writeJson } from "../../runtime/mod.ts";
import { anglesOf } from "./angles.ts";
import { type Model, stemOf } from "./catalogue.ts";

/** Sides of the pictures, and rays for each pixel. */
export const SIDE = 128, SAMPLES = 18;

/** How many models one Blender renders, after which it may have grown. */
const AT_ONCE = 25;

/** A view that was rendered: its picture and, white on black, where the model is in it. */
export interface View {
  readonly model: Model;
  /** From 0. */
  readonly number: number;
  readonly picture: string;
  readonly mask: string;
}

/** The files of a model's views in a folder. */
export function viewsOf(model: Model, count: number, folder: string) {
  return anglesOf(model, count).map((angle, number) => {
    const stem = join(folder, `${stemOf(model)}-${number + 1}`);
    return { ...angle, model, number, picture: `${stem}.png`, mask: `${stem}.mask.png` };
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
  const missing = [];
  for (const { model, views } of wanted) {
    const there = await Promise.all(views.map(({ picture }) => isFile(picture)));
    const left = views.filter((_, i) => !there[i]);
    if (left.length > 0) missing.push({ model, views: left });
  }
  const line = progress(missing.length, "rendering", { unit: "models" });
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    await rendered(missing.slice(from, from + AT_ONCE), join(folder, "jobs.json"));
    line.step(Math.min(missing.length, from + AT_ONCE));
  }
  await line.done();
  const done: View[] = [];
  for (const { views } of wanted) {
    for (const { model, number, picture, mask } of views) {
      if (await isFile(picture)) done.push({ model, number, picture, mask });
    }
  }
  return done;
}

type Job = { model: Model; views: ReturnType<typeof viewsOf> };

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
