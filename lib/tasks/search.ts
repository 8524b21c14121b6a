/** `deno task search`: the pictures of a folder that suit a caption or look like another picture. */
import { Command } from "commander";
import { basename, join, relative } from "@std/path";
import { findDataSet, isFile, sha256 } from "../data/mod.ts";
import {
  describeBackend,
  Misnamed,
  progress,
  projectFolder,
  startBackend,
  writeAtomic,
  writeJson,
} from "../runtime/mod.ts";
import { ensureSetup } from "../runtime/setup/mod.ts";
import {
  findModelFolder,
  foundSheet,
  loadModelFolder,
  operationsOf,
  type Query,
  searchPictures,
} from "../study/mod.ts";
import { count, strict } from "./arguments.ts";
import { slug } from "./slug.ts";
import { tellError } from "./told.ts";

const command = strict(new Command("deno task search"))
  .description("Rank the pictures of a data set by a caption, or by a picture (a path).")
  .argument("<query>", "a caption in quotes, or the path of a picture")
  .requiredOption("--data <folder>", "a folder such as ./my-pictures, or the name of a data set")
  .option("--model <name>", 'a fine-tuned model, "mini", or a folder', "mini")
  .option("--top <n>", "how many are shown", count, 12)
  .option(
    "--output <folder>",
    "where to write; a folder of its own in results/searches/ unless given",
  )
  .option("--skip-bad", "leave out bad lines and pictures instead of stopping")
  .addHelpText(
    "after",
    `
Writes contact.png (the best, with rank, cosine and caption) and ranks.json (all of them).

Examples:
  deno task search "A red chair." --data ecommerce-product
  deno task search ./chair.jpg --data ./my-pictures --model mine --top 24
`,
  );
command.parse(Deno.args, { from: "user" });
const [text] = command.args as [string], given = command.opts<Given>();
const query: Query = await isFile(text) ? { picture: text } : { caption: text };

const { set, folder } = await (async () => {
  const looksLikePath = /\.(png|jpe?g|webp|gif|avif|tiff?)$/i.test(text);
  if (looksLikePath && !("picture" in query)) throw new Misnamed(`${text}: no such picture`);
  const folder = await findModelFolder(given.model);
  return { folder, set: await findDataSet(given.data, { skipBad: given.skipBad ?? false }) };
})().catch(tellError);
await ensureSetup();
console.log(
  describeBackend(await startBackend(undefined, { operations: await operationsOf(folder) })),
);
const found = await (async () => {
  const model = await loadModelFolder(folder);
  const line = progress(set.records.length, `pictures of ${set.name}`, { unit: "pictures" });
  const found = await searchPictures(model, set, query, (done) => line.step(done));
  await line.done();
  return found;
})().catch(tellError);
const best = found.slice(0, given.top), output = given.output ?? await ownFolder();
await writeAtomic(join(output, "contact.png"), await foundSheet(best, query));
await writeJson(join(output, "ranks.json"), {
  query,
  model: given.model,
  data: { name: set.name, fingerprint: set.fingerprint },
  found: found.map(({ rank, cosine, record: { id, captions, split } }) => (
    { rank, cosine, id, caption: captions[0], split }
  )),
});
for (const { rank, cosine, record: { id, captions } } of best) {
  console.log(`${String(rank).padStart(4)}  ${cosine.toFixed(3)}  ${captions[0]}  (${id})`);
}
console.log(`written to ${relative(Deno.cwd(), output)}: contact.png, ranks.json`);
Deno.exit(0);

interface Given {
  data: string;
  model: string;
  top: number;
  output?: string;
  skipBad?: boolean;
}

/** The same search goes to the same folder, another one elsewhere. */
async function ownFolder(): Promise<string> {
  const about = "picture" in query ? sha256(await Deno.readFile(query.picture)) : query.caption;
  const key = sha256(JSON.stringify([about, given.model, set.fingerprint, given.top])).slice(0, 8);
  const name = "picture" in query ? basename(query.picture) : query.caption;
  return join(projectFolder, "results", "searches", `${slug(name)}-${key}`);
}
