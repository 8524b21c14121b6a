/**
 * Runs row A6 of a tiny study, but stands still after a step, to be killed there:
 * `deno run hang_at_step.ts SET FOLDER STEP`, where step 0 is none. Prints the step before it hangs.
 */
import { startBackend } from "unidiff/runtime/backend.ts";
import { runStudy } from "unidiff/study/study.ts";
import { silent, tinyStudy } from "./tiny.ts";

const [set = "", folder = "", at = "0"] = Deno.args;
await startBackend();
let step = 0;
await runStudy(tinyStudy(set, { rows: ["A6"] }), folder, {
  progress: { ...silent, step: (done) => step = done },
  shouldStop() {
    // Asked after a step's line is written and before its checkpoint.
    if (step === Number(at) && step > 0) {
      console.log(`hanging at step ${step}`);
      for (;;);
    }
    return false;
  },
});
Deno.exit(0);
