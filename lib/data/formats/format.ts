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
  readonly split?: string;
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
  /** Which column becomes what, in words, where a table has several. */
  columns?(folder: string, files: ReadonlySet<string>, columns: Columns): Promise<string>;
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

/** What lies in a folder, and what was passed over. */
export interface Listing {
  /** Paths of all files, relative, with "/"; hidden ones left out. */
  readonly files: Set<string>;
  readonly left: Problem[];
}

/** Lists a folder with all in it; links are followed, each folder once, and those that lead nowhere told. */
export async function listFolder(folder: string): Promise<Listing> {
  const files = new Set<string>(), left: Problem[] = [], entered = new Set<string>();
  const visit = async (path: string) => {
    const real = await Deno.realPath(join(folder, path));
    if (entered.has(real)) return; // a link back
    entered.add(real);
    for await (const entry of Deno.readDir(join(folder, path))) {
      const { name } = entry, inside = path === "" ? name : `${path}/${name}`;
      if (name.startsWith(".")) continue;
      const info = entry.isSymlink ? await target(join(folder, inside)) : entry;
      if (info === undefined) {
        const reason = "the link leads nowhere, or to itself";
        left.push(leftOut(join(folder, inside), "broken link", reason));
      } else if (info.isDirectory) await visit(inside);
      else if (info.isFile) files.add(inside);
    }
  };
  await visit("");
  return { files, left };
}

/** Paths of all files under a folder, as {@link listFolder} finds them. */
export async function listFiles(folder: string): Promise<Set<string>> {
  return (await listFolder(folder)).files;
}

async function target(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch {
    return undefined;
  }
}

/** Something that is no row and was not taken: it is counted, and stops nothing. */
export function leftOut(where: string, kind: string, reason: string): Problem {
  return { where, kind, reason, mild: true };
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

export { isPicture, undecodable } from "../picture_kinds.ts";
