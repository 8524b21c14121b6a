/** `deno task drawn`: contact sheets of the drawn garments, one for each set. */
import { Command } from "commander";
import { join } from "@std/path";
import { DRAWN_SETS } from "../data/mod.ts";
import { wardrobeSheet } from "../report/mod.ts";
import { projectFolder, writeAtomic } from "../runtime/mod.ts";
import { count, strict } from "./arguments.ts";

const command = strict(new Command("deno task drawn"))
  .description("Draw every kind of garment of fashion-man-drawn and fashion-woman-drawn.")
  .option("--size <pixels>", "pixels of a picture: what a model sees", count, 64)
  .option("--scale <n>", "pixels on the sheet for each of those", count, 2)
  .option("--columns <n>", "pictures of each kind", count, 6)
  .option("--no-captions", "leave out the names, to see whether one can tell the garments")
  .option("--output <folder>", "where to write", join(projectFolder, "results", "drawn"))
  .addHelpText(
    "after",
    `
Writes <set>.png. The sets themselves need no command: they are rendered on first use, e.g.
  deno task reproduce --datasets fashion-man-drawn,fashion-woman-drawn
`,
  );
command.parse(Deno.args, { from: "user" });
const given = command.opts<
  { size: number; scale: number; columns: number; captions: boolean; output: string }
>();
for (const [name, { gender }] of Object.entries(DRAWN_SETS)) {
  const path = join(given.output, `${name}${given.captions ? "" : "-unnamed"}.png`);
  await writeAtomic(path, await wardrobeSheet(gender, given));
  console.log(path);
}
