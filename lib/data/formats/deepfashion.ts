/**
 * DeepFashion-MultiModal: `images/<stem>.jpg`, `captions.json` (file name → caption) and, where they
 * are there, the label files `labels/shape/shape_anno_all.txt`, `labels/texture/fabric_ann.txt`,
 * `labels/texture/pattern_ann.txt` (blank-separated, no header: file name, then integers).
 *
 * Source: github.com/yumingj/DeepFashion-MultiModal, README (the newest codes).
 */
import { join } from "@std/path";
import { filePicture } from "../picture.ts";
import { parseDeepFashionName } from "./deepfashion_names.ts";
import { type Format, problem, type Row } from "./format.ts";
import { readText } from "../text.ts";

const CAPTIONS = "captions.json";

const SLEEVE = ["sleeveless", "short", "medium", "long", "not long"];
const LENGTH = ["three-point", "medium short", "three-quarter", "long"];
const NECKLINE = ["V-shape", "square", "round", "standing", "lapel", "suspenders"];
const FABRIC = ["denim", "cotton", "leather", "furry", "knitted", "chiffon", "other"];
const PATTERN = ["floral", "graphic", "striped", "pure colour", "lattice", "other", "colour block"];

/** What the integers of a label file mean, by column; a code beyond the list says nothing. */
const LABELS: readonly { file: string; columns: Record<number, [string, readonly string[]]> }[] = [
  {
    file: "labels/shape/shape_anno_all.txt",
    columns: { 0: ["sleeve", SLEEVE], 1: ["length", LENGTH], 9: ["neckline", NECKLINE] },
  },
  {
    file: "labels/texture/fabric_ann.txt",
    columns: {
      0: ["upper_fabric", FABRIC],
      1: ["lower_fabric", FABRIC],
      2: ["outer_fabric", FABRIC],
    },
  },
  {
    file: "labels/texture/pattern_ann.txt",
    columns: {
      0: ["upper_pattern", PATTERN],
      1: ["lower_pattern", PATTERN],
      2: ["outer_pattern", PATTERN],
    },
  },
];

/** DeepFashion-MultiModal as it is unpacked. */
export const deepfashion: Format = {
  name: "deepfashion-multimodal",
  layout: "captions.json beside images/MEN-… and images/WOMEN-…",
  strict: false,
  kind: "photographs",
  licence: "non-commercial research only, no redistribution",
  detect: (files) =>
    files.has(CAPTIONS) && [...files].some((path) => /^images\/(WO)?MEN-/.test(path)),
  async *read(folder, files) {
    const path = join(folder, CAPTIONS), captions = await readCaptions(path);
    const labels = await readLabels(folder, files);
    const pictures = [...files].filter((file) => /^images\/[^/]+\.jpg$/i.test(file)).sort();
    if (pictures.length === 0) {
      throw new Error(`${folder}: expected pictures images/MEN-… or images/WOMEN-…, found none`);
    }
    for (const picture of pictures) {
      yield rowOf(folder, picture, captions, labels);
    }
    const there = new Set(pictures);
    for (const name of Object.keys(captions)) {
      if (there.has(`images/${name}`)) continue;
      const reason = `"${name}" has a caption, expected images/${name}, found no such file`;
      yield problem(path, "no picture", reason);
    }
  },
};

async function readCaptions(path: string): Promise<Record<string, unknown>> {
  const content = await readText(path).catch((error) => {
    throw new Error(`${path}: expected an object of file names and captions, found no such file`, {
      cause: error,
    });
  });
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch (error) {
    throw new Error(`${path}: expected JSON (${(error as Error).message})`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${path}: expected an object, file name → caption, found another value`);
  }
  return value as Record<string, unknown>;
}

/** Attributes of each picture from the label files that are there. */
async function readLabels(
  folder: string,
  files: ReadonlySet<string>,
): Promise<Map<string, Record<string, string>>> {
  const labels = new Map<string, Record<string, string>>();
  for (const { file, columns } of LABELS) {
    if (!files.has(file)) continue;
    for (const line of (await readText(join(folder, file))).split(/\r?\n/)) {
      const [name, ...codes] = line.trim().split(/\s+/);
      if (!name) continue;
      const own = labels.get(name) ?? {};
      for (const [column, [attribute, words]] of Object.entries(columns)) {
        const word = words[Number(codes[Number(column)])];
        if (word !== undefined) own[attribute] = word;
      }
      labels.set(name, own);
    }
  }
  return labels;
}

function rowOf(
  folder: string,
  picture: string,
  captions: Record<string, unknown>,
  labels: ReadonlyMap<string, Record<string, string>>,
): Row {
  const file = picture.slice("images/".length), path = join(folder, picture), where = path;
  const name = parseDeepFashionName(file), caption = captions[file];
  if (!name) {
    const grammar = "MEN-Category-id_00000000-00_0_view.jpg";
    return problem(where, "unknown file name", `expected ${grammar}, found "${file}"`);
  }
  if (typeof caption !== "string" || caption.trim() === "") {
    return problem(where, "no caption", `expected "${file}" in ${CAPTIONS}, found no caption`);
  }
  const { gender, category, product, variant, view } = name;
  return {
    id: picture,
    image: filePicture(path),
    captions: [caption.trim()],
    product,
    attributes: {
      gender,
      category,
      variant: String(variant),
      shown: view,
      ...labels.get(file) ?? labels.get(file.replace(/\.jpg$/i, "")),
    },
    where,
  };
}
