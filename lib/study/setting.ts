/** Which study a command or a notebook is about. */
import { basename, join } from "@std/path";
import { z } from "zod";
import { exists, projectFolder, writeJson } from "../runtime/mod.ts";
import { presetOf } from "./presets.ts";
import { rowOf } from "./rows.ts";
import { defaultStudy, type StudyConfig } from "./plan.ts";

/** A study with the name of its folder in `results/`. */
export interface StudySetting extends StudyConfig {
  readonly name: string;
}

/** The folder of a study, `results/<name>`. */
export function studyFolder(name: string): string {
  return join(projectFolder, "results", name);
}

/** Throws an error that names the first value that cannot be, and what is expected. */
export function checkSetting(setting: StudySetting): void {
  const { name, datasets, rows, seeds, fractions, preset, changes } = setting;
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name)) {
    throw new Error(
      `study name "${name}": expected letters, digits, ".", "_" or "-"; it names a folder in results/`,
    );
  }
  const lists = Object.entries({ datasets, rows, fractions });
  for (const [what, list] of lists) {
    if (list.length === 0) throw new Error(`${what}: expected at least one, found none`);
  }
  rows.forEach(rowOf);
  presetOf(preset, changes);
  if (!Number.isInteger(seeds) || seeds < 1) {
    throw new Error(`seeds: expected an integer of at least 1, found ${seeds}`);
  }
  for (const fraction of fractions) {
    if (!(fraction > 0 && fraction <= 1)) {
      throw new Error(`fractions: expected numbers above 0 and up to 1, found ${fraction}`);
    }
  }
  for (const [what, list] of lists as [string, unknown[]][]) {
    const twice = list.find((value, i) => list.indexOf(value) !== i);
    if (twice !== undefined) throw new Error(`${what}: ${twice} is named twice`);
  }
}

/** A setting in one line. */
export function describeSetting(setting: StudySetting): string {
  const { name, datasets, rows, seeds, fractions, preset, changes, published } = setting;
  const start = published ? ` from ${published.clip} and ${published.diffusion}` : "";
  const settings = Object.entries(changes).map(([path, value]) => `, ${path} = ${value}`).join("");
  const shares = fractions.map((fraction) => `${Math.round(100 * fraction)} %`).join(", ");
  return `results/${name}: rows ${rows.join(", ")} on ${datasets.join(", ")} (${shares} of the ` +
    `products), ${seeds} ${seeds === 1 ? "seed" : "seeds"}, preset ${preset}${start}${settings}`;
}

/** Changes of a preset in a file. */
export const changesSchema = z.record(
  z.string(),
  z.union([z.number(), z.boolean(), z.string(), z.array(z.number())]),
);

const schema = z.object({
  name: z.string(),
  datasets: z.array(z.string()),
  rows: z.array(z.string()),
  seeds: z.number(),
  fractions: z.array(z.number()),
  firstSeed: z.number().optional(),
  preset: z.string(),
  changes: changesSchema.default({}),
  chosen: z.record(z.string(), changesSchema).optional(),
  published: z.object({
    clip: z.string(),
    diffusion: z.string(),
    shared: z.enum(["clip", "diffusion"]).optional(),
    variant: z.string().optional(),
    imageSize: z.number().optional(),
  }).optional(),
  skipBad: z.boolean(),
});

/** Remembers in study.json what a study compares, for notebooks that are executed for it. */
export async function saveSetting(setting: StudySetting): Promise<void> {
  const path = join(studyFolder(setting.name), "study.json");
  const known = await savedSetting(setting.name).catch(() => undefined);
  // Nothing is written by a call that has nothing to do.
  if (JSON.stringify(known) !== JSON.stringify(inOrder(setting))) {
    await writeJson(path, inOrder(setting));
  }
}

function inOrder(setting: StudySetting): StudySetting {
  const { name, datasets, rows, seeds, fractions, preset, changes, published, skipBad } = setting;
  const { firstSeed, chosen } = setting;
  return {
    name,
    datasets,
    rows,
    seeds,
    ...(firstSeed === undefined ? {} : { firstSeed }),
    fractions,
    preset,
    changes,
    ...(chosen === undefined ? {} : { chosen }),
    ...(published ? { published } : {}),
    skipBad,
  };
}

/** The setting in a study's study.json, or undefined where there is none; throws on a malformed one. */
export function savedSetting(name: string): Promise<StudySetting | undefined> {
  return settingIn(studyFolder(name));
}

/** Likewise, of the study in a folder anywhere. */
export async function settingIn(folder: string): Promise<StudySetting | undefined> {
  const path = join(folder, "study.json"), name = basename(folder);
  if (!await exists(path)) return undefined;
  try {
    return inOrder({ ...schema.parse(JSON.parse(await Deno.readTextFile(path))), name });
  } catch (error) {
    throw new Error(
      `${path}: not the setting of a study (${(error as Error).message}); delete it`,
      {
        cause: error,
      },
    );
  }
}

/**
 * The setting of a notebook: what its cell says, over the defaults of the main job.
 *
 * A command that executes notebooks for one of its studies names it in UNIDIFF_STUDY; then that
 * study's own setting counts instead.
 */
export async function studySetting(
  wanted: Partial<StudySetting> = {},
  study = Deno.env.get("UNIDIFF_STUDY"),
): Promise<StudySetting> {
  const name = study || wanted.name || "main";
  const saved = study ? await savedSetting(study) : undefined;
  const setting = saved ?? { ...defaultStudy, ...wanted, name };
  checkSetting(setting);
  return setting;
}
