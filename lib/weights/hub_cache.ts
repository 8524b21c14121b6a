/** Where repositories of the hub lie on disk: the layout that huggingface_hub shares. */
import { isAbsolute, join, resolve } from "@std/path";
import { exists, projectFolder } from "../runtime/mod.ts";

/**
 * The folder of all repositories: `hub` in UNIDIFF_CACHE; HF_HUB_CACHE, or `hub` in HF_HOME, where
 * Python's libraries find them too; else in the project's own cache.
 */
export function hubCache(env: (name: string) => string | undefined = Deno.env.get): string {
  const own = env("UNIDIFF_CACHE"), hub = env("HF_HUB_CACHE"), home = env("HF_HOME");
  if (own) return resolve(own, "hub");
  if (hub) return resolve(hub);
  return home ? resolve(home, "hub") : join(projectFolder, ".cache", "hub");
}

/** A name such as `openai/clip-vit-large-patch14`. */
const REPO = /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/;

/** The folder of one repository; throws where the name is none. */
export function repoFolder(repo: string, cache = hubCache()): string {
  if (!REPO.test(repo) || repo.includes("..")) {
    throw new Error(
      `repository "${repo}": expected owner/name, such as openai/clip-vit-large-patch14`,
    );
  }
  return join(cache, `models--${repo.replace("/", "--")}`);
}

/** The folder of one commit of a repository. */
export function snapshotFolder(repo: string, commit: string, cache = hubCache()): string {
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new Error(
      `repository ${repo}: found the commit "${
        commit.slice(0, 80)
      }", expected 40 hexadecimal digits`,
    );
  }
  return join(repoFolder(repo, cache), "snapshots", commit);
}

/** The commit that a branch or tag had when it was last fetched, or nothing. */
export async function knownCommit(
  repo: string,
  revision = "main",
  cache = hubCache(),
): Promise<string | undefined> {
  if (/^[0-9a-f]{40}$/.test(revision)) return revision;
  if (!/^[\w][\w./-]*$/.test(revision) || revision.split("/").includes("..")) {
    throw new Error(`revision "${revision}": expected a branch, a tag or a commit, such as main`);
  }
  const path = join(repoFolder(repo, cache), "refs", revision);
  const commit = (await Deno.readTextFile(path).catch(() => "")).trim();
  return /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
}

/**
 * The folder that a user means: a path, or the name of a repository that was fetched before.
 *
 * Throws an Error that says where it looked and how to fetch it.
 */
export async function findPublished(name: string, cache = hubCache()): Promise<string> {
  if (await exists(name)) return isAbsolute(name) ? name : resolve(name);
  if (!REPO.test(name)) throw new Error(`${name}: no such folder`);
  const commit = await knownCommit(name, "main", cache);
  const folder = commit && snapshotFolder(name, commit, cache);
  if (folder && await exists(folder)) return folder;
  throw new Error(
    `${name}: no such folder, and no repository of that name in ${cache}; ` +
      `"deno task weights get ${name}" fetches it`,
  );
}
