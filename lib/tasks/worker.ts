/**
 * One of the processes of `deno task reproduce --workers N`: does unfinished runs of the plan that its
 * argument names, until its standard input ends.
 */
import { dirname } from "@std/path";
import { progress, startBackend } from "../runtime/mod.ts";
import { doRuns, parentWantsStop, stopFileIn } from "../study/mod.ts";
import { jobsOf, loadParts, planAt } from "./parts.ts";

const path = Deno.args[0] ?? "", plan = await planAt(path), shouldStop = parentWantsStop();
// Ctrl-C reaches every process of a terminal; here the parent decides.
Deno.addSignalListener("SIGINT", () => {});
await startBackend();
const stopFile = stopFileIn(dirname(path), plan.stop);
await doRuns(await jobsOf(await loadParts(plan.parts)), {
  progress: progress(0, "", { where: "silent" }),
  shouldStop: () => shouldStop() || stopFile(),
});
Deno.exit(0);
