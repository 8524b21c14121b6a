/** Copies of published sets on the Hugging Face hub, at a pinned commit. */
import { listFiles } from "@huggingface/hub";
import { basename, join } from "@std/path";
import { download, exists, progress } from "../../runtime/mod.ts";
import { type FetchOptions, type Licence, mirrored, partsFolder, type Source } from "./source.ts";

/** A data set on the hub: a repository at a commit, and the files that are wanted of it. */
export interface HubSource {
  readonly name: string;
  readonly title: string;
  readonly repository: string;
  /** Forty hexadecimal digits: a commit's content never changes, so neither do its hashes. */
  readonly commit: string;
  /** Their SHA-256 where it is known here; the hub states it in any case. */
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly bytes: number;
  readonly licence: Licence;
}

/** The hub, or what stands for it by the variable that its own tools read. */
const hub = () => Deno.env.get("HF_ENDPOINT") || mirrored("https://huggingface.co");

/** A data set of the hub as a source: its parquet files in a folder of its name. */
export function hubSource(set: HubSource): Source {
  const { name, title, repository, commit, bytes, licence } = set;
  return {
    name,
    sets: [name],
    title,
    version: `${repository} @ ${commit}`,
    bytes,
    licence,
    fetch: async (options) => [await fetchSet(set, options)],
  };
}

async function fetchSet(set: HubSource, o: FetchOptions): Promise<string> {
  const folder = join(o.to, set.name);
  if (await exists(folder)) return folder;
  const known = await stated(set), unfinished = join(partsFolder(o.to, set.name), set.name);
  const line = progress(total(known), `fetching ${set.name}`, { unit: "MB" });
  let before = 0;
  for (const { path, size, sha256 } of known) {
    const url = `${hub()}/datasets/${set.repository}/resolve/${set.commit}/${path}`;
    await download(url, join(unfinished, "data", basename(path)), {
      ...o.download,
      size,
      sha256,
      onProgress: (done) => line.step(megabytes(before + done)),
    });
    before += size;
  }
  await line.done();
  await Deno.rename(unfinished, folder);
  return folder;
}

interface Known {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
const total = (files: readonly Known[]) => megabytes(files.reduce((sum, f) => sum + f.size, 0));

/** Size and hash of each wanted file, as the hub states them for the commit. */
async function stated({ repository, commit, files }: HubSource): Promise<Known[]> {
  const found = new Map<string, Known>();
  const listing = listFiles({
    repo: { type: "dataset", name: repository },
    revision: commit,
    recursive: true,
    hubUrl: hub(),
  });
  for await (const { path, size, lfs } of listing) {
    if (lfs) found.set(path, { path, size: lfs.size ?? size, sha256: lfs.oid });
  }
  return Object.entries(files).map(([path, pinned]) => {
    const known = found.get(path), place = `${repository} @ ${commit}`;
    if (known === undefined) {
      throw new Error(
        `${place}: expected ${path}, found ${[...found.keys()].join(", ") || "no large file"}; ` +
          "the copy has gone or moved",
      );
    }
    if (pinned !== undefined && pinned !== known.sha256) {
      throw new Error(`${place}: ${path} has the hash ${known.sha256}, expected ${pinned}`);
    }
    return known;
  });
}
