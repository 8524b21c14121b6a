/**
 * The one door of all tasks: `deno task NAME …` starts NAME in a process with the rights that it needs
 * with these arguments, see rights.ts. Sets up what is missing first.
 */
import { join } from "@std/path";
import { ensureSetup, isSetUp, projectFolder } from "../runtime/setup/mod.ts";
import { flagsOf, rightsOf } from "./rights.ts";

/** Tasks that compute nothing themselves, or say what is missing. */
const WITHOUT_SETUP = ["open", "study", "doctor", "report", "cluster_task"];

const [task = "", ...words] = Deno.args;
const folder = import.meta.dirname as string;
const environment: Record<string, string> = {
  TF_CPP_MIN_LOG_LEVEL: Deno.env.get("TF_CPP_MIN_LOG_LEVEL") ?? "2",
  // glibc has a heap for every few threads, in pieces of 64 MB whose gaps no other one may fill: of a
  // model of published size 0.7 GiB. It reads this as the process begins.
  MALLOC_ARENA_MAX: Deno.env.get("MALLOC_ARENA_MAX") ?? "1",
  // For collectGarbage (runtime/memory_used.ts).
  DENO_V8_FLAGS: [Deno.env.get("DENO_V8_FLAGS"), "--expose-gc"].filter(Boolean).join(","),
};
const asksOnly = words.some((word) => word === "--help" || word === "-h");
if (!asksOnly && !WITHOUT_SETUP.includes(task)) {
  if (!isSetUp()) await waitFor("setup", ["-A", join(folder, "setup.ts"), "--quiet"]);
  // What set-up left out it has said; the task has no right to try again.
  environment.UNIDIFF_SETUP = JSON.stringify(await ensureSetup({ look: true }));
}
Deno.exit(
  await waitFor(task, [
    ...flagsOf(rightsOf(task, words)),
    `--preload=${join(folder, "inside.ts")}`,
    ...[join(folder, `${task}.ts`), ...words],
  ]),
);

/** Runs a process of Deno to its end, handing signals on; returns its exit code. */
async function waitFor(what: string, args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--config", join(projectFolder, "deno.json"), ...args],
    env: environment,
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  for (const signal of ["SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP"] as const) {
    Deno.addSignalListener(signal, () => {
      // A terminal sends its Ctrl-C to both processes.
      if (signal === "SIGINT" && Deno.stdin.isTerminal()) return;
      try {
        child.kill(signal);
      } catch { /* it has ended */ }
    });
  }
  const { code, success } = await child.status;
  if (what === "setup" && !success) Deno.exit(code);
  return code;
}
