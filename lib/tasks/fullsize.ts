/** `deno task fullsize`: time and memory of the published sizes on this machine, as a table. */
import { Command } from "commander";
import { join } from "@std/path";
import { cacheFolder, dataFolder } from "../data/folders.ts";
import { type Figures, passes } from "../fullsize/measure.ts";
import { randomModel } from "../fullsize/random_model.ts";
import { sd15 } from "../model/config.ts";
import { startBackend } from "../runtime/backend.ts";
import { exists } from "../runtime/files.ts";
import { tf } from "../runtime/tf.ts";
import { writePublished } from "../weights/hub_write.ts";

const [id, folder] = Deno.args as [string, string];
await startBackend();
if (id === "write") {
  console.time("draw");
  const model = await randomModel(sd15);
  console.timeEnd("draw");
  console.time("write");
  await writePublished(model, folder, { dtype: "F16" });
  console.timeEnd("write");
} else {
  console.log(JSON.stringify(await passes[id as keyof typeof passes](folder, sd15)));
}
void [Command, cacheFolder, exists, tf, {} as Figures];
