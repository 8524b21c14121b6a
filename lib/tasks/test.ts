/**
 * `deno task test [words…]`: set-up, then the tests; with words those whose path holds one of them, such
 * as a room's name. What begins with "-" goes to `deno test`.
 */
import { join, relative } from "@std/path";
import { plainArguments } from "./plain_arguments.ts";
import { ensureSetup, placesOf } from "../runtime/setup/mod.ts";

plainArguments("test", {
  about: "Run the tests; with words those whose path holds one of them, such as a room's name.",
  usage: "[words…] [options of deno test]",
  handsOn: true,
});
const { project } = placesOf(), all: string[] = [];
await gather(join(project, "tests"));
const options = Deno.args.filter((arg) => arg.startsWith("-"));
const words = Deno.args.filter((arg) => !arg.startsWith("-"));
const chosen = all.filter((path) =>
  words.length === 0 || words.some((word) => path.includes(word))
);
if (chosen.length === 0) {
  console.error(
    `no file of tests/ has ${words.join(" or ")} in its path; expected a room such as train`,
  );
  Deno.exit(2);
}
await ensureSetup();
const { code } = await new Deno.Command(Deno.execPath(), {
  args: ["test", "-A", ...options, ...(words.length === 0 ? ["tests/"] : chosen)],
  cwd: project,
  env: { TF_CPP_MIN_LOG_LEVEL: "2" },
}).spawn().status;
Deno.exit(code);

async function gather(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await gather(path);
    else if (name.endsWith("_test.ts")) all.push(relative(project, path));
  }
}
