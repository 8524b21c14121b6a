/** Fetching a repository of the hub: only what a model needs, checked, into the shared cache. */
import { HubApiError, listFiles, modelInfo } from "@huggingface/hub";
import { basename, dirname, join } from "@std/path";
import {
  download,
  DownloadError,
  progress,
  type ProgressOptions,
  retryAfter,
  writeAtomic,
  writeJson,
} from "../runtime/mod.ts";
import { hubCache, knownCommit, repoFolder, snapshotFolder } from "./hub_cache.ts";
import { chooseFile, refusePickle, shardsOf } from "./tensor_files.ts";

/** What to fetch, and how. */
export interface GetOptions {
  /** Files by name; what a model needs unless given. */
  readonly files?: readonly string[];
  /** Branch, tag or commit; "main" unless given. */
  readonly revision?: string | undefined;
  /** Variant of the tensors, such as "fp16". */
  readonly variant?: string | undefined;
  /** Where the hub is; HF_ENDPOINT, else the public one. */
  readonly endpoint?: string | undefined;
  /** Who asks; HF_TOKEN unless given. Shown nowhere. */
  readonly token?: string | undefined;
  readonly cache?: string;
  readonly progress?: ProgressOptions;
  /** Waits for some milliseconds; for tests. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** A file of a repository as the hub describes it. */
export interface RemoteFile {
  readonly path: string;
  readonly size: number;
  readonly sha256?: string;
  readonly gitSha1?: string;
}

/** What stands in a snapshot about where its files came from. */
export const MANIFEST = ".unidiff.json";

/**
 * Fetches what a model needs of a repository; → the folder.
 *
 * A CLIP or a Stable Diffusion v1 pipeline is known by its files. What is there already is not fetched
 * again; a call that was cut off goes on. Every file is checked by size and hash. Throws an Error that
 * says what the hub said and the way out; the token is in no message.
 */
export async function getRepository(repo: string, options: GetOptions = {}): Promise<string> {
  const { cache = hubCache(), revision = "main", wait } = options;
  const endpoint = (options.endpoint ?? Deno.env.get("HF_ENDPOINT") ?? "https://huggingface.co")
    .replace(/\/+$/, "");
  const token = options.token ?? Deno.env.get("HF_TOKEN");
  repoFolder(repo, cache); // refuses a name that is none
  options.files?.forEach(refusePickle);
  const hub = {
    hubUrl: endpoint,
    fetch: patient(wait),
    ...(token ? { accessToken: token as `hf_${string}` } : {}),
  };
  const access = token
    ? `the token in HF_TOKEN has no access to ${repo}, or the repository does not exist; accept its ` +
      "licence on its page, or check the name"
    : `${repo} does not exist, or wants to know who asks: check the name, or accept its licence on ` +
      "its page and put a read token into HF_TOKEN";

  const [commit, all] = await explained(repo, revision, access, async () => {
    const known = /^[0-9a-f]{40}$/.test(revision);
    const commit = known
      ? revision
      : (await modelInfo({ name: repo, revision, additionalFields: ["sha"], ...hub })).sha;
    const files: RemoteFile[] = [];
    const listed = listFiles({ repo, revision: commit, recursive: true, ...hub });
    for await (const { type, path, size, oid, lfs } of listed) {
      if (type !== "file") continue;
      const hash = lfs ? { sha256: lfs.oid } : oid ? { gitSha1: oid } : {};
      files.push({ path, size: lfs?.size ?? size, ...hash });
    }
    return [commit, files] as const;
  });
  const wanted = chosen(repo, all, options);
  const folder = snapshotFolder(repo, commit, cache);
  const total = wanted.reduce((sum, { size }) => sum + size, 0),
    mb = (n: number) => Math.round(n / 1e6);
  const line = progress(mb(total), repo, { unit: "MB", ...options.progress });
  let before = 0;
  for (const { path, size, sha256, gitSha1 } of wanted) {
    const url = `${endpoint}/${repo}/resolve/${commit}/${
      path.split("/").map(encodeURIComponent).join("/")
    }`;
    await download(url, join(folder, path), {
      size,
      sha256,
      gitSha1,
      access,
      ...(token ? { headers: { authorization: `Bearer ${token}` } } : {}),
      ...(wait ? { wait } : {}),
      onProgress: (done) => line.step(mb(before + done), path),
    });
    before += size;
    line.step(mb(before), path);
  }
  await rememberFiles(folder, repo, commit, wanted);
  if (commit !== revision && await knownCommit(repo, revision, cache) !== commit) {
    await writeAtomic(join(repoFolder(repo, cache), "refs", revision), commit);
  }
  await line.done(`${wanted.length} files`);
  return folder;
}

/** Adds to the list of what a snapshot must hold. */
async function rememberFiles(folder: string, repo: string, commit: string, files: RemoteFile[]) {
  const path = join(folder, MANIFEST);
  const before = await Deno.readTextFile(path).then(JSON.parse, () => ({ files: [] }));
  const byPath = new Map<string, RemoteFile>();
  for (const file of [...before.files as RemoteFile[], ...files]) byPath.set(file.path, file);
  const sorted = [...byPath.values()].sort((a, b) => a.path < b.path ? -1 : 1);
  await writeJson(path, { repo, commit, files: sorted });
}

/** The files to fetch: those that are named, or what a model of either kind needs. */
function chosen(
  repo: string,
  all: readonly RemoteFile[],
  { files, variant }: GetOptions,
): RemoteFile[] {
  const byPath = new Map(all.map((file) => [file.path, file]));
  const names = files?.length ? files : neededFiles(repo, [...byPath.keys()], variant);
  return names.map((name) => {
    const found = byPath.get(name);
    if (!found) throw new Error(`${repo}: no file "${name}" among ${all.length}`);
    // The name comes from the server and becomes a path here.
    const parts = name.split("/");
    if (/[\\\0]/.test(name) || parts.some((part) => part === "" || part === "." || part === "..")) {
      throw new Error(`${repo}: "${name}" is no name of a file inside the repository`);
    }
    return found;
  });
}

const TOKENIZER = [
  "vocab.json",
  "merges.txt",
  "tokenizer.json",
  "tokenizer_config.json",
  "special_tokens_map.json",
];

/**
 * What a model needs of a repository that holds the files called `paths`.
 *
 * Throws where it is neither a CLIP nor a Stable Diffusion pipeline, or has no safetensors.
 */
export function neededFiles(
  repo: string,
  paths: readonly string[],
  variant?: string,
): string[] {
  const there = new Set(paths);
  const weights = (folder: string, stem: "model" | "diffusion_pytorch_model", v = variant) => {
    const inside = paths.filter((path) => dirname(path) === (folder || ".")).map((path) =>
      basename(path)
    );
    const name = chooseFile(join(repo, folder), inside, stem, v);
    const files = name.endsWith(".json") ? [name, ...shardsOf(name, inside, stem)] : [name];
    return files.map((file) => folder === "" ? file : `${folder}/${file}`);
  };
  const have = (names: readonly string[]) => names.filter((name) => there.has(name));
  if (there.has("model_index.json")) {
    return [
      "model_index.json",
      ...have(["scheduler/scheduler_config.json", ...TOKENIZER.map((name) => `tokenizer/${name}`)]),
      ...have(["text_encoder/config.json", "unet/config.json", "vae/config.json"]),
      ...weights("text_encoder", "model"),
      ...weights("unet", "diffusion_pytorch_model"),
      ...weights("vae", "diffusion_pytorch_model"),
    ];
  }
  if (!there.has("config.json")) {
    throw new Error(
      `${repo}: expected config.json (CLIP) or model_index.json (a pipeline), found neither among ` +
        `${paths.length} files; name the files to fetch`,
    );
  }
  const variants = paths.some((path) => variant && path.includes(`.${variant}.`));
  return [
    "config.json",
    ...have(["preprocessor_config.json", ...TOKENIZER]),
    ...weights("", "model", variants ? variant : undefined),
  ];
}

/** Puts what the hub says into words. */
async function explained<T>(
  repo: string,
  revision: string,
  access: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof HubApiError)) throw error;
    const { statusCode: status } = error, at = new URL(error.url).origin;
    const said = `${repo} (${revision}): ${at} says ${status}`;
    if (status === 401 || status === 403) {
      throw new DownloadError(`${said} (no access); ${access}`, { status });
    }
    if (status === 404) {
      throw new DownloadError(`${said} (not found); check the name and the revision`, { status });
    }
    throw new DownloadError(`${said}; try again later`, { status });
  }
}

/** A fetch that waits and asks again where that may help, four times at most. */
function patient(
  wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
): typeof fetch {
  return async (input, init) => {
    for (let attempt = 0;; attempt++) {
      const last = attempt === 4;
      try {
        const response = await fetch(input, { ...init, signal: AbortSignal.timeout(60_000) });
        const again = response.status === 429 || response.status >= 500;
        if (!again || last) return response;
        await response.body?.cancel();
        const asked = retryAfter(response.headers.get("retry-after")) ?? 1000 * 2 ** attempt;
        if (asked > 120_000) return response;
        await wait(asked);
      } catch (error) {
        if (last) {
          const { origin } = new URL(String(input instanceof Request ? input.url : input));
          throw new DownloadError(
            `${origin} cannot be reached (${(error as Error).message}); check the connection, or ` +
              "HF_ENDPOINT where the hub has a mirror",
          );
        }
        await wait(1000 * 2 ** attempt);
      }
    }
  };
}
