/**
 * Makes `data/ecommerce-product`, the product pictures that may lie in this repository.
 *
 * `deno run -A lib/workshop/embed_data.ts FROM`, where FROM holds `ecommerce-product/` (an imagefolder
 * whose lines carry `source`, `license` and `creator`) and `LICENSES/`. Pictures and lines are copied
 * byte for byte, so that a picture here is the very picture of the whole set.
 */
import { dirname, join } from "@std/path";
import { dataFolder, loadFolder, METADATA, PUBLISHABLE } from "../data/mod.ts";
import { writeAtomic, writeJson } from "../runtime/mod.ts";
import { creditsOf, productsBySplit, replaceFolder } from "./embedded_folder.ts";

/** The most that `data/ecommerce-product` may weigh, in bytes. */
const LIMIT = 10e6;

interface Line {
  text: string;
  file_name: string;
  title: string;
  product: string;
  split: string;
  source: string;
  license: string;
  creator: string;
}

/** The lines of metadata that may be committed, as parsed values beside their text. */
function allowedLines(metadata: string): { raw: string; line: Line }[] {
  return metadata.split("\n").filter((raw) => raw.trim() !== "")
    .map((raw) => ({ raw, line: JSON.parse(raw) as Line }))
    .filter(({ line }) => PUBLISHABLE.some(({ start }) => line.source.startsWith(start)));
}

/** CREDITS.md of `data/ecommerce-product`. */
export function credits(lines: readonly Line[]): string {
  return creditsOf(
    lines,
    "deno run -A lib/workshop/embed_data.ts",
    "catalogue icons and photographs were laid on white, scaled to 256x256 and stored as JPEG; " +
      "captions were built from names, tags and categories.",
  );
}

/** Copies the allowed part of `from` to `to` (a `data` folder) and returns the number of pictures. */
export async function embedData(from: string, to: string): Promise<number> {
  const name = "ecommerce-product", source = join(from, name), target = join(to, name);
  await loadFolder(source); // every line and picture is sound before the first is copied
  const kept = allowedLines(await Deno.readTextFile(join(source, METADATA)));
  if (kept.length === 0) {
    throw new Error(
      `${join(source, METADATA)}: found no line whose "source" starts with ` +
        `${
          PUBLISHABLE.map(({ start }) => `"${start}"`).join(", ")
        }; give the folder of the whole set`,
    );
  }
  const lines = kept.map(({ line }) => line);
  await replaceFolder(target, async (folder) => {
    let bytes = 0;
    for (const { file_name } of lines) {
      await Deno.mkdir(dirname(join(folder, file_name)), { recursive: true });
      const picture = await Deno.readFile(join(source, file_name));
      await Deno.writeFile(join(folder, file_name), picture);
      bytes += picture.length;
    }
    if (bytes > LIMIT) {
      throw new Error(`the pictures weigh ${bytes} bytes, at most ${LIMIT} may be embedded`);
    }
    await writeAtomic(join(folder, METADATA), kept.map(({ raw }) => raw + "\n").join(""));
    await writeAtomic(join(folder, "CREDITS.md"), credits(lines));
    await writeJson(join(folder, "splits.json"), productsBySplit(lines));
  });
  for (const { licenceFile } of PUBLISHABLE) {
    const text = await Deno.readFile(join(from, "LICENSES", licenceFile));
    await writeAtomic(join(to, "LICENSES", licenceFile), text);
  }
  return lines.length;
}

if (import.meta.main) {
  const [from] = Deno.args;
  if (from === undefined) {
    console.error(
      "Usage: deno run -A lib/workshop/embed_data.ts FROM (holds ecommerce-product/, LICENSES/)",
    );
    Deno.exit(2);
  }
  const to = dataFolder;
  console.log(`${await embedData(from, to)} pictures embedded in ${join(to, "ecommerce-product")}`);
}
