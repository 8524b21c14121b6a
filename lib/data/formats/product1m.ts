/**
 * Product1M: `product1m_<part>_ossurl_v2.txt`, a sample a line, five fields separated by "#####": item
 * id, Chinese title, two addresses of the same picture, labels separated by "#;#". The pictures must be
 * there as `images/<item id>.jpg`, or in the folder that the makers' code reads,
 * `product1m_<part>_ossurl_v2/<item id>.jpg`.
 *
 * Source: github.com/zhanxlin/Product1M.
 */
import { join } from "@std/path";
import { filePicture } from "../picture.ts";
import { type Format, problem, type Row } from "./format.ts";
import { readText } from "../text.ts";

const LIST = /^product1m_(train|dev|test|gallery)_ossurl(?:_v2)?\.txt$/;

/** The lists of Product1M beside the pictures they name. */
export const product1m: Format = {
  name: "product1m",
  layout: "product1m_<part>_ossurl_v2.txt beside images/<item id>.jpg",
  strict: false,
  kind: "photographs",
  licence: "research use, as its makers state",
  detect: (files) => [...files].some((path) => LIST.test(path)),
  async *read(folder, files) {
    const lists = [...files].filter((path) => LIST.test(path)).sort();
    if (lists.length === 0) {
      throw new Error(`${folder}: expected product1m_<part>_ossurl_v2.txt, found no such list`);
    }
    for (const list of lists) {
      const path = join(folder, list), part = LIST.exec(list)?.[1] as string;
      const lines = (await readText(path)).split(/\r?\n/);
      if (!lines.some((line) => line.includes("#####"))) {
        throw new Error(`${path}: expected five fields a line separated by "#####", found none`);
      }
      for (const [i, line] of lines.entries()) {
        if (line.trim() !== "") yield rowOf(folder, files, `${path}:${i + 1}`, list, part, line);
      }
    }
  },
};

function rowOf(
  folder: string,
  files: ReadonlySet<string>,
  where: string,
  list: string,
  part: string,
  line: string,
): Row {
  const fields = line.split("#####").map((field) => field.trim());
  // Lists without labels have four fields.
  if (fields.length < 4 || fields.length > 5) {
    const reason = `expected 5 fields separated by "#####", found ${fields.length}`;
    return problem(where, "malformed line", reason);
  }
  const [id = "", title = "", , , labels = ""] = fields;
  if (id === "" || title === "") {
    return problem(where, "no caption", "expected an item id and a title, found an empty field");
  }
  const tried = [`images/${id}.jpg`, `${list.replace(/\.txt$/, "")}/${id}.jpg`];
  const picture = tried.find((file) => files.has(file));
  if (picture === undefined) {
    return problem(where, "no picture", `expected ${tried.join(" or ")}, found no such file`);
  }
  return {
    id: picture,
    image: filePicture(join(folder, picture)),
    captions: [title],
    product: id,
    // The gallery is what the test's queries are looked for in.
    split: part === "dev" ? "validation" : part === "train" ? "train" : "test",
    attributes: {
      part,
      ...(labels === "" ? {} : { label: labels.split("#;#").filter((label) => label !== "") }),
    },
    where,
  };
}
