/**
 * H&M Personalized Fashion Recommendations: `articles.csv` (25 columns) beside
 * `images/<first 3 digits>/<article_id>.jpg`; an article_id has ten digits, of which the file's first
 * is zero. Captions are "prod_name" and "prod_name: detail_desc"; a product is a product_code.
 */
import { join } from "@std/path";
import { filePicture } from "../picture.ts";
import { cellsOf, parseCsv } from "./csv.ts";
import { attributesOf, type Format, genderOf, problem, type Row } from "./format.ts";
import { readText } from "../text.ts";

const ARTICLES = "articles.csv";
const NEEDED = ["article_id", "product_code", "prod_name", "index_group_name", "detail_desc"];

/** What is kept of the 25 columns: names, not numbers. */
const KEPT = [
  "product_type_name",
  "product_group_name",
  "graphical_appearance_name",
  "colour_group_name",
  "perceived_colour_master_name",
  "department_name",
  "index_name",
  "index_group_name",
  "section_name",
  "garment_group_name",
];

/** The articles of H&M's competition as they are unpacked. */
export const hm: Format = {
  name: "hm",
  layout: `${ARTICLES} beside images/<3 digits>/<article_id>.jpg`,
  strict: false,
  kind: "photographs",
  licence: "Kaggle competition terms",
  detect: (files) => files.has(ARTICLES),
  async *read(folder, files) {
    const path = join(folder, ARTICLES), content = await readText(path);
    const table = parseCsv(content), found = table.header;
    const missing = NEEDED.filter((name) => !found.includes(name));
    if (missing.length > 0) {
      throw new Error(
        `${path}: expected the columns ${NEEDED.join(", ")}; ${missing.join(", ")} ` +
          `${missing.length === 1 ? "is" : "are"} missing, found ${found.join(", ")}`,
      );
    }
    for (const [i, row] of table.rows.entries()) {
      yield rowOf(folder, files, `${path}:${i + 2}`, cellsOf(table, row));
    }
  },
};

function rowOf(
  folder: string,
  files: ReadonlySet<string>,
  where: string,
  fields: Record<string, string>,
): Row {
  const { article_id = "", product_code = "", prod_name = "", detail_desc = "" } = fields;
  if (!/^\d{1,10}$/.test(article_id)) {
    return problem(where, "bad article_id", `expected up to ten digits, found "${article_id}"`);
  }
  const id = article_id.padStart(10, "0"), picture = `images/${id.slice(0, 3)}/${id}.jpg`;
  if (!files.has(picture)) {
    return problem(where, "no picture", `expected ${picture}, found no such file`);
  }
  const name = prod_name.trim(), detail = detail_desc.trim();
  if (name === "") return problem(where, "no caption", "expected a prod_name, found none");
  const kept = Object.fromEntries(KEPT.map((column) => [column, fields[column]]));
  return {
    id: picture,
    image: filePicture(join(folder, picture)),
    captions: detail === "" ? [name] : [`${name}: ${detail}`, name],
    product: product_code === "" ? id : product_code,
    attributes: attributesOf({
      ...kept,
      gender: genderOf(fields.index_group_name) ?? fields.index_group_name,
    }),
    where,
  };
}
