/** How a data set is named on a command line: "NAME" or "PATH", with options behind "#". */
import type { Columns } from "./formats/format.ts";

/** What a name asks for. */
export interface Address {
  /** The name of a set, or a path (with a slash in it). */
  readonly place: string;
  readonly part?: "fashion-man" | "fashion-woman";
  readonly format?: string;
  readonly columns: Columns;
  readonly splitSeed?: number;
  /** Only so many pictures, in whole products. */
  readonly take?: number;
}

const OPTIONS = "fashion-man, fashion-woman, format=NAME, image=COLUMN, caption=COLUMN, " +
  "product=COLUMN, take=N (pictures), seed=N (of splits)";

/**
 * Reads e.g. "deepfashion-multimodal#fashion-man" or "./mine#format=parquet#caption=title".
 *
 * Throws on an option that is not known, listing those there are.
 */
export function parseAddress(name: string): Address {
  const [place = "", ...options] = name.split("#");
  const address: {
    -readonly [K in keyof Address]: Address[K];
  } = { place, columns: {} };
  for (const option of options) {
    const [key = "", value] = option.split("=", 2);
    if ((key === "fashion-man" || key === "fashion-woman") && value === undefined) {
      address.part = key;
    } else if (key === "format" && value) address.format = value;
    else if ((key === "image" || key === "caption" || key === "product") && value) {
      address.columns = { ...address.columns, [key]: value };
    } else if (key === "take" && /^[1-9]\d*$/.test(value ?? "")) address.take = Number(value);
    else if (key === "seed" && /^\d+$/.test(value ?? "")) address.splitSeed = Number(value);
    else {
      throw new Error(`data set "${name}": found "#${option}", expected one of ${OPTIONS}`);
    }
  }
  return address;
}
