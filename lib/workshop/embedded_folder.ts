/** Folders of pictures that are committed in `data/`: who made what, and all of a folder or nothing. */
import { basename, join } from "@std/path";
import { PUBLISHABLE, SPLITS } from "../data/mod.ts";

/** What credits are made of. */
export interface Credited {
  readonly title: string;
  readonly source: string;
  readonly creator: string;
}

/**
 * CREDITS.md: for each source its licence, and each creator with the titles of the works used; `made`
 * is the command that writes it, `changes` says what was done to the originals.
 */
export function creditsOf(lines: readonly Credited[], made: string, changes: string): string {
  const sections = PUBLISHABLE.flatMap(({ start, licenceFile, work, licence, note }) => {
    const own = lines.filter(({ source }) => source.startsWith(start));
    if (own.length === 0) return [];
    const sources = [...new Set(own.map(({ source }) => source))].join(", ");
    const creators = Map.groupBy(own, ({ creator }) => creator || "not stated");
    const list = [...creators].sort(([a], [b]) => a < b ? -1 : 1).map(([creator, works]) =>
      `- **${creator}** (${works.length}): ${
        [...new Set(works.map(({ title }) => title))].sort().join("; ")
      }`
    );
    return `## ${work}\n\n${own.length} pictures, \`source\` "${sources}". Licence: ${licence}; ` +
      `text in [LICENSES/${licenceFile}](../LICENSES/${licenceFile}). ${note}\n\n${
        list.join("\n")
      }\n`;
  });
  return "# Credits\n\n" +
    `Made by \`${made}\` from the \`source\`, \`license\`, \`creator\` and ` +
    "`title` of each line of metadata.jsonl.\n\n" +
    `Changes made to the originals: ${changes}\n\n` +
    sections.join("\n");
}

/** The split file: which products belong to which part. */
export function productsBySplit(
  lines: readonly { readonly product: string; readonly split: string }[],
): Record<string, string[]> {
  return Object.fromEntries(SPLITS.map((part) => {
    const products = lines.filter(({ split }) => split === part).map(({ product }) => product);
    return [part, [...new Set(products)].sort()];
  }));
}

/** Fills a new folder beside `target` and puts it in its place; where that fails, `target` stays. */
export async function replaceFolder(
  target: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  const parent = join(target, "..");
  await Deno.mkdir(parent, { recursive: true });
  const unfinished = await Deno.makeTempDir({ dir: parent, prefix: `.${basename(target)}-` });
  try {
    await fill(unfinished);
    await Deno.chmod(unfinished, 0o755);
    await Deno.remove(target, { recursive: true }).catch(unlessMissing);
    await Deno.rename(unfinished, target);
  } finally {
    await Deno.remove(unfinished, { recursive: true }).catch(unlessMissing);
  }
}

function unlessMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
