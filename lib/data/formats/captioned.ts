/**
 * Pictures beside captions: `x.jpg` with `x.txt`, one caption a line, in any depth of folders. Source:
 * the layout that img2dataset writes and kohya's and diffusers' trainers read.
 */
import { join } from "@std/path";
import { filePicture } from "../picture.ts";
import { type Format, isPicture, problem } from "./format.ts";

const stemOf = (path: string) => path.replace(/\.[^./]*$/, "");

/** Pictures beside `.txt` captions; a user's own, so that a picture without one stops the job. */
export const captioned: Format = {
  name: "captioned",
  layout: "pictures beside captions, x.jpg with x.txt",
  strict: true,
  kind: "pictures",
  detect: (files) => [...files].some((path) => isPicture(path) && files.has(`${stemOf(path)}.txt`)),
  async *read(folder, files) {
    const pictures = [...files].filter(isPicture).sort();
    if (pictures.length === 0) {
      throw new Error(`${folder}: expected pictures beside .txt captions, found no picture`);
    }
    for (const id of pictures) {
      const path = join(folder, id), where = path, text = `${stemOf(id)}.txt`;
      if (!files.has(text)) {
        yield problem(where, "no caption", `expected its caption in ${text}, found no such file`);
        continue;
      }
      const lines = (await Deno.readTextFile(join(folder, text))).replace(/^\uFEFF/, "");
      const captions = lines.split(/\r?\n/).map((line) => line.trim()).filter((line) =>
        line !== ""
      );
      if (captions.length === 0) {
        yield problem(where, "no caption", `${text} is empty, expected a caption`);
        continue;
      }
      yield { id, image: filePicture(path), captions, attributes: {}, where };
    }
  },
};
