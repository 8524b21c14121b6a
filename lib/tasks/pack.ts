/** `deno task pack`: one archive that runs where it is unpacked, on machines without a network. */
import { Command } from "commander";
import { resolve } from "@std/path";
import { exists, projectFolder } from "../runtime/mod.ts";
import { ensureSetup, writePack } from "../runtime/setup/mod.ts";
import { refusing, strict } from "./arguments.ts";

const command = strict(new Command("deno task pack"))
  .description("Pack the project, its packages, Deno and TensorFlow's libraries into one archive.")
  .option("--out <file>", "the archive", "unidiff.tar.gz")
  .addHelpText(
    "after",
    `
On a machine of the same kind (Linux, processor) without a network:
  tar xzf unidiff.tar.gz && cd unidiff && bin/deno task reproduce
Results and notebooks' Python stay behind: notebooks are not executed there (docs/cluster.md).
`,
  );
command.parse(Deno.args, { from: "user" });
await refusing(command, async () => {
  const out = resolve(command.opts<{ out: string }>().out);
  if (await exists(out)) throw new Error(`${out} exists; delete it, or name another with --out`);
  await ensureSetup();
  console.log(`packing ${projectFolder}; a minute or two`);
  await writePack(out);
  console.log(`${out}: ${((await Deno.stat(out)).size / 2 ** 20).toFixed(0)} MiB`);
});
