/**
 * Amazon Berkeley Objects: two archives that are read as they are. The bucket has no versions and
 * states no hashes: the SHA-256 of what came first is kept beside each archive, and compared when it
 * is fetched again.
 */
import { join } from "@std/path";
import {
  download,
  exists,
  hashFile,
  type Progress,
  progress,
  writeAtomic,
} from "../../runtime/mod.ts";
import { type FetchOptions, mirrored, partsFolder, type Source } from "./source.ts";

const BASE = "https://amazon-berkeley-objects.s3.amazonaws.com/archives";
const ARCHIVES = ["abo-listings.tar", "abo-images-small.tar"];

/** Amazon Berkeley Objects with pictures of 256 pixels. */
export const abo: Source = {
  name: "abo",
  sets: ["abo"],
  title: "Amazon Berkeley Objects: 147,702 listings, 398,212 pictures of at most 256 pixels",
  version: "the archives of its bucket, which has no versions",
  bytes: 3.34e9,
  licence: {
    name: "CC-BY-4.0 (older copies of its README: CC-BY-NC-4.0)",
    text:
      "Creative Commons Attribution 4.0, https://creativecommons.org/licenses/by/4.0/legalcode; " +
      "the text lies in the archives. Older copies and the paper state CC-BY-NC-4.0: no commercial " +
      "use is the careful reading. Credit Amazon.com for the data, including all images.",
  },
  fetch: async (options) => [await fetchAll(options)],
};

async function fetchAll(o: FetchOptions): Promise<string> {
  const folder = join(o.to, "abo");
  if (await exists(folder)) return folder;
  const unfinished = join(partsFolder(o.to, "abo"), "abo");
  for (const archive of ARCHIVES) {
    const path = join(unfinished, archive), sums = join(o.to, ".parts", `${archive}.sha256`);
    const sha256 = await Deno.readTextFile(sums).catch(() => undefined);
    let line: Progress | undefined; // the server says how much there is
    await download(mirrored(`${BASE}/${archive}`), path, {
      ...o.download,
      sha256,
      onProgress: (done, total = done) => {
        line ??= progress(Math.round(total / 1e6), `fetching ${archive}`, { unit: "MB" });
        line.step(Math.round(done / 1e6));
      },
    });
    await line?.done();
    if (sha256 === undefined) await writeAtomic(sums, await hashFile(path, "sha256"));
  }
  await Deno.rename(unfinished, folder);
  return folder;
}
