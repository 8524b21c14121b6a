/** Links of README, docs and notebooks to files of the project lead somewhere. */
import assert from "node:assert/strict";
import { dirname, join, relative, resolve } from "@std/path";
import { exists } from "unidiff/runtime/files.ts";
import { projectFolder } from "unidiff/runtime/project.ts";

const folders = ["docs", "notebooks", "data", "tests/by_hand", "tests/golden", "results"];

Deno.test("relative links of README, docs and notebooks lead to files and headings that are there", async () => {
  const paths = [join(projectFolder, "README.md")];
  for (const folder of folders) {
    for await (const { name } of Deno.readDir(join(projectFolder, folder))) {
      if (/\.(md|ipynb)$/.test(name)) paths.push(join(projectFolder, folder, name));
    }
  }
  const broken: string[] = [];
  for (const path of paths) {
    const text = await readText(path);
    for (const [, target = ""] of text.matchAll(/\]\(([^()\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue; // another site, or a picture in a notebook's output
      const [file = "", heading] = target.split("#");
      const to = file === "" ? path : resolve(dirname(path), decodeURIComponent(file));
      const here = relative(projectFolder, path);
      if (!await exists(to)) broken.push(`${here}: ${target}`);
      else if (heading && to.endsWith(".md") && !headings(await readText(to)).has(heading)) {
        broken.push(`${here}: ${target} (no such heading)`);
      }
    }
  }
  assert.deepEqual(broken, []);
});

/** The text of a page, of a notebook that of its Markdown cells. */
async function readText(path: string): Promise<string> {
  const text = await Deno.readTextFile(path);
  if (!path.endsWith(".ipynb")) return text;
  const { cells } = JSON.parse(text) as {
    cells: { cell_type: string; source: string | string[] }[];
  };
  return cells.filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => [source].flat().join("")).join("\n\n");
}

/** The names that headings have as targets of links. */
function headings(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(" ", "-")
    ),
  );
}
