/** The models of Debian's package sweethome3d-furniture, as its catalogues describe them. */
import { join } from "@std/path";
import { isFile } from "../../data/mod.ts";

/** Where Debian's package puts its catalogues. */
export const PACKAGE = "/usr/share/sweethome3d/furniture";

/**
 * The catalogues used, with the licence of each; the package's fifth, Reallusion, shows people alone.
 *
 * The names stand in `source` of every line, where {@link PUBLISHABLE} looks for them.
 */
export const CATALOGUES = {
  "BlendSwap-CC-0": "CC0-1.0",
  "BlendSwap-CC-BY": "CC-BY-3.0",
  KatorLegaz: "CC-BY-3.0-US",
  Scopia: "CC-BY-3.0",
} as const;

/** One of the catalogues. */
export type Catalogue = keyof typeof CATALOGUES;

/** A model that can be rendered. */
export interface Model {
  readonly catalogue: Catalogue;
  /** Its number in the catalogue. */
  readonly index: number;
  readonly title: string;
  readonly tags: readonly string[];
  readonly category: string;
  readonly creator: string;
  /** The path of its OBJ file. */
  readonly obj: string;
  /** 3 × 3, by rows. */
  readonly rotation: readonly number[];
  /** Width, height and depth in centimetres. */
  readonly size: readonly [number, number, number];
  /** Whether it stands on a floor; lamps of a ceiling and things of a wall do not. */
  readonly floor: boolean;
}

/** Tags that say where a model is from or how the program treats it, nothing of the thing. */
const MARKS = new Set(["Blend Swap", "SCPTS", "Adjustable", "3", "Three", "4", "Four"]);

/** Unpacks the catalogues of `from` into folders of `to`, by `unzip`; throws where either is missing. */
export async function unpack(from: string, to: string): Promise<void> {
  for (const catalogue of Object.keys(CATALOGUES)) {
    const packed = join(from, `${catalogue}.sh3f`), folder = join(to, catalogue);
    if (!await isFile(packed)) {
      throw new Error(
        `${packed}: no such file; install Debian's packages sweethome3d-furniture, unzip and blender`,
      );
    }
    await Deno.mkdir(folder, { recursive: true });
    const { success, stderr } = await new Deno.Command("unzip", {
      args: ["-qo", packed, "-d", folder],
    }).output();
    if (!success) throw new Error(`unzip of ${packed}: ${new TextDecoder().decode(stderr)}`);
  }
}

/** Every model of the catalogues unpacked in a folder, in their order. */
export async function models(folder: string): Promise<Model[]> {
  const all: Model[] = [];
  for (const catalogue of Object.keys(CATALOGUES) as Catalogue[]) {
    const bytes = await Deno.readFile(join(folder, catalogue, "PluginFurnitureCatalog.properties"));
    all.push(...modelsOf(catalogue, new TextDecoder("latin1").decode(bytes), folder));
  }
  return all;
}

/** The models that a catalogue's properties describe: lines "key#number=value". */
export function modelsOf(catalogue: Catalogue, properties: string, folder: string): Model[] {
  const items = new Map<number, Record<string, string>>();
  for (const line of properties.split(/\r?\n/)) {
    const [, key = "", index = "", value = ""] = /^(\w+)#(\d+)=(.*)$/.exec(line) ?? [];
    if (key === "") continue;
    const item = items.get(Number(index)) ?? {};
    item[key] = unescaped(value).trim();
    items.set(Number(index), item);
  }
  return [...items].map(([index, item]) => {
    const of = (key: string) => {
      const value = item[key];
      if (value === undefined) {
        throw new Error(`catalogue ${catalogue}: expected ${key}#${index}=…, found no such line`);
      }
      return value;
    };
    return {
      catalogue,
      index,
      title: of("name"),
      tags: of("tags").split(",").map((tag) => tag.trim())
        .filter((tag) => tag !== "" && !MARKS.has(tag)),
      category: of("category").toLowerCase(),
      creator: of("creator"),
      obj: join(folder, catalogue, of("model")),
      rotation: (item.modelRotation ?? "1 0 0 0 1 0 0 0 1").split(/\s+/).map(Number),
      size: [Number(of("width")), Number(of("height")), Number(of("depth"))],
      floor: item.elevation === undefined,
    };
  });
}

/** Text of a properties file, whose other letters are written as \uXXXX. */
function unescaped(text: string): string {
  return text.replace(
    /\\u([0-9a-fA-F]{4})/g,
    (_, code: string) => String.fromCharCode(parseInt(code, 16)),
  );
}

/** What a model is called among files: catalogue, number and title in letters of a path. */
export function stemOf({ catalogue, index, title }: Model): string {
  const words = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().match(/[a-z0-9]+/g) ??
    [];
  return [catalogue.toLowerCase(), index, ...words].join("-");
}
