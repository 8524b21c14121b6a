/**
 * Pictures beside captions: `x.jpg` with `x.txt` or `x.caption`, one caption a line, in any depth of
 * folders. Source: the layout that img2dataset writes and kohya's (folders such as `10_shirt`, ending
 * `.caption`) and diffusers' trainers read.
 */
import { join } from "@std/path";
import { filePicture } from "../picture.ts";
import { NotText, readText } from "../text.ts";
import { type Format, isPicture, leftOut, problem, type Row, undecodable } from "./format.ts";

const stemOf = (path: string) => path.replace(/\.[^./]*$/, "");

/** Captions by the name of their picture without its ending; `.txt` before `.caption`. */
function captionsOf(files: ReadonlySet<string>): Map<string, string> {
  const found = new Map<string, string>();
  for (const ending of [/\.caption$/i, /\.txt$/i]) {
    for (const path of files) if (ending.test(path)) found.set(stemOf(path), path);
  }
  return found;
}

/** Pictures beside captions; a user's own, so that a picture without one stops the job. */
export const captioned: Format = {
  name: "captioned",
  layout: "pictures beside captions, x.jpg with x.txt or x.caption",
  strict: true,
  kind: "pictures",
  detect: (files) => {
    const captions = captionsOf(files);
    return [...files].some((path) => isPicture(path) && captions.has(stemOf(path)));
  },
  async *read(folder, files) {
    const captions = captionsOf(files), used = new Set<string>();
    const pictures = [...files].filter((path) => isPicture(path) || undecodable(path)).sort();
    if (!pictures.some(isPicture)) {
      throw new Error(`${folder}: expected pictures beside .txt captions, found no picture`);
    }
    for (const id of pictures) {
      const text = captions.get(stemOf(id)), where = join(folder, id);
      if (text !== undefined) used.add(text);
      yield await rowOf(folder, id, where, text);
    }
    for (const text of captions.values()) {
      if (used.has(text) || /(^|\/)(readme|licen[cs]e|credits)[^/]*$/i.test(text)) continue;
      yield leftOut(join(folder, text), "caption without a picture", "no picture has this name");
    }
  },
};

async function rowOf(
  folder: string,
  id: string,
  where: string,
  text: string | undefined,
): Promise<Row> {
  const why = undecodable(id);
  if (why) return problem(where, "picture of a kind that cannot be read", why);
  if (text === undefined) {
    const wanted = `${stemOf(id)}.txt`;
    return problem(where, "no caption", `expected its caption in ${wanted}, found no such file`);
  }
  try {
    const lines = await readText(join(folder, text));
    const captions = lines.split(/\r?\n|\r/).map((line) => line.trim()).filter(Boolean);
    if (captions.length === 0) {
      return problem(where, "no caption", `${text} is empty, expected a caption`);
    }
    return { id, image: filePicture(where), captions, attributes: {}, where };
  } catch (error) {
    if (!(error instanceof NotText)) throw error;
    return problem(where, "not text", error.message);
  }
}
