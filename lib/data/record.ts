/** What every data set becomes, whatever its format: records of pictures with captions. */
import type { PictureSource } from "./picture.ts";

/** The parts of a data set. */
export const SPLITS = ["train", "validation", "test"] as const;
export type Split = typeof SPLITS[number];

/** The split of a name such as "val", "Test" or "training"; undefined for any other. */
export function splitOf(name: string): Split | undefined {
  const word = name.trim().toLowerCase();
  if (/^(train|training)$/.test(word)) return "train";
  if (/^(val|valid|validation|dev|development)$/.test(word)) return "validation";
  if (/^(test|testing|eval|evaluation)$/.test(word)) return "test";
  return undefined;
}

/** What the pictures are; "pictures" where nobody has said. */
export type Kind = "photographs" | "renders" | "renders and photographs" | "drawn" | "pictures";

/**
 * Where a data set was found: in `data/`, in `datasets/`, in the folder of UNIDIFF_DATA, at a path
 * given, or drawn.
 */
export type Origin = "embedded" | "downloaded" | "UNIDIFF_DATA" | "path" | "drawn";

/** One picture. */
export interface ProductRecord {
  /** The picture's `file_name`, unique within its set. */
  id: string;
  image: PictureSource;
  /** At least one, none empty. */
  captions: string[];
  /** What splits and subsets are made of: colours and views of one garment share a product. */
  product: string;
  split: Split;
  /** Every other field of the line, as text. */
  attributes: Record<string, string | string[]>;
  /** File and line the record stands on, e.g. "…/metadata.jsonl:12", for messages. */
  where: string;
}

/** Something that is wrong with one line or picture. */
export interface Problem {
  /** File and line. */
  where: string;
  /** What it is counted under, e.g. "no picture". */
  kind: string;
  reason: string;
  /** Nothing is wrong with a row: something else was not taken, which is counted and stops nothing. */
  mild?: true;
}

/** One of `of` folds by product, `index` from 1. */
export interface Fold {
  readonly index: number;
  readonly of: number;
}

/** A loaded data set; its records are sorted by id. */
export interface DataSet {
  name: string;
  kind: Kind;
  /** The licences of its lines, or "not stated". */
  licence: string;
  origin: Origin;
  folder: string;
  /** The layout it was read in; see formats/. */
  format: string;
  records: ProductRecord[];
  /** Hexadecimal SHA-256 of the content, whatever the order of lines; see fingerprint.ts. */
  fingerprint: string;
  /** Which column became what, where a table has several; for messages. */
  columns?: string;
  /** Whether the set names its splits, or they were made by product from a seed. */
  splits: "given" | "made";
  /** The fold that is its test part, where it is divided into folds. */
  fold?: Fold;
  /** Bad lines and pictures left out because the user allowed it. */
  skipped: Problem[];
}
