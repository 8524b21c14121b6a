/** The pictures and labels of emoji: two npm packages that pretraining alone fetches. */
import { join } from "@std/path";
import { exists, writeJson } from "../../../runtime/mod.ts";
import { lastLine, run } from "../../../runtime/setup/mod.ts";
import { cacheFolder, sha256 } from "../../../data/mod.ts";
import type { Emoji } from "./labels.ts";

/**
 * What is fetched, at exact versions, both MIT: 3D pictures (16 MB) and their names (7 MB). They stand
 * in no deno.json and no lock of the project, for whoever never pretrains does not need them.
 */
export const EMOJI_PACKAGES = {
  "@lobehub/fluent-emoji-3d": "1.1.0",
  "emojibase-data": "17.0.0",
} as const;

/** SHA-256 of the names (en/data.json): another content would be another corpus. */
const NAMES = "ed014f1049bd370c5794f815850156196ac382850f51c3e9f6a9e83553fb3f01";

/** Emoji with names, and where their pictures lie. */
export interface EmojiPackages {
  readonly emoji: readonly Emoji[];
  /** WebP pictures of 256 pixels, by the hexadecimal code points that they are named by. */
  readonly pictures: ReadonlyMap<string, string>;
}

/**
 * The two packages, installed into `folder` unless they are there: by Deno, so that the registry's own
 * integrity values are checked. Throws where they cannot be had, and on other content.
 */
export async function emojiPackages(folder = cacheFolder("emoji")): Promise<EmojiPackages> {
  const names = join(folder, "node_modules", "emojibase-data", "en", "data.json");
  const assets = join(folder, "node_modules", "@lobehub", "fluent-emoji-3d", "assets");
  if (!await exists(names) || !await exists(assets)) {
    const imports = Object.entries(EMOJI_PACKAGES).map(([name, v]) => [name, `npm:${name}@${v}`]);
    await writeJson(join(folder, "deno.json"), {
      nodeModulesDir: "auto",
      imports: Object.fromEntries(imports),
    });
    const installed = await run(Deno.execPath(), ["install", "--quiet"], folder);
    if (!installed.ok) {
      throw new Error(
        `the packages ${Object.keys(EMOJI_PACKAGES).join(" and ")} cannot be fetched ` +
          `(${lastLine(installed.output)}); pretraining needs the npm registry once`,
      );
    }
  }
  const text = await Deno.readTextFile(names), found = sha256(text);
  if (found !== NAMES) {
    throw new Error(
      `${names}: SHA-256 ${found}, expected ${NAMES}, that of emojibase-data ` +
        `${EMOJI_PACKAGES["emojibase-data"]}; delete ${folder} to fetch it again`,
    );
  }
  const pictures = new Map<string, string>();
  for await (const { name } of Deno.readDir(assets)) {
    if (name.endsWith(".webp")) pictures.set(codeOf(name.slice(0, -5)), join(assets, name));
  }
  return { emoji: JSON.parse(text) as Emoji[], pictures };
}

/** Code points as both packages can agree on: small letters, no variation selectors. */
export function codeOf(hexcode: string): string {
  return hexcode.toLowerCase().split("-").filter((part) => part !== "fe0f").join("-");
}
