/** One archive of the project with all that it needs, for machines without a network. */
import { basename, dirname, join, relative } from "@std/path";
import { addonDone } from "./addon.ts";
import { PACKED } from "./packed.ts";
import { lastLine, type Places, placesOf, run } from "./places.ts";
import { tensorflowFolder, tensorflowStamp } from "./python.ts";

/** What goes into an archive: names relative to a folder, and texts that are written for it. */
export interface PackList {
  /** Files of the project: those that git knows or could know, without results. */
  readonly files: readonly string[];
  /** TensorFlow's libraries in `.venv`, and CUDA's where its wheel is there. */
  readonly libraries: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}

/**
 * Says what an archive of a project has in it, beside `node_modules` and Deno.
 *
 * A venv cannot be moved, so of it the libraries alone go along: the archive trains and measures on
 * CPU and GPU, and executes no notebooks. Throws where set-up has not been done.
 */
export async function packList(places: Places = placesOf()): Promise<PackList> {
  const { project } = places, tensorflow = tensorflowFolder(places);
  if (tensorflow === undefined || !addonDone(places)) {
    throw new Error("the native backend is not set up here; run: deno task setup");
  }
  const listed = await run("git", [
    ...["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    ...["--", ".", ":!results", ":!deno.json", ":!deno.lock"],
  ], project);
  if (!listed.ok) {
    throw new Error(`git cannot list the project's files (${lastLine(listed.output)})`);
  }
  const files = listed.output.split("\0").map((name) => name.trim()).filter((name) => name !== "");
  const site = dirname(tensorflow),
    libraries = [
      ...await sharedObjects(tensorflow, 1),
      ...await sharedObjects(join(site, "nvidia"), 4),
      join(tensorflow, "THIRD_PARTY_NOTICES.txt"),
    ].map((path) => relative(project, path));
  return { files, libraries, texts: await packedTexts(places) };
}

/**
 * Writes the archive to `out`: everything in one folder `unidiff`, which runs where it is unpacked, as
 * `bin/deno task reproduce`. Nothing is left at `out` where it fails.
 */
export async function writePack(out: string, places: Places = placesOf()): Promise<void> {
  const { files, libraries, texts } = await packList(places), { project, cache } = places;
  await Deno.mkdir(cache, { recursive: true });
  const made = await Deno.makeTempDir({ dir: cache, prefix: "pack-" });
  const unfinished = `${out}.${Deno.pid}.tmp`;
  try {
    for (const [name, text] of Object.entries(texts)) {
      await Deno.writeTextFile(join(made, name), text);
    }
    await Deno.mkdir(join(made, "bin"));
    await Deno.copyFile(Deno.execPath(), join(made, "bin", "deno"));
    const list = join(made, "list");
    await Deno.writeTextFile(list, [...files, ...libraries, "node_modules"].join("\n"));
    const packed = await run("tar", [
      ...["--create", "--gzip", "--file", unfinished, "--exclude=*.map", "--exclude=*.tmp"],
      // Links inside node_modules stay as they are.
      ...["--transform=s,^,unidiff/,S", "--owner=0", "--group=0"],
      ...["-C", project, "--verbatim-files-from", "--files-from", list],
      ...["-C", made, "bin", ...Object.keys(texts)],
    ]);
    if (!packed.ok) throw new Error(`tar: ${lastLine(packed.output)}`);
    await Deno.rename(unfinished, out);
  } finally {
    await Deno.remove(made, { recursive: true });
    await Deno.remove(unfinished).catch(() => {});
  }
}

/**
 * deno.json with the packages as they lie in `node_modules`, a package.json that names them, and what
 * says that nothing has to be set up. Deno then asks no registry.
 */
async function packedTexts(places: Places): Promise<Record<string, string>> {
  const own = JSON.parse(await Deno.readTextFile(join(places.project, "deno.json")));
  const dependencies = Object.fromEntries(
    Object.values(own.imports as Record<string, string>)
      .map((to) => /^npm:(.+)@([^@/]+)$/.exec(to))
      .flatMap((found) => found ? [[found[1], found[2]]] : []),
  );
  const json = (value: unknown) => JSON.stringify(value, null, 2) + "\n";
  return {
    "deno.json": json({ ...own, nodeModulesDir: "manual", lock: false }),
    "package.json": json({ private: true, dependencies }),
    [PACKED]: json({ tensorflow: tensorflowStamp(places) }),
  };
}

/** Shared libraries in a folder, so many levels deep; none where it is not there. */
async function sharedObjects(folder: string, depth: number): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory && depth > 1) found.push(...await sharedObjects(path, depth - 1));
      else if (/\.so(\.\d+)*$/.test(basename(name))) found.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}
