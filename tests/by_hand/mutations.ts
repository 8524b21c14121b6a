/**
 * Puts faults into a copy of the project, one at a time, and tells which tests see them:
 * `deno run -A tests/by_hand/mutations.ts [pattern]`. Some ten minutes on two cores; ends with code 1
 * where a fault survives, or where its text is not found any more.
 */
import { join } from "@std/path";
import { faults } from "./faults.ts";

const project = join(import.meta.dirname as string, "..", "..");
const chosen = faults.filter(({ what }) => new RegExp(Deno.args[0] ?? "").test(what));
const copy = await Deno.makeTempDir({ prefix: "unidiff-mutations-" });
let survived = 0;
try {
  await copyProject();
  for (const [i, { what, file, text, instead, tests }] of chosen.entries()) {
    const path = join(copy, file), source = await Deno.readTextFile(path);
    const at = source.indexOf(text);
    if (at < 0 || source.indexOf(text, at + 1) >= 0) {
      say(i, what, `the text stands ${at < 0 ? "nowhere" : "more than once"} in ${file}`);
      survived++;
      continue;
    }
    await Deno.writeTextFile(path, source.replace(text, () => instead));
    const failed = await failing(tests);
    await Deno.writeTextFile(path, source);
    if (failed.length === 0) survived++;
    say(i, what, failed.length === 0 ? "SURVIVED" : `seen by ${failed.slice(0, 2).join("; ")}`);
  }
} finally {
  await Deno.remove(copy, { recursive: true });
}
console.log(`\n${chosen.length} faults, ${survived} survived`);
Deno.exit(survived === 0 ? 0 : 1);

function say(i: number, what: string, verdict: string): void {
  console.log(`${String(i + 1).padStart(2)}/${chosen.length} ${what}: ${verdict}`);
}

/** Tracked and new files, with what set-up made by links: faults never touch the project itself. */
async function copyProject(): Promise<void> {
  const list = new Deno.Command("git", {
    args: ["ls-files", "-co", "--exclude-standard", "--", ":!results"],
    cwd: project,
  });
  const { stdout } = await list.output();
  for (const file of new TextDecoder().decode(stdout).split("\n").filter(Boolean)) {
    const to = join(copy, file);
    await Deno.mkdir(join(to, ".."), { recursive: true });
    await Deno.copyFile(join(project, file), to).catch(ignoreMissing); // deleted, not committed yet
  }
  for (const made of ["node_modules", ".venv"]) {
    await Deno.symlink(join(project, made), join(copy, made));
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** The names of the tests that fail; a copy that does not even start counts as seen. */
async function failing(tests: readonly string[]): Promise<string[]> {
  const run = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--fail-fast", ...tests],
    cwd: copy,
    env: { NO_COLOR: "1", TF_CPP_MIN_LOG_LEVEL: "2" },
  });
  const { success, stdout } = await run.output();
  if (success) return [];
  const said = new TextDecoder().decode(stdout);
  const names = [...said.matchAll(/^(.*) \.\.\. FAILED/gm)].map(([, name]) =>
    (name as string).trim()
  );
  return names.length > 0 ? names : ["the module that no longer loads"];
}
