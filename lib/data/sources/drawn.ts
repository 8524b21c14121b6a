/** Drawn garments as data sets: rendered on first use, then read like any other folder of pictures. */
import { join } from "@std/path";
import { exists, progress } from "../../runtime/mod.ts";
import { cacheFolder } from "../folders.ts";
import { METADATA } from "../formats/imagefolder.ts";
import { loadFolder } from "../load.ts";
import type { DataSet } from "../record.ts";
import { type DrawnPicture, drawnPictures, type Gender, toPng } from "../../drawn/mod.ts";

/** Raised whenever a picture, caption or attribute of these sets changes: they are drawn anew. */
export const FASHION_VERSION = 5;

/** The drawn sets and how many pictures they have unless told otherwise: as many as the photographs. */
export const DRAWN_SETS: Readonly<Record<string, { gender: Gender; pictures: number }>> = {
  "fashion-man-drawn": { gender: "man", pictures: 320 },
  "fashion-woman-drawn": { gender: "woman", pictures: 350 },
};

/** Width and height of the pictures unless told otherwise: that of the photographs. */
const SIZE = 256;

/** Which drawn set a name asks for. */
export interface DrawnSetName {
  /** The name in its one spelling, which is safe as the name of a folder. */
  name: string;
  gender: Gender;
  pictures: number;
  size: number;
}

/**
 * Reads `fashion-man-drawn`, `fashion-man-drawn:5000` or `fashion-man-drawn:5000@128` (pictures, then
 * pixels; `-5000` does as well); undefined for every other name.
 *
 * Throws on a drawn set's name with anything else behind it, and on counts or sizes below 1.
 */
export function parseDrawnName(text: string): DrawnSetName | undefined {
  const base = Object.keys(DRAWN_SETS).find((name) => text.startsWith(name));
  if (base === undefined) return undefined;
  const { gender, pictures } = DRAWN_SETS[base]!, rest = text.slice(base.length);
  const found = /^(?:[:-]([1-9]\d*))?(?:@([1-9]\d*))?$/.exec(rest);
  if (found === null) {
    throw new Error(
      `Data set "${text}": expected "${base}", "${base}:5000" (that many pictures) or ` +
        `"${base}:5000@128" (of that many pixels), found "${rest}" behind the name`,
    );
  }
  const count = found[1] === undefined ? pictures : Number(found[1]);
  const size = found[2] === undefined ? SIZE : Number(found[2]);
  const name = base + (count === pictures ? "" : `-${count}`) + (size === SIZE ? "" : `@${size}`);
  return { name, gender, pictures: count, size };
}

/** Options of {@link drawnDataSet}. */
export interface DrawnDataSetOptions {
  /** Where rendered sets lie. */
  cache?: string;
  /** Shows a line of progress while drawing; on unless told otherwise. */
  showProgress?: boolean;
}

/**
 * The drawn set of a name ({@link parseDrawnName}), rendered into the cache if it is not there yet.
 *
 * Its folder appears under its name only when it is complete; a killed rendering goes on where it
 * stopped. The pictures are drawings and say so (`kind`: "drawn").
 */
export async function drawnDataSet(
  wanted: DrawnSetName,
  options: DrawnDataSetOptions = {},
): Promise<DataSet> {
  const { cache = cacheFolder("drawn-sets"), showProgress = true } = options;
  const folder = join(cache, `v${FASHION_VERSION}`, wanted.name);
  const complete = () => exists(join(folder, METADATA));
  if (!await complete()) {
    await render(folder, wanted, showProgress).catch(async (error) => {
      if (!await complete()) throw error; // else another process was quicker
    });
  }
  const { name } = wanted;
  return await loadFolder(folder, { name, kind: "drawn", licence: "MIT", origin: "drawn" });
}

/** Pictures under way at once: sharp's threads share them out. */
const AT_ONCE = 8;

async function render(folder: string, wanted: DrawnSetName, shown: boolean): Promise<void> {
  const { name, gender, pictures, size } = wanted, unfinished = `${folder}.unfinished`;
  await Deno.mkdir(join(unfinished, "images"), { recursive: true });
  const before = new Set<string>();
  for await (const { name } of Deno.readDir(join(unfinished, "images"))) before.add(name);
  const line = progress(pictures, `drawing ${name}`, {
    unit: "pictures",
    ...(shown ? {} : { where: "silent" as const }),
  });
  // What is half written lies beside the pictures and is named by the process.
  const parts = join(unfinished, "parts"), encoder = new TextEncoder();
  const partOf = (file: string) => join(parts, `${Deno.pid}-${file}`);
  await Deno.mkdir(parts, { recursive: true });
  const lines = await Deno.open(partOf(METADATA), { write: true, create: true, truncate: true });
  try {
    let done = 0;
    const queue = drawnPictures(gender, pictures);
    const worker = async () => {
      for (const picture of queue) {
        lines.writeSync(encoder.encode(`${JSON.stringify(metadataOf(picture))}\n`));
        const file = `${picture.id}.png`;
        if (!before.has(file)) {
          await Deno.writeFile(partOf(file), await toPng(picture.svg, size));
          await Deno.rename(partOf(file), join(unfinished, "images", file));
        }
        line.step(++done);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    lines.syncSync();
  } finally {
    lines.close();
  }
  await Deno.rename(partOf(METADATA), join(unfinished, METADATA));
  await Deno.remove(parts, { recursive: true });
  await Deno.rename(unfinished, folder);
  await line.done();
}

/** The line of a picture in the imagefolder layout. */
function metadataOf({ id, product, split, title, captions, attributes }: DrawnPicture) {
  const own = { kind: "drawn", license: "MIT", creator: "drawn by this project" };
  const file_name = `images/${id}.png`;
  return { file_name, text: captions, title, product, ...attributes, ...own, split };
}
