/**
 * Fashion-Gen: `fashiongen_256_256_train.h5` and `…_validation.h5`, HDF5 with one row a picture:
 * `input_image` uint8 [n, height, width, 3], texts as bytes [n, 1] (`input_description`,
 * `input_name`, `input_category`, …), `input_productID`.
 *
 * Source: arXiv 1806.08317, and the keys as public loaders read them.
 */
import { basename, join } from "@std/path";
import process from "node:process";
import type { Dataset, File as H5File } from "h5wasm/node";
import type { PictureSource } from "../picture.ts";
import { readPart } from "./read_at.ts";
import { attributesOf, type Format, genderOf, problem, type Row } from "./format.ts";

const IMAGE = "input_image", CAPTION = "input_description", PRODUCT = "input_productID";

/** Texts that become attributes, where a file has them. */
const TEXTS = [
  "input_name",
  "input_brand",
  "input_category",
  "input_subcategory",
  "input_gender",
  "input_department",
  "input_composition",
  "input_pose",
  "input_season",
];

/** Rows of text that are read at a time. */
const BLOCK = 4096;

/** Fashion-Gen's HDF5 files. */
export const fashiongen: Format = {
  name: "fashion-gen",
  layout: `*.h5 with ${IMAGE}, ${CAPTION} and ${PRODUCT}`,
  strict: false,
  kind: "photographs",
  licence: "Fashion-Gen's own terms, asked for at registration",
  detect: (files) => [...files].some((path) => path.endsWith(".h5")),
  async *read(folder, files) {
    const parts = [...files].filter((path) => path.endsWith(".h5")).sort();
    if (parts.length === 0) throw new Error(`${folder}: expected *.h5, found none`);
    const h5wasm = await library();
    let position = 0;
    for (const part of parts) {
      const file = opened(join(folder, part), h5wasm);
      try {
        for (const row of rowsOf(file, join(folder, part), position)) yield row;
        position += file.images.shape![0] as number;
      } finally {
        file.close();
      }
    }
  },
};

/** An HDF5 file with the columns that are needed. */
interface Part {
  readonly images: Dataset;
  readonly columns: ReadonlyMap<string, Dataset>;
  close(): void;
}

type Library = typeof import("h5wasm/node")["default"];

let loaded: Promise<Library> | undefined;

/** HDF5, loaded when it is wanted; it copies the whole environment, of which it has no use. */
function library(): Promise<Library> {
  return loaded ??= (async () => {
    const own = Object.getOwnPropertyDescriptor(process, "env")!;
    Object.defineProperty(process, "env", { value: {}, configurable: true });
    try {
      const { default: h5wasm } = await import("h5wasm/node");
      await h5wasm.ready;
      return h5wasm;
    } finally {
      Object.defineProperty(process, "env", own);
    }
  })();
}

function opened(path: string, h5wasm: Library): Part {
  const { size } = Deno.statSync(path);
  if (size < 8 || new TextDecoder().decode(readPart(path, 1, 3)) !== "HDF") {
    throw new Error(`${path}: expected an HDF5 file, found one that is none; get it again`);
  }
  const file: H5File = new h5wasm.File(path, "r");
  const keys = file.keys(), missing = [IMAGE, CAPTION, PRODUCT].filter((k) => !keys.includes(k));
  const fail = (message: string): never => {
    file.close();
    throw new Error(`${path}: ${message}`);
  };
  if (missing.length > 0) {
    fail(`expected ${missing.join(", ")}, found only ${keys.join(", ") || "nothing"}`);
  }
  const images = file.get(IMAGE) as Dataset, shape = images.shape ?? [];
  if (shape.length !== 4 || shape[3] !== 3) {
    fail(`expected ${IMAGE} [n, height, width, 3], found [${shape.join(", ")}]`);
  }
  const columns = [CAPTION, PRODUCT, ...TEXTS].filter((key) => keys.includes(key))
    .map((key) => [key, file.get(key) as Dataset] as const);
  for (const [key, column] of columns) {
    if (column.shape?.[0] !== shape[0]) {
      fail(`expected ${shape[0]} rows in ${key} as in ${IMAGE}, found ${column.shape?.[0]}`);
    }
  }
  return { images, columns: new Map(columns), close: () => file.close() };
}

function* rowsOf({ images, columns }: Part, path: string, first: number): Generator<Row> {
  const [count, height, width] = images.shape as [number, number, number];
  const name = basename(path), split = /valid/.test(name) ? "validation" : "train";
  for (let from = 0; from < count; from += BLOCK) {
    const to = Math.min(count, from + BLOCK);
    const block = new Map(
      [...columns].map(([key, column]) => [key, [...column.slice(ranges(column, from, to)) as []]]),
    );
    for (let row = from; row < to; row++) {
      const cell = (key: string) => textOf(block.get(key)?.[row - from]);
      const where = `${path}:${row}`, caption = cell(CAPTION), product = cell(PRODUCT);
      if (caption === "") {
        yield problem(where, "no caption", `expected an ${CAPTION}, found an empty one`);
        continue;
      }
      const texts = Object.fromEntries(
        TEXTS.map((key) => [key.replace("input_", ""), cell(key).toLowerCase()]),
      );
      const gender = genderOf(texts.gender) ?? texts.gender;
      yield {
        id: `${name}:${row}`,
        image: h5Picture(path, row, { height, width }, first + row),
        captions: [caption],
        product: product === "" ? undefined : product,
        split,
        attributes: attributesOf({ ...texts, gender }),
        where,
      };
    }
  }
}

/** A range of rows with all of their further axes. */
function ranges({ shape }: Dataset, from: number, to: number): [] | [number, number][] {
  return (shape ?? []).map((_, axis) => axis === 0 ? [from, to] : []) as [number, number][];
}

/** A cell as text; line breaks that its makers wrote as tags become blanks. */
function textOf(value: unknown): string {
  const text = value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value ?? "";
  return String(text).replaceAll(/<br\s*\/?>|\s+/g, " ").trim();
}

/** A picture in an HDF5 file, opened for it alone: no handle is left open. */
function h5Picture(
  path: string,
  row: number,
  size: { width: number; height: number },
  position: number,
): PictureSource {
  return {
    name: `${path}:${row}`,
    raw: size,
    position,
    bytes: async () => {
      const h5wasm = await library();
      const file = new h5wasm.File(path, "r");
      try {
        const images = file.get(IMAGE) as Dataset;
        return Uint8Array.from(images.slice(ranges(images, row, row + 1)) as Uint8Array);
      } finally {
        file.close();
      }
    },
  };
}
