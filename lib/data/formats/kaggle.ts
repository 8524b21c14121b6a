/**
 * Kaggle Fashion Product Images: `styles.csv` (id, gender, masterCategory, subCategory, articleType,
 * baseColour, season, year, usage, productDisplayName) beside `images/<id>.jpg`.
 *
 * The file is not quoted: a name with commas spreads over further fields, which belong together again.
 * Columns that someone added behind the name are left out.
 */
import { join } from "@std/path";
import { filePicture } from "../picture.ts";
import { parseCsv } from "./csv.ts";
import { attributesOf, type Format, genderOf, problem, type Row } from "./format.ts";
import { readText } from "../text.ts";

const STYLES = "styles.csv", CAPTION = "productDisplayName";
const COLUMNS = [
  "id",
  "gender",
  "masterCategory",
  "subCategory",
  "articleType",
  "baseColour",
  "season",
  "year",
  "usage",
  CAPTION,
];

/** Kaggle Fashion Product Images as it is unpacked. */
export const kaggle: Format = {
  name: "kaggle-fashion",
  layout: `${STYLES} with ${CAPTION} beside images/<id>.jpg`,
  strict: false,
  kind: "photographs",
  licence: "the uploader's tag: MIT; shop photographs",
  detect: (files) => files.has(STYLES),
  async *read(folder, files) {
    const path = join(folder, STYLES), content = await readText(path);
    const { header, rows } = parseCsv(content);
    const added = header.length - COLUMNS.length;
    if (header.slice(0, COLUMNS.length).join() !== COLUMNS.join()) {
      throw new Error(
        `${path}: expected the columns ${COLUMNS.join(",")}, found ${header.join(",")}`,
      );
    }
    for (const [i, fields] of rows.entries()) {
      yield rowOf(folder, files, `${path}:${i + 2}`, fields, added);
    }
  },
};

function rowOf(
  folder: string,
  files: ReadonlySet<string>,
  where: string,
  fields: readonly string[],
  added: number,
): Row {
  const last = COLUMNS.length - 1;
  if (fields.length <= last + added) {
    const reason = `expected ${COLUMNS.length + added} fields, found ${fields.length}: ${
      fields.join(",")
    }`;
    return problem(where, "too few fields", reason);
  }
  const caption = fields.slice(last, fields.length - added).join(",").trim(),
    [id = "", gender] = fields;
  if (!/^\d+$/.test(id)) return problem(where, "bad id", `expected a number, found "${id}"`);
  if (caption === "" || caption === "NA") {
    return problem(where, "no caption", `expected a ${CAPTION}, found "${caption}"`);
  }
  const picture = `images/${id}.jpg`;
  if (!files.has(picture)) {
    return problem(where, "no picture", `expected ${picture}, found no such file`);
  }
  const named = Object.fromEntries(COLUMNS.slice(1, last).map((name, i) => [name, fields[i + 1]]));
  return {
    id: picture,
    image: filePicture(join(folder, picture)),
    captions: [caption],
    product: id,
    attributes: attributesOf({ ...named, gender: genderOf(gender) ?? gender }),
    where,
  };
}
