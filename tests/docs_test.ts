/** Every command that a doc or a help text shows can be called: the real parser takes its arguments. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { projectFolder } from "unidiff/runtime/project.ts";
import { tasks } from "unidiff/tasks/rights.ts";

/** Tasks without commander: they hand their words on, or have none. */
const PLAIN = ["lab", "test", "setup", "doctor", "check"];
/** Of changes that docs/architecture.md shows as diffs, and texts about commands. */
const NOT_HERE = [
  /^reproduce --rows A0,A10$/,
  /^reproduce --workers N$/,
  /^NAME …/,
  /^evaluate STUDY --measures reciprocal-rank$/,
];

/** The texts that show commands. */
async function texts(): Promise<string[]> {
  const paths = ["README.md"];
  for (const folder of ["docs", "lib/tasks"]) {
    for await (const { name } of Deno.readDir(join(projectFolder, folder))) {
      if (/\.(md|ts)$/.test(name)) paths.push(join(folder, name));
    }
  }
  return await Promise.all(paths.map((path) => Deno.readTextFile(join(projectFolder, path))));
}

/** What stands behind "task": lines of code blocks and help texts, and code within prose. */
function commandsIn(text: string): string[] {
  const lines = text.matchAll(
    /^(?: {2,})?(?:[A-Z_]+=\S+ )?(?:npx -y deno@\S+|deno) task (\w[^\n`$]*)/gm,
  );
  const words = text.matchAll(/`(?:[A-Z_]+=\S+ )?deno task (\w[^`$]*)`/g);
  return [...lines, ...words].map(([, command]) => command!.replaceAll(/\s*\n\s*/g, " "))
    .map((command) => command.split(/\s{2,}|\s#/)[0]!.trim());
}

/** Words as a shell gives them; a place such as <run> is one. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

/** A command without the names in it: its task, the task's command, and its options. */
function shapeOf(command: string): string {
  const [task = "", ...words] = wordsOf(command);
  const kept = words.filter((word, i) =>
    word.startsWith("--") || i === 0 && ["data", "weights", "study"].includes(task)
  );
  return [task, words.length === 0 ? 0 : 1, ...kept].join(" ");
}

Deno.test("every command of README, docs and help texts is one that its task takes", async () => {
  const shown = [...new Set((await texts()).flatMap(commandsIn))]
    .filter((command) => !NOT_HERE.some((pattern) => pattern.test(command)));
  assert.ok(shown.length > 30, `${shown.length} commands found`);
  // Starting Deno takes a second: of commands that differ in nothing but names one is tried.
  const left = [...new Map(shown.map((command) => [shapeOf(command), command])).values()];
  const refused: string[] = [];
  const work = async () => {
    for (let command = left.pop(); command !== undefined; command = left.pop()) {
      const [task = "", ...words] = wordsOf(command);
      if (PLAIN.includes(task)) continue;
      if (!Object.hasOwn(tasks, task)) refused.push(`${command}: no such task`);
      if (words.length === 0) continue; // a task's name in a sentence
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          ...["run", "-A", "--no-check", `--preload=${join("tests", "tasks", "parse_only.ts")}`],
          ...[join("lib", "tasks", `${task}.ts`), ...words],
        ],
        cwd: projectFolder,
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output();
      if (code !== 0) {
        refused.push(`${command}: ${new TextDecoder().decode(stderr).split("\n\nStack")[0]}`);
      }
    }
  };
  await Promise.all([work(), work()]);
  assert.deepEqual(refused, []);
});

Deno.test("help of every task says what it does, without paths of this machine or empty defaults", async () => {
  const left = Object.keys(tasks).filter((task) => !/_|worker/.test(task)), wrong: string[] = [];
  const work = async () => {
    for (let task = left.pop(); task !== undefined; task = left.pop()) {
      const { code, stdout } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", join("lib", "tasks", `${task}.ts`), "--help"],
        cwd: projectFolder,
        env: { NO_COLOR: "1" },
        stdin: "null",
      }).output();
      const said = new TextDecoder().decode(stdout);
      if (code !== 0 || !said.startsWith(`Usage: deno task ${task}`)) {
        wrong.push(`${task}: ${said}`);
      }
      if (/\(default: *\n? *(\{\}|\[|"\/)/.test(said) || said.includes(projectFolder)) {
        wrong.push(`${task}: ${said}`);
      }
    }
  };
  await Promise.all([work(), work()]);
  assert.deepEqual(wrong, []);
});
