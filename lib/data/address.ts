/** How a data set is named on a command line: "NAME" or "PATH", with options behind "#". */
import { Misnamed } from "../runtime/mod.ts";
import { parseFold } from "./folds.ts";
import type { Columns } from "./formats/format.ts";
import type { Fold } from "./record.ts";

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
  /** The fold that is tested on, in place of the set's own splits. */
  readonly fold?: Fold;
}

const OPTIONS = "fashion-man, fashion-woman, format=NAME, image=COLUMN, caption=COLUMN, " +
  "product=COLUMN, split=COLUMN, take=N (pictures), seed=N (of splits), fold=KofN (tested on, such as 1of5)";

/**
 * Reads e.g. "deepfashion-multimodal#fashion-man" or "./mine#format=parquet#caption=title".
 *
 * The longest beginning that is a folder, `isFolder` says, is the place: its name may hold "#" too.
 * Throws on an option that is not known, listing those there are.
 */
export function parseAddress(name: string, isFolder = isFolderNow): Address {
  const [place, options] = divided(name, isFolder);
  const address: {
    -readonly [K in keyof Address]: Address[K];
  } = { place, columns: {} };
  for (const option of options) {
    const [key = "", value] = option.split("=", 2);
    if ((key === "fashion-man" || key === "fashion-woman") && value === undefined) {
      address.part = key;
    } else if (key === "format" && value) address.format = value;
    else if (["image", "caption", "product", "split"].includes(key) && value) {
      address.columns = { ...address.columns, [key]: value };
    } else if (key === "take" && /^[1-9]\d*$/.test(value ?? "")) address.take = Number(value);
    else if (key === "seed" && /^\d+$/.test(value ?? "")) address.splitSeed = Number(value);
    else if (key === "fold" && parseFold(value ?? "")) address.fold = parseFold(value!)!;
    else {
      throw new Misnamed(`data set "${name}": found "#${option}", expected one of ${OPTIONS}`);
    }
  }
  return address;
}

/** The place and the options behind it. */
function divided(name: string, isFolder: (path: string) => boolean): [string, string[]] {
  const parts = name.split("#");
  for (let length = parts.length; length > 1; length--) {
    const place = parts.slice(0, length).join("#");
    if (/[/\\]/.test(place) && isFolder(place)) return [place, parts.slice(length)];
  }
  return [parts[0] as string, parts.slice(1)];
}

function isFolderNow(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
