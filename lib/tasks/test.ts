/**
 * `deno task test [words…]`: set-up, then types and tests; with words those tests whose path holds one of
 * them, such as a room's name. What begins with "-" goes to `deno test`.
 */
import { dirname, join, relative } from "@std/path";
import { plainArguments } from "./plain_arguments.ts";
import { ensureSetup, placesOf } from "../runtime/setup/mod.ts";

/** Files of a group at most: a process starts in two seconds, and the last group should not be long. */
const GROUP = 6;
/** Folders with the longest tests, which begin first. */
const LONG = ["tests", "tests/study", "tests/tasks", "tests/browser", "tests/report"];

plainArguments("test", {
  about: "Run the tests; with words those whose path holds one of them, such as a room's name.",
  usage: "[words…] [options of deno test]",
  handsOn: true,
});
const { project } = placesOf(), all: string[] = [];
await gather(join(project, "tests"));
const options = Deno.args.filter((arg) => arg.startsWith("-"));
const words = Deno.args.filter((arg) => !arg.startsWith("-"));
const chosen = all.filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort();
if (chosen.length === 0) {
  console.error(
    `no file of tests/ has ${words.join(" or ")} in its path; expected a room such as train`,
  );
  Deno.exit(2);
}
await ensureSetup();
if (words.length > 0) {
  const { code } = await deno(["test", "-A", ...options, ...chosen], "inherit").spawn().status;
  Deno.exit(code);
}
Deno.exit(await everything());

/** Deno at work in the project's folder. */
function deno(args: readonly string[], output: "inherit" | "piped"): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: project,
    env: { TF_CPP_MIN_LOG_LEVEL: "2" },
    stdin: "null",
    stdout: output,
    stderr: output,
  });
}

/** How a process of Deno ended, after what it said has been shown where that is `wanted`. */
async function shown(
  args: readonly string[],
  wanted: (code: number) => boolean,
): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await deno(args, "piped").output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  const text = `${out}${err}`.trimEnd();
  if (wanted(code)) console.log(text);
  return { code, text };
}

/**
 * All types and tests, in groups of files of one folder, two groups side by side where there are two cores: most
 * tests wait for processes that they start. A group is shown when it has ended.
 */
async function everything(): Promise<number> {
  const started = performance.now(), counts = { passed: 0, failed: 0, ignored: 0 };
  const failed: string[] = [], waiting = groups();
  const work = async () => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      const args = ["test", "-A", "--no-check", ...options, ...group];
      const { code, text } = await shown(args, () => true), summary = summaryOf(text);
      for (const key of ["passed", "failed", "ignored"] as const) {
        counts[key] += Number(new RegExp(`\\| (\\d+) ${key}`).exec(summary)?.[1] ?? 0);
      }
      if (code !== 0) failed.push(...group);
    }
  };
  const types = async () => {
    const { code } = await shown(["check", "--quiet", "lib/", "tests/"], (code) => code !== 0);
    if (code !== 0) failed.push("types");
  };
  await Promise.all([
    ...Array.from({ length: Math.min(2, navigator.hardwareConcurrency) }, work),
    types(),
  ]);
  const seconds = Math.round((performance.now() - started) / 1000);
  const { passed, failed: wrong, ignored } = counts;
  console.log(
    `\n${failed.length === 0 ? "ok" : "FAILED"} | ${passed} passed | ${wrong} failed` +
      `${ignored > 0 ? ` | ${ignored} ignored` : ""} (${Math.floor(seconds / 60)}m${
        seconds % 60
      }s)`,
  );
  if (failed.length > 0) console.log(`not well: ${failed.join(" ")}`);
  return failed.length === 0 ? 0 : 1;
}

/** The line of `deno test` that counts, without colours. */
function summaryOf(text: string): string {
  // deno-lint-ignore no-control-regex
  const lines = text.replaceAll(/\u001b\[[0-9;]*m/g, "").split("\n");
  return lines.findLast((line) => /^(ok|FAILED) \| \d+ passed/.test(line)) ?? "";
}

/** All files in groups of a folder, those of long folders first and alone. */
function groups(): string[][] {
  const byFolder = [...Map.groupBy(chosen, (path) => dirname(path))];
  const place = ([folder]: [string, string[]]) => {
    const at = LONG.indexOf(folder);
    return at < 0 ? LONG.length : at;
  };
  return byFolder.sort((a, b) => place(a) - place(b)).flatMap(([folder, files]) => {
    const most = ["tests", "tests/tasks", "tests/browser"].includes(folder) ? 1 : GROUP;
    return Array.from(
      { length: Math.ceil(files.length / most) },
      (_, i) => files.slice(i * most, (i + 1) * most),
    );
  });
}

async function gather(folder: string): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) await gather(path);
    else if (name.endsWith("_test.ts")) all.push(relative(project, path));
  }
}
