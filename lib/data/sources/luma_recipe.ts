/**
 * The recipe that turns Magento's Luma shop into captioned photographs of garments: what a line of
 * metadata.jsonl says of each picture, from the shop's own table of products.
 */
import { cellsOf, parseCsv } from "../formats/csv.ts";
import type { Split } from "../record.ts";

/** One line of metadata.jsonl. */
export interface LumaLine {
  readonly file_name: string;
  readonly text: string;
  readonly title: string;
  readonly description: string;
  readonly product: string;
  readonly gender: "men" | "women";
  readonly category: string;
  readonly color: string;
  readonly pattern: string[];
  readonly material: string[];
  readonly view: "front" | "back" | "alternate";
  readonly split: Split;
}

const PLURAL = new Set(["shorts", "pants", "tights", "capri pants", "leggings"]);

/**
 * The lines of the pictures that products in sizes and colours (`simple` rows) show, sorted by file
 * name; kind, material and pattern stand in the row of the whole product (`configurable`).
 *
 * @param csv the shop's ConfigurableSampleData/fixtures/products.csv
 * @param splitOf the split of a product
 */
export function lumaLines(csv: string, splitOf: (product: string) => Split): LumaLine[] {
  const table = parseCsv(csv), rows = table.rows.map((row) => cellsOf(table, row));
  const whole = new Map(
    rows.filter(({ product_type }) => product_type === "configurable").map((
      row,
    ) => [row.sku!, row]),
  );
  const lines = new Map<string, LumaLine>();
  for (const row of rows) {
    const product = row.sku!.split("-")[0]!, own = whole.get(product);
    if (row.product_type !== "simple" || !own) continue;
    const pictures = [row.base_image!, ...row.additional_images!.split(",")];
    for (const picture of pictures.filter((path) => path !== "")) {
      const file = picture.split("/").at(-1)!;
      lines.set(file, lineOf(file, product, own, fieldsOf(row).color ?? "", splitOf(product)));
    }
  }
  return [...lines.values()].sort((a, b) => a.file_name < b.file_name ? -1 : 1);
}

function lineOf(
  file: string,
  product: string,
  row: Record<string, string>,
  colour: string,
  split: Split,
): LumaLine {
  const gender = row.categories!.includes("/Men/") ? "men" : "women";
  const title = plainText(row.name!), category = kindOf(row.categories!, title);
  const fields = fieldsOf(row);
  const several = (field: string | undefined) =>
    (field ?? "").split("|").map((word) => plainText(word).toLowerCase()).filter((word) => word);
  const pattern = several(fields.pattern), material = several(fields.material);
  const view = file.includes("_main") ? "front" : file.includes("_back") ? "back" : "alternate";
  const color = colour.toLowerCase(), noun = `${color} ${category}`;
  const drawn = pattern.find((word) => word !== "solid");
  const text = `A ${gender === "men" ? "man" : "woman"} wearing ` +
    (PLURAL.has(category) ? "" : /^[aeiou]/.test(color) ? "an " : "a ") + noun +
    (drawn === undefined ? "" : ` with a ${drawn} pattern`) +
    (material.length === 0 ? "" : `, made of ${material.slice(0, 2).join(" and ")}`) +
    (view === "back" ? ", seen from behind" : "") + ".";
  const [description = ""] = plainText(row.description!).split(/(?<=[.!?])\s/);
  return {
    file_name: `images/${file}`,
    text,
    title,
    description,
    product,
    gender,
    category,
    color,
    pattern,
    material,
    view,
    split,
  };
}

/** The kind of garment, from the shop's category and, where that holds several, the product's name. */
function kindOf(categories: string, title: string): string {
  const has = (word: string) => categories.includes(word);
  if (has("Tops/Jackets")) return "jacket";
  if (has("Tops/Tees")) return "t-shirt";
  if (has("Tops/Tanks")) return "tank top";
  if (has("Tops/Bras & Tanks")) return /\bbra\b/i.test(title) ? "sports bra" : "tank top";
  if (has("Tops/Hoodies")) return /hood/i.test(title) ? "hoodie" : "sweatshirt";
  if (has("Bottoms/Shorts")) return "shorts";
  if (/capri/i.test(title)) return "capri pants";
  if (/leggings/i.test(title)) return "leggings";
  return /tights?\b/i.test(title) ? "tights" : "pants";
}

/** "a=1,b=2" */
function fieldsOf({ additional_attributes = "" }: Record<string, string>): Record<string, string> {
  return Object.fromEntries(additional_attributes.split(",").map((pair) => pair.split("=", 2)));
}

/** The character references that the shop's texts use. */
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  bull: "•",
  frac14: "¼",
  ldquo: "“",
  mdash: "—",
  ndash: "–",
  rdquo: "”",
  reg: "",
  trade: "",
};

/** HTML as text without trade marks. */
function plainText(html: string): string {
  return html.replaceAll(/<[^>]+>/g, " ").replaceAll(/[™®]/g, "")
    .replaceAll(/&(\w+);/g, (all, name) => ENTITIES[name] ?? all)
    .replaceAll(/\s+/g, " ").trim();
}
