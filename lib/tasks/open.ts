/** `deno task open`: shows a study's page in the browser, and says where it is. */
import { Command } from "commander";
import { join } from "@std/path";
import { pathToFileURL } from "node:url";
import { exists } from "../runtime/mod.ts";
import { strict } from "./arguments.ts";
import { folderOf } from "./study_argument.ts";
import { tellError } from "./told.ts";

const command = strict(new Command("deno task open"))
  .description("Show a study's page in the browser.")
  .argument("[study]", "a study's name in results/, or the path of its folder", "main");
command.parse(Deno.args, { from: "user" });
const [study] = command.processedArgs as [string];
const page = await (async () => {
  const path = join(await folderOf(study), "index.html");
  if (await exists(path)) return path;
  throw new Error(
    `${path} is not there; "deno task report ${study}" writes it from the study's runs`,
  );
})().catch(tellError);
const programs = { darwin: ["open"], windows: ["cmd", "/c", "start", ""] } as Record<
  string,
  string[]
>;
const [program = "xdg-open", ...args] = programs[Deno.build.os] ?? [];
const address = pathToFileURL(page).href;
console.log(address);
try {
  new Deno.Command(program, { args: [...args, address], stdout: "null", stderr: "null" }).spawn()
    .unref();
} catch {
  // Without a desktop the address is all there is.
}
