/**
 * One of the processes of `deno task reproduce --workers N`: does unfinished runs of the study whose
 * setting is its argument (JSON), until its standard input ends.
 */
import { progress, startBackend } from "../runtime/mod.ts";
import { parentWantsStop, runStudy, studyFolder, type StudySetting } from "../study/mod.ts";

const setting = JSON.parse(Deno.args[0] ?? "") as StudySetting;
const shouldStop = parentWantsStop();
// Ctrl-C reaches every process of a terminal; here the parent decides.
Deno.addSignalListener("SIGINT", () => {});
await startBackend();
await runStudy(setting, studyFolder(setting.name), {
  shouldStop,
  progress: progress(0, "", { where: "silent" }),
});
Deno.exit(0);
