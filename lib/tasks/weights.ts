/** `deno task weights`: published checkpoints in, fine-tuned ones out. */
import { Command, Option } from "commander";
import { resolve } from "@std/path";
import { startBackend } from "../runtime/mod.ts";
import { findModelFolder, modelIn, saveModelFolder } from "../study/mod.ts";
import {
  convertFile,
  findPublished,
  getRepository,
  loadPublished,
  safetensorsAt,
  summarise,
  verify,
  writePublished,
} from "../weights/mod.ts";
import { strict } from "./arguments.ts";
import { type PublishedGiven, publishedOf, withPublished } from "./published_options.ts";
import { tellError } from "./told.ts";
import { describeFile } from "./weights_table.ts";

const command = strict(new Command("deno task weights"))
  .description("Fetch, look at, convert, check and write checkpoints (docs/checkpoints.md).")
  .addHelpText(
    "after",
    `
Only safetensors are read: a pickle (.bin, .ckpt, .pt) may run any code when it is opened.
UNIDIFF_CACHE, HF_HOME or HF_HUB_CACHE say where fetched repositories lie, HF_ENDPOINT where the hub
is, HF_TOKEN who asks.

Examples:
  deno task weights get openai/clip-vit-large-patch14
  deno task weights get stable-diffusion-v1-5/stable-diffusion-v1-5 --variant fp16
  deno task weights inspect openai/clip-vit-large-patch14
  deno task weights convert --clip ./clip --diffusion ./diffusion ./my-model
  deno task weights export results/main/runs/<run> ./my-model --dtype fp16
`,
  );
const dtype = () =>
  new Option("--dtype <type>", "number type of what is written").choices(["fp32", "fp16"])
    .default("fp32");
const stored = (given: string) => given === "fp16" ? "F16" : "F32";

strict(command.command("get <repository> [files...]"))
  .description("Fetch what a model needs of a repository of the hub; a call cut off goes on.")
  .option("--revision <name>", "branch, tag or commit", "main")
  .option("--variant <name>", "variant of the tensors, such as fp16")
  .action((repo: string, files: string[], o: { revision: string; variant?: string }) =>
    reporting(async () => console.log(await getRepository(repo, { ...o, files })))
  );

strict(command.command("inspect <path>"))
  .description("Tables of a file's tensors; a folder's files in a few lines each.")
  .option("--tensors", "every tensor, also of a folder's files")
  .action((path: string, { tensors }: { tensors?: boolean }) =>
    reporting(async () => {
      const place = await placeOf(path), files = await safetensorsAt(place);
      for (const file of files) {
        console.log(describeFile(await summarise(file), tensors || files.length === 1));
      }
    })
  );

strict(withPublished(command.command("convert <paths...>")))
  .usage("[options] FROM TO | --clip FOLDER --diffusion FOLDER TO")
  .description(
    "Write a file in another number type, or a model in the other layout: published folders " +
      "(--clip, --diffusion) as a model folder of this project, a model folder as published ones.",
  )
  .addOption(dtype())
  .action((paths: string[], o: PublishedGiven & { dtype: string }, convert: Command) =>
    reporting(async () => {
      const folders = await publishedOf(o), wanted = folders === undefined ? 2 : 1;
      if (paths.length !== wanted) {
        convert.error(
          `error: ${paths.length} paths, expected ` +
            (folders
              ? "TO beside --clip and --diffusion"
              : "FROM and TO, or --clip and --diffusion"),
          { exitCode: 2 },
        );
      }
      const [from, to] = [paths[0]!, paths.at(-1)!];
      if (folders === undefined) {
        if (from.endsWith(".safetensors")) return await convertFile(from, to, stored(o.dtype));
        return await writeModel(from, to, o.dtype);
      }
      await startBackend();
      const model = await loadPublished(folders, console.log);
      const run = `${folders.clip} and ${folders.diffusion}`;
      const dataset = { name: "none", licence: "none", fingerprint: "none" };
      await saveModelFolder(resolve(to), model, { run, row: "A0", preset: "sd15", dataset });
    })
  );

strict(command.command("verify <path>"))
  .description("Check hashes, that numbers are finite, and names and shapes by the configuration.")
  .option("--sha256 <hash>", "what the hash of the file must be")
  .option("--variant <name>", "variant of the tensors, such as fp16")
  .action((path: string, o: { sha256?: string; variant?: string }) =>
    reporting(async () => {
      const onFinding = ({ ok, what, detail }: { ok: boolean; what: string; detail: string }) =>
        console.log(`${ok ? "ok    " : "WRONG "} ${what}: ${detail}`);
      const findings = await verify(await placeOf(path), { ...o, onFinding });
      const wrong = findings.filter(({ ok }) => !ok).length;
      console.log(wrong === 0 ? "nothing is wrong" : `${wrong} of ${findings.length} are wrong`);
      if (wrong > 0) Deno.exit(1);
    })
  );

strict(command.command("export <folder> <to>"))
  .description(
    "Write the fine-tuned model of a run folder, or a model by name, as <to>/clip for transformers " +
      "and <to>/diffusion for diffusers.",
  )
  .addOption(dtype())
  .action((folder: string, to: string, o: { dtype: string }) =>
    reporting(() => writeModel(folder, to, o.dtype))
  );

await command.parseAsync(Deno.args, { from: "user" });
Deno.exit(0);

/** Runs a command; a complaint about what was given ends it with its message and exit status 1. */
function reporting(work: () => Promise<void>): Promise<void> {
  return work().catch(tellError);
}

/** A file, a folder, or a repository that was fetched. */
async function placeOf(path: string): Promise<string> {
  return /\.[a-z]+$/.test(path) ? path : await findPublished(path);
}

async function writeModel(from: string, to: string, type: string): Promise<void> {
  await startBackend();
  const isFolder = await Deno.stat(from).then(({ isDirectory }) => isDirectory, () => false);
  const model = await modelIn(isFolder ? resolve(from) : await findModelFolder(from));
  await writePublished(model, resolve(to), { dtype: stored(type) });
  console.log(`${to}/clip: CLIPModel.from_pretrained reads it`);
  console.log(`${to}/diffusion: StableDiffusionPipeline.from_pretrained reads it`);
}
