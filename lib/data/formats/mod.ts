/** The layouts that can be read, and which of them a folder is in. */
import { abo } from "./abo.ts";
import { deepfashion } from "./deepfashion.ts";
import { fashiongen } from "./fashiongen.ts";
import type { Format } from "./format.ts";
import { hm } from "./hm.ts";
import { imagefolder } from "./imagefolder.ts";
import { kaggle } from "./kaggle.ts";
import { m5product } from "./m5product.ts";
import { parquet } from "./parquet.ts";
import { product1m } from "./product1m.ts";
import { captioned } from "./captioned.ts";
import { webdataset } from "./webdataset.ts";

/** All layouts; where a folder fits several, the first of them counts. */
export const FORMATS: readonly Format[] = [
  imagefolder,
  abo,
  deepfashion,
  kaggle,
  hm,
  fashiongen,
  product1m,
  m5product,
  webdataset,
  parquet,
  captioned,
];

/** The layout called `wanted`, or the one that the files of a folder look like; throws on neither. */
export function formatOf(root: string, files: ReadonlySet<string>, wanted?: string): Format {
  const names = FORMATS.map(({ name }) => name).join(", ");
  if (wanted !== undefined) {
    const format = FORMATS.find(({ name }) => name === wanted);
    if (format) return format;
    throw new Error(`format "${wanted}" is not known; expected one of ${names}`);
  }
  const format = FORMATS.find((format) => format.detect(files));
  if (format) return format;
  const some = [...files].slice(0, 5).join(", ");
  throw new Error(
    `${root}: no metadata.jsonl and no other layout of a data set that is known; expected one of\n` +
      FORMATS.map(({ name, layout }) => `  ${name}: ${layout}`).join("\n") +
      `\nfound ${files.size} files${some === "" ? "" : ` (${some}, …)`}. docs/data.md shows each.`,
  );
}
