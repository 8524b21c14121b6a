/** What a reader of a published layout gives, and how readers are told apart. */
import { join } from "@std/path";
import type { PictureSource } from "../picture.ts";
import type { Kind, Problem } from "../record.ts";

/** A row that can be used, before it is checked against the others; see assemble.ts. */
export interface Entry {
  /** Unique within the set. */
  readonly id: string;
  readonly image: PictureSource;
  readonly captions: readonly string[];
  /** The picture stands for itself where no row of the set names a product. */
  readonly product?: string | undefined;
  /** Splits are made where no row of the set names one. */
  readonly split?: string | undefined;
  readonly attributes: Readonly<Record<string, string | string[]>>;
  readonly where: string;
  /** What ties products together: those with a link in common get the same split. */
  readonly links?: readonly string[];
}

/** A row of a set: one that can be used, or why it cannot. */
export type Row = Entry | Problem;

/** Columns by another name than the format's own. */
export interface Columns {
  readonly image?: string;
  readonly caption?: string;
  readonly product?: string;
}

/** A published layout of captioned pictures. */
export interface Format {
  readonly name: string;
  /** What such a folder holds, in words, for messages. */
  readonly layout: string;
  /** A row that cannot be used stops the job; else it is left out and counted, as published sets need. */
  readonly strict: boolean;
  readonly kind: Kind;
  /** For sets that state none themselves. */
  readonly licence?: string;
  /** Whether a folder with these files (paths with "/", see {@link listFiles}) looks so. */
  detect(files: ReadonlySet<string>): boolean;
  /** The rows, one by one. Throws where the folder is not what it claims to be. */
  read(folder: string, files: ReadonlySet<string>, columns: Columns): AsyncIterable<Row>;
}

/** Whether a row is a problem. */
export function isProblem(row: Row): row is Problem {
  return "reason" in row;
}

/** A row that cannot be used: `kind` is what it is counted under. */
export function problem(where: string, kind: string, reason = kind): Problem {
  return { where, kind, reason };
}

/** Paths of all files under a folder, relative, with "/"; hidden ones left out. */
export async function listFiles(folder: string): Promise<Set<string>> {
  const files = new Set<string>();
  const visit = async (path: string) => {
    for await (const entry of Deno.readDir(join(folder, path))) {
      const { name } = entry, inside = path === "" ? name : `${path}/${name}`;
      if (name.startsWith(".")) continue;
      if (entry.isDirectory) await visit(inside);
      else if (entry.isFile || (await Deno.stat(join(folder, inside))).isFile) files.add(inside);
    }
  };
  await visit("");
  return files;
}

/** Whether a file's name says that it is a picture. */
export function isPicture(path: string): boolean {
  return /\.(jpe?g|png|webp|gif|tiff?|avif|bmp)$/i.test(path);
}

/** Columns of a table as attributes: text as it is, numbers written out, empty ones left out. */
export function attributesOf(fields: Readonly<Record<string, unknown>>): Entry["attributes"] {
  const asText = (value: unknown) =>
    typeof value === "string"
      ? value
      : typeof value === "bigint"
      ? String(value)
      : JSON.stringify(value);
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([key, value]) => [key, Array.isArray(value) ? value.map(asText) : asText(value)]),
  );
}

/** "men" or "women", however a set writes it; undefined for anything else. */
export function genderOf(value: unknown): "men" | "women" | undefined {
  if (typeof value !== "string") return undefined;
  const word = value.trim().toLowerCase();
  if (["men", "man", "male", "menswear", "mens"].includes(word)) return "men";
  if (["women", "woman", "female", "ladieswear", "womens"].includes(word)) return "women";
  return undefined;
}

/** Text cut to at most 60 characters, for messages. */
export function shortened(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}
